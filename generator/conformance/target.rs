//! The function under check.

use std::time::Duration;

use serde::Serialize;

use super::verdict::NotPassed;
use crate::emulator::{Instance, Launch, Settings};

/// The callers of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FunctionKind {
    /// Events.
    Event,
    /// HTTP clients, and possibly events.
    Web,
}

/// A function to check.
#[derive(Debug, Clone)]
pub struct Target {
    /// The command that starts the function.
    pub launch: Launch,
    /// The settings of each instance, before a rule changes them.
    pub settings: Settings,
    /// Whether [`Settings::fixed_port`] was detected: the function ignores both port variables and
    /// listens there, although nobody configured this port.
    pub is_port_found: bool,
    /// The callers of the function.
    pub kind: FunctionKind,
    /// Whether the function speaks the probe protocol.
    pub probe: bool,
    /// An event that the function accepts.
    pub event: Vec<u8>,
    /// An event that the function rejects, if one is known.
    pub failing_event: Option<Vec<u8>>,
    /// A path where a client's `GET` gets any status except a server error (5xx). Only web
    /// functions need it.
    pub path: String,
    /// The time for which a check leaves a connection idle, stretches a request or freezes an
    /// instance. The default of 2 s finds no longer limit. The platform keeps connections for 15
    /// minutes and more, and the usual limits of servers are up to 30 s.
    pub idle: Duration,
    /// The time limit for anything that should be immediate. The default is 60 s, since the machine
    /// may be busy.
    pub patience: Duration,
}

impl Target {
    /// A probe.
    #[must_use]
    pub fn probe(launch: Launch, kind: FunctionKind) -> Self {
        Self {
            launch,
            settings: Settings::default(),
            is_port_found: false,
            kind,
            probe: true,
            event: b"a plain event".to_vec(),
            failing_event: None,
            path: "/".into(),
            idle: Duration::from_secs(2),
            patience: Duration::from_secs(60),
        }
    }

    /// A function that accepts this event and does not speak the probe protocol.
    #[must_use]
    pub fn function(launch: Launch, kind: FunctionKind, event: impl Into<Vec<u8>>) -> Self {
        Self {
            probe: false,
            event: event.into(),
            ..Self::probe(launch, kind)
        }
    }

    /// Starts an instance.
    pub(super) fn start(&self) -> Result<Instance, NotPassed> {
        self.start_with(|_| ())
    }

    /// Starts an instance with additional environment variables.
    pub(super) fn start_in(&self, env: &[(&str, &str)]) -> Result<Instance, NotPassed> {
        let own = env
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        self.start_with(|settings| settings.env.extend(own))
    }

    /// Starts an instance with changed settings.
    pub(super) fn start_with(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Instance, NotPassed> {
        let mut settings = self.settings.clone();
        settings.patience = self.patience;
        // A function may end a call at its time limit, so the limit must exceed a stretched call.
        settings.timeout = settings.timeout.max(self.idle * 2);
        change(&mut settings);
        Ok(Instance::start(&self.launch, &settings)?)
    }
}
