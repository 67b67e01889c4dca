//! The deployment configuration of a function, `s.yaml`, and the mistakes in it.
//!
//! Serverless Devs checks little of it before it builds and uploads. This module compares each
//! function with a [`schema`] that is stricter than the component's own, and with the platform's
//! rules across several values. Every [`Mistake`] has its line and column.

mod check;
mod document;
mod expressions;
mod file;
mod rules;
pub mod schema;
mod words;

use std::fmt;

use document::{Node, Place};

/// A deployment configuration.
#[derive(Debug)]
pub struct Deployment {
    document: Node,
    /// The expressions that name missing variables.
    undefined: Vec<Mistake>,
}

impl Deployment {
    /// Reads a file.
    ///
    /// # Errors
    /// It is not YAML.
    pub fn read(yaml: &str) -> Result<Self, Mistake> {
        let mut document = Node::parse(yaml)?;
        let undefined = expressions::evaluate(&mut document);
        Ok(Self {
            document,
            undefined,
        })
    }

    /// All mistakes, in the order of the file.
    #[must_use]
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = file::mistakes(&self.document);
        mistakes.extend(self.undefined.iter().cloned());
        mistakes.sort_by(|a, b| (a.place, &a.about).cmp(&(b.place, &b.about)));
        mistakes.dedup_by(|a, b| (a.place, &a.about) == (b.place, &b.about));
        mistakes
    }
}

/// A mistake in a deployment configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    place: Place,
    /// The key that it is about. Of two mistakes about one value, the first is reported.
    about: String,
    message: String,
}

impl Mistake {
    fn new(place: Place, about: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place,
            about: about.into(),
            message: message.into(),
        }
    }

    /// The line in the file, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.place.line
    }

    /// The column in the line, from 1.
    #[must_use]
    pub fn column(&self) -> u64 {
        self.place.column
    }
}

impl std::error::Error for Mistake {}

/// The message, without its place.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
