//! Which answers are allowed, and what is wrong with one that is not: in the words of somebody who
//! has never seen a regular expression.

use std::collections::BTreeSet;

use regex::Regex;
use thiserror::Error;

use crate::text::excerpt;

/// Which answers are allowed.
#[derive(Debug, Clone)]
pub enum Constraint {
    /// One of these.
    Choices(Vec<Choice>),
    /// A text that this matches.
    Pattern(Regex),
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub value: String,
    /// What a person is shown.
    pub label: String,
}

impl Choice {
    /// What the label says besides the value.
    #[must_use]
    pub fn about(&self) -> &str {
        let rest = self.label.strip_prefix(&self.value).unwrap_or(&self.label);
        rest.trim_start_matches(':').trim_start()
    }
}

/// Why a text is no answer, for a person, after the word "it".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It is none of the choices, which these are.
    #[error("is none of the choices")]
    NoChoice(Vec<String>),
    /// With other characters in the place of these, it would do.
    #[error("has what it cannot have: {}", list(.0))]
    Characters(Vec<char>),
    /// Elsewhere than at its beginning, this character would do.
    #[error("cannot begin with `{}`", excerpt(&.0.to_string()))]
    Beginning(char),
    /// Elsewhere than at its end, this character would do.
    #[error("cannot end in `{}`", excerpt(&.0.to_string()))]
    End(char),
    /// It has so many characters, and would do with fewer.
    #[error("has {}, which is too many", characters(*.0))]
    TooLong(usize),
    /// It has so many characters, and would do with more.
    #[error("has {}, which is too few", characters(*.0))]
    TooShort(usize),
    /// There is no simpler reason than the regular expression, which would tell a person nothing.
    #[error("is not in the form that is asked for")]
    Form,
}

fn characters(length: usize) -> String {
    match length {
        1 => "1 character".to_owned(),
        length => format!("{length} characters"),
    }
}

fn list(chars: &[char]) -> String {
    let shown: Vec<_> = chars
        .iter()
        .map(|char| format!("`{}`", excerpt(&char.to_string())))
        .collect();
    shown.join(", ")
}

impl Constraint {
    /// The answer that `given` is: without spaces before it, since `cargo generate --define`
    /// drops them.
    ///
    /// # Errors
    /// Why it is none.
    pub fn accept(&self, given: &str) -> Result<String, Refusal> {
        let value = given.trim_start();
        match self {
            Self::Choices(choices) if choices.iter().any(|choice| choice.value == value) => {}
            Self::Choices(choices) => {
                let values = choices.iter().map(|choice| choice.value.clone());
                return Err(Refusal::NoChoice(values.collect()));
            }
            Self::Pattern(pattern) if pattern.is_match(value) => {}
            Self::Pattern(pattern) => return Err(reason(pattern, value)),
        }
        Ok(value.to_owned())
    }
}

/// What stands for an allowed character, while one character or the length is looked at.
const PLAIN: [char; 3] = ['x', 'X', '0'];
/// No answer is longer, as far as lengths that would do are looked for.
const LENGTHS: usize = 1024;
/// A character is tried at so many places, and at the last: no rule makes a difference further on.
const PLACES: usize = 64;

/// What is wrong with `value`, found by plain texts that match.
fn reason(pattern: &Regex, value: &str) -> Refusal {
    let length = value.chars().count();
    let fits = |plain: char, length: usize| pattern.is_match(&String::from(plain).repeat(length));
    let fits_any = |mut lengths: std::ops::Range<usize>| {
        lengths.any(|length| PLAIN.iter().any(|plain| fits(*plain, length)))
    };
    if let Some(plain) = PLAIN.into_iter().find(|plain| fits(*plain, length)) {
        let fits_at = |place: usize, char: char| {
            let others = (0..length).map(|at| if at == place { char } else { plain });
            pattern.is_match(&others.collect::<String>())
        };
        let chars: BTreeSet<char> = value.chars().collect();
        let is_wrong = |char: &char| {
            let mut places = (0..length.min(PLACES)).chain(length.checked_sub(1));
            !places.any(|place| fits_at(place, *char))
        };
        let wrong: Vec<char> = chars.into_iter().filter(is_wrong).collect();
        if !wrong.is_empty() {
            return Refusal::Characters(wrong);
        }
        if let Some(first) = value.chars().next().filter(|first| !fits_at(0, *first)) {
            return Refusal::Beginning(first);
        }
        let last = value.chars().next_back();
        if let Some(last) = last.filter(|last| !fits_at(length - 1, *last)) {
            return Refusal::End(last);
        }
    } else if fits_any(1..length.min(LENGTHS)) {
        return Refusal::TooLong(length);
    } else if fits_any(length + 1..LENGTHS) {
        return Refusal::TooShort(length);
    }
    Refusal::Form
}
