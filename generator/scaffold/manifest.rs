//! The template's `cargo-generate.toml`, read for our own door too: what may be asked and answered
//! is written once.
//!
//! Only what we do as `cargo generate` does is understood. All else is an error, which a test meets
//! before a user does, since otherwise the two doors would drift apart unseen.

mod constraint;
mod raw;

use std::collections::BTreeMap;

use thiserror::Error;

pub use constraint::{Choice, Constraint, Refusal};

use super::answers::Answers;
use crate::text::excerpt;

/// The name of the one question that decides which others are asked.
pub const KIND: &str = "kind";

/// What the template asks, and which of its files are rendered.
#[derive(Debug, Clone)]
pub struct Manifest {
    include: Vec<String>,
    hook: String,
    kind: Placeholder,
    kinds: Vec<Choice>,
    others: Vec<Placeholder>,
}

/// One question.
#[derive(Debug, Clone)]
pub struct Placeholder {
    /// What it is called in templates and, with `--` before it, on the command line.
    pub name: String,
    /// The question in words.
    pub prompt: String,
    /// The answer of one who does not care, which is an allowed one.
    pub default: String,
    /// Which answers are allowed.
    pub constraint: Constraint,
    /// The kind for which it is asked; for all of them if there is none. Several kinds may ask for
    /// the same name, each in its own way.
    pub only_for: Option<String>,
}

impl Placeholder {
    /// Whether it is asked for this kind.
    #[must_use]
    pub fn is_asked_for(&self, kind: &str) -> bool {
        self.only_for.as_ref().is_none_or(|only| only == kind)
    }

    /// The answer that `given` is.
    ///
    /// # Errors
    /// [`AnswerError::NotAllowed`].
    pub fn accept(&self, given: &str) -> Result<String, AnswerError> {
        self.constraint
            .accept(given)
            .map_err(|why| AnswerError::NotAllowed {
                what: self.name.replace('_', " "),
                value: given.to_owned(),
                why,
                like: self.default.clone(),
            })
    }

    /// The name with which it is answered on the command line.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// It is no TOML, breaks its own rules, or holds what we do not do as `cargo generate` does.
    pub fn parse(toml: &str) -> Result<Self, ManifestError> {
        raw::parse(toml)
    }

    /// Whether the finished project's file at `path` is rendered, not copied.
    #[must_use]
    pub fn renders(&self, path: &str) -> bool {
        self.include.iter().any(|rendered| rendered == path)
    }

    /// The finished project's files that are rendered.
    #[must_use]
    pub fn include(&self) -> &[String] {
        &self.include
    }

    /// The file with what `cargo generate` does before it renders, which no project has.
    #[must_use]
    pub fn hook(&self) -> &str {
        &self.hook
    }

    /// The kinds of function.
    #[must_use]
    pub fn kinds(&self) -> &[Choice] {
        &self.kinds
    }

    /// Every question, of any kind: that for the kind first, then as the manifest has them.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        std::iter::once(&self.kind).chain(&self.others)
    }

    /// What is asked for a kind besides the kind, in the order of the manifest.
    pub fn asked_for(&self, kind: &str) -> impl Iterator<Item = &Placeholder> {
        let asked = |placeholder: &&Placeholder| placeholder.is_asked_for(kind);
        self.others.iter().filter(asked)
    }

    /// The question for the kind.
    #[must_use]
    pub fn kind(&self) -> &Placeholder {
        &self.kind
    }

    /// Answers every question: by `given`, else by its default.
    ///
    /// # Errors
    /// An answer that is not allowed, or to what is not asked.
    pub fn answer(&self, given: &BTreeMap<String, String>) -> Result<Answers, AnswerError> {
        let value = |placeholder: &Placeholder| match given.get(&placeholder.name) {
            None => Ok(placeholder.default.clone()),
            Some(value) => placeholder.accept(value),
        };
        let kind = value(&self.kind)?;
        self.refuse_unasked(&kind, given)?;
        let others = self
            .asked_for(&kind)
            .map(|placeholder| Ok((placeholder.name.clone(), value(placeholder)?)))
            .collect::<Result<_, AnswerError>>()?;
        Ok(Answers::new(kind, others))
    }

    /// Tells what is wrong with answers before the others are asked: if the kind is among them, by
    /// what it asks; else an answer is right if some kind allows it.
    ///
    /// # Errors
    /// The first answer that is not allowed, or to what is not asked.
    pub fn refuse_wrong(&self, given: &BTreeMap<String, String>) -> Result<(), AnswerError> {
        if given.contains_key(KIND) {
            return self.answer(given).map(drop);
        }
        given.iter().try_for_each(|(name, value)| {
            let mut refusals = self
                .asking(name)?
                .into_iter()
                .map(|asking| asking.accept(value));
            match refusals.next() {
                Some(Err(first)) if refusals.all(|other| other.is_err()) => Err(first),
                _ => Ok(()),
            }
        })
    }

    /// Sees to it that nothing is answered that is not asked for this kind.
    fn refuse_unasked(
        &self,
        kind: &str,
        given: &BTreeMap<String, String>,
    ) -> Result<(), AnswerError> {
        given.keys().try_for_each(|name| {
            let asking = self.asking(name)?;
            if asking.iter().any(|asking| asking.is_asked_for(kind)) {
                return Ok(());
            }
            let kinds = asking.iter().filter_map(|asking| asking.only_for.clone());
            Err(AnswerError::OtherKind {
                flag: asking[0].flag(),
                kinds: kinds.collect(),
                kind: kind.to_owned(),
            })
        })
    }

    /// The questions of this name, which are one or more.
    fn asking(&self, name: &str) -> Result<Vec<&Placeholder>, AnswerError> {
        let asking = self
            .placeholders()
            .filter(|placeholder| placeholder.name == name);
        let asking: Vec<_> = asking.collect();
        if asking.is_empty() {
            return Err(AnswerError::Unknown(name.to_owned()));
        }
        Ok(asking)
    }
}

/// Why answers are refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// The template does not know the question.
    #[error("the template does not ask for `{0}`")]
    Unknown(String),
    /// The rule of the placeholder refuses it.
    #[error("`{}` cannot be the {what}: it {why}", excerpt(value))]
    NotAllowed {
        /// The question, in words.
        what: String,
        /// The answer.
        value: String,
        /// What is wrong with it.
        why: Refusal,
        /// One that would do.
        like: String,
    },
    /// The question belongs to another kind.
    #[error("`--{flag}` is for {}, not for the kind `{kind}`", list_kinds(kinds))]
    OtherKind {
        /// The question.
        flag: String,
        /// The kinds that ask it.
        kinds: Vec<String>,
        /// The kind that was chosen.
        kind: String,
    },
}

/// Several kinds as part of a sentence.
pub(crate) fn list_kinds(kinds: &[String]) -> String {
    let word = if kinds.len() == 1 {
        "the kind"
    } else {
        "the kinds"
    };
    format!("{word} `{}`", kinds.join("`, `"))
}

/// Why a manifest is refused: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("cargo-generate.toml, {place}: {why}")]
pub struct ManifestError {
    place: String,
    why: String,
}
