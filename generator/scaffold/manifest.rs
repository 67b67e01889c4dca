//! Reads the template's `cargo-generate.toml`, so that `cargo fc3 new` and `cargo generate` share
//! one definition of the placeholders.
//!
//! Only features that both treat in the same way are supported. Anything else is an error, which a
//! test finds before a user does.

mod constraint;
mod raw;

use std::collections::BTreeMap;

use thiserror::Error;

pub use constraint::{Choice, Constraint, Refusal};

use super::answers::Answers;
use crate::text::excerpt;

/// The name of the placeholder that decides which others exist.
pub const KIND: &str = "kind";

/// The template's placeholders, and the files to render.
#[derive(Debug, Clone)]
pub struct Manifest {
    include: Vec<String>,
    hook: String,
    kind: Placeholder,
    kinds: Vec<Choice>,
    others: Vec<Placeholder>,
}

/// One placeholder.
#[derive(Debug, Clone)]
pub struct Placeholder {
    /// The name in templates and, with `--` before it, on the command line.
    pub name: String,
    /// The text of the prompt.
    pub prompt: String,
    /// The default, which is a valid value.
    pub default: String,
    /// The rule for valid values.
    pub constraint: Constraint,
    /// The kind that has this placeholder, or `None` for all kinds. Several kinds may define the
    /// same name, each in its own way.
    pub only_for: Option<String>,
}

impl Placeholder {
    /// Whether this kind has the placeholder.
    #[must_use]
    pub fn is_asked_for(&self, kind: &str) -> bool {
        self.only_for.as_ref().is_none_or(|only| only == kind)
    }

    /// Checks the value `given`.
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

    /// The name of the flag on the command line.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}

impl Manifest {
    /// Parses a manifest.
    ///
    /// # Errors
    /// If it is not TOML, breaks its own rules, or uses a feature that we do not support in the
    /// same way as `cargo generate`.
    pub fn parse(toml: &str) -> Result<Self, ManifestError> {
        raw::parse(toml)
    }

    /// Whether the file at `path` in the finished project is rendered instead of copied.
    #[must_use]
    pub fn renders(&self, path: &str) -> bool {
        self.include.iter().any(|rendered| rendered == path)
    }

    /// The files of the finished project that are rendered.
    #[must_use]
    pub fn include(&self) -> &[String] {
        &self.include
    }

    /// The hook that `cargo generate` runs before it renders. No project contains it.
    #[must_use]
    pub fn hook(&self) -> &str {
        &self.hook
    }

    /// The kinds of function.
    #[must_use]
    pub fn kinds(&self) -> &[Choice] {
        &self.kinds
    }

    /// All placeholders of all kinds: the kind first, then the others in the order of the manifest.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        std::iter::once(&self.kind).chain(&self.others)
    }

    /// The placeholders of a kind except the kind itself, in the order of the manifest.
    pub fn asked_for(&self, kind: &str) -> impl Iterator<Item = &Placeholder> {
        let asked = |placeholder: &&Placeholder| placeholder.is_asked_for(kind);
        self.others.iter().filter(asked)
    }

    /// The placeholder for the kind.
    #[must_use]
    pub fn kind(&self) -> &Placeholder {
        &self.kind
    }

    /// Sets every placeholder: from `given`, otherwise to its default.
    ///
    /// # Errors
    /// If a value is invalid, or a placeholder does not exist.
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

    /// Rejects invalid values before the prompts. If the kind is given, its rules apply; otherwise
    /// a value is valid if some kind accepts it.
    ///
    /// # Errors
    /// The first invalid value or unknown placeholder.
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

    /// Rejects values for placeholders that this kind does not have.
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

    /// The placeholders with this name; there is at least one.
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

/// The reason why values are rejected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// The template has no such placeholder.
    #[error("the template has no option `{0}`")]
    Unknown(String),
    /// The rule of the placeholder rejects the value.
    #[error("invalid {what} `{}`: it {why}", excerpt(value))]
    NotAllowed {
        /// The name of the placeholder, for people.
        what: String,
        /// The value.
        value: String,
        /// The reason.
        why: Refusal,
        /// A valid value.
        like: String,
    },
    /// Another kind has the placeholder.
    #[error(
        "`--{flag}` applies to {}, not to the kind `{kind}`",
        list_kinds(kinds)
    )]
    OtherKind {
        /// The name of the flag.
        flag: String,
        /// The kinds that have it.
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

/// The reason why a manifest is rejected: the place and the problem.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("cargo-generate.toml, {place}: {why}")]
pub struct ManifestError {
    place: String,
    why: String,
}
