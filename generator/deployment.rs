//! The deployment configuration of a function, `s.yaml`, and the mistakes in it.
//!
//! Serverless Devs checks little of it before it builds and uploads. This module compares each
//! function with a [`schema`] that is stricter than the component's own, and with the platform's
//! rules across several values. Every [`Mistake`] has its line and column.

mod check;
mod document;
mod expressions;
mod file;
mod functions;
mod questions;
mod rules;
mod schedule;
pub mod schema;
mod words;

use std::fmt;

use document::{Node, Place};
use expressions::Outside;

pub use functions::{
    AsyncConfig, FunctionConfig, HealthCheck, HttpTrigger, SessionAffinity, SessionKey,
    TimerTrigger, TriggerConfig, TriggerKind, Variable, is_function_name,
};
pub use schedule::{Schedule, ScheduleError};

/// A deployment configuration.
#[derive(Debug)]
pub struct Deployment {
    document: Node,
}

impl Deployment {
    /// Reads a file.
    ///
    /// # Errors
    /// It is not YAML.
    pub fn read(yaml: &str) -> Result<Self, Mistake> {
        let document = Node::parse(yaml)?;
        Ok(Self { document })
    }

    /// All mistakes, in the order of the file. `is_folder` says whether there is a folder of this name
    /// beside it.
    #[must_use]
    pub fn mistakes(&self, is_folder: impl Fn(&str) -> bool) -> Vec<Mistake> {
        let mut document = self.document.clone();
        let mut mistakes = expressions::evaluate(&mut document, Outside::of_a_check());
        mistakes.extend(file::mistakes(&document));
        mistakes.extend(file::local_components(&document, is_folder));
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
    /// The key whose value made this a mistake, if it is another one.
    because: Option<String>,
}

impl Mistake {
    fn new(place: Place, about: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place,
            about: about.into(),
            message: message.into(),
            because: None,
        }
    }

    /// The same mistake because of a value elsewhere, such as `runtime: custom`.
    fn because(mut self, reason: Option<&str>) -> Self {
        let key = reason.and_then(|reason| reason.split(':').next());
        self.because = key.map(str::to_owned);
        self
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
