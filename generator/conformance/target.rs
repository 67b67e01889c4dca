//! The function that is held to the rules, and why one of them may not pass.

use std::io;
use std::time::Duration;

use super::Kind;
use crate::local::{CallError, Instance, Launch, Settings, StartError};

/// A function to be checked.
#[derive(Debug, Clone)]
pub struct Target {
    /// How it is started.
    pub launch: Launch,
    /// The settings that each instance starts with, before a rule changes them.
    pub settings: Settings,
    /// What calls it.
    pub kind: Kind,
    /// Whether it speaks the probe protocol.
    pub probe: bool,
    /// An event that it answers with success.
    pub event: Vec<u8>,
    /// A path that it answers a client's `GET` on with any status but an error of the server
    /// (5xx); only web functions need it.
    pub path: String,
    /// How long a connection is left idle, a request is drawn out, and an instance is frozen: 2 s
    /// unless told, which finds no limit that is longer. The platform holds connections for 15
    /// minutes and more, and the usual limits of servers are up to 30 s.
    pub idle: Duration,
}

impl Target {
    /// A probe.
    #[must_use]
    pub fn probe(launch: Launch, kind: Kind) -> Self {
        Self {
            launch,
            settings: Settings::default(),
            kind,
            probe: true,
            event: b"a plain event".to_vec(),
            path: "/".into(),
            idle: Duration::from_secs(2),
        }
    }

    /// A function that answers an event with success, and knows nothing of the probe protocol.
    #[must_use]
    pub fn function(launch: Launch, kind: Kind, event: impl Into<Vec<u8>>) -> Self {
        Self {
            probe: false,
            event: event.into(),
            ..Self::probe(launch, kind)
        }
    }

    /// Starts an instance.
    pub(super) fn start(&self) -> Result<Instance, Unmet> {
        self.start_with(|_| ())
    }

    /// Starts an instance with variables of its own.
    pub(super) fn start_in(&self, env: &[(&str, &str)]) -> Result<Instance, Unmet> {
        let own = env
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        self.start_with(|settings| settings.env.extend(own))
    }

    /// Starts an instance with other settings.
    pub(super) fn start_with(&self, change: impl FnOnce(&mut Settings)) -> Result<Instance, Unmet> {
        let mut settings = self.settings.clone();
        change(&mut settings);
        Ok(Instance::start(&self.launch, &settings)?)
    }
}

/// What a rule's check comes to; no error is a pass.
pub(super) type Verdict = Result<(), Unmet>;

/// Why a rule did not pass.
#[derive(Debug)]
pub(super) enum Unmet {
    Failed(String),
    NotChecked(String),
}

impl From<StartError> for Unmet {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Machine(_) => Self::NotChecked(error.to_string()),
            _ => Self::Failed(format!("started it: {error}")),
        }
    }
}

impl From<CallError> for Unmet {
    fn from(error: CallError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for Unmet {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
