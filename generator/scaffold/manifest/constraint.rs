//! The rules for valid values. An error explains the problem without regular expressions.

use std::collections::BTreeSet;

use regex::Regex;
use thiserror::Error;

use crate::text::excerpt;

/// The rule for valid values.
#[derive(Debug, Clone)]
pub enum Constraint {
    /// One of these.
    Choices(Vec<Choice>),
    /// Any text that matches this pattern.
    Pattern(Regex),
}

/// One of several choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// The text for people.
    pub label: String,
}

impl Choice {
    /// The description in the label, without the value.
    #[must_use]
    pub fn about(&self) -> &str {
        let rest = self.label.strip_prefix(&self.value).unwrap_or(&self.label);
        rest.trim_start_matches(':').trim_start()
    }
}

/// The reason why a text is invalid, to follow the word "it".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The text is not one of these choices.
    #[error("is not one of the choices")]
    NoChoice(Vec<String>),
    /// Without these characters, the text would be valid.
    #[error("contains characters that are not allowed: {}", list(.0))]
    Characters(Vec<char>),
    /// This character is allowed, but not as the first one.
    #[error("must not begin with `{}`", excerpt(&.0.to_string()))]
    Beginning(char),
    /// This character is allowed, but not as the last one.
    #[error("must not end with `{}`", excerpt(&.0.to_string()))]
    End(char),
    /// The text has too many characters.
    #[error("is too long ({})", characters(*.length))]
    TooLong {
        /// The number of its characters.
        length: usize,
        /// The greatest number that is allowed.
        most: usize,
    },
    /// The text has too few characters.
    #[error("is too short ({})", characters(*.length))]
    TooShort {
        /// The number of its characters.
        length: usize,
        /// The smallest number that is allowed.
        least: usize,
    },
    /// Only the regular expression explains the problem, which would not help a person.
    #[error("does not have the required format")]
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
    /// Returns the valid value: `given` without leading spaces, which `cargo generate --define`
    /// drops.
    ///
    /// # Errors
    /// The reason why the value is invalid.
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

/// A sample of an allowed character, for testing one character or the length.
const PLAIN: [char; 3] = ['x', 'X', '0'];
/// The longest length that is tried.
const LENGTHS: usize = 1024;
/// A character is tried at this many positions and at the end. No rule depends on a later position.
const PLACES: usize = 64;

/// Finds the problem with `value` by testing similar texts.
fn reason(pattern: &Regex, value: &str) -> Refusal {
    let length = value.chars().count();
    let fits = |plain: char, length: usize| pattern.is_match(&String::from(plain).repeat(length));
    let fits_any = |length: &usize| PLAIN.iter().any(|plain| fits(*plain, *length));
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
    } else if let Some(most) = (1..length.min(LENGTHS)).rev().find(fits_any) {
        return Refusal::TooLong { length, most };
    } else if let Some(least) = (length + 1..LENGTHS).find(fits_any) {
        return Refusal::TooShort { length, least };
    }
    Refusal::Form
}
