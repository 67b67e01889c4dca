//! The function that is held to the rules.

use std::time::Duration;

use serde::Serialize;

use super::verdict::NotPassed;
use crate::emulator::{Instance, Launch, Settings};

/// What calls the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FunctionKind {
    /// Events.
    Event,
    /// HTTP clients, and events.
    Web,
}

/// A function to be checked.
#[derive(Debug, Clone)]
pub struct Target {
    /// How it is started.
    pub launch: Launch,
    /// The settings that each instance starts with, before a rule changes them.
    pub settings: Settings,
    /// Whether its one port, [`Settings::fixed_port`], was found out: it listens there whatever it is
    /// told, and nobody says that this port is configured.
    pub is_port_found: bool,
    /// What calls it.
    pub kind: FunctionKind,
    /// Whether it speaks the probe protocol.
    pub probe: bool,
    /// An event that it answers with success.
    pub event: Vec<u8>,
    /// An event that it fails, if one is known.
    pub failing_event: Option<Vec<u8>>,
    /// A path that it answers a client's `GET` on with any status but an error of the server
    /// (5xx); only web functions need it.
    pub path: String,
    /// How long a connection is left idle, a request is drawn out, and an instance is frozen: 2 s
    /// unless told, which finds no limit that is longer. The platform holds connections for 15
    /// minutes and more, and the usual limits of servers are up to 30 s.
    pub idle: Duration,
    /// How long anything that should take no time is waited for: 60 s unless told, since the
    /// machine may be busy.
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

    /// A function that answers an event with success, and knows nothing of the probe protocol.
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

    /// Starts an instance with variables of its own.
    pub(super) fn start_in(&self, env: &[(&str, &str)]) -> Result<Instance, NotPassed> {
        let own = env
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        self.start_with(|settings| settings.env.extend(own))
    }

    /// Starts an instance with other settings.
    pub(super) fn start_with(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Instance, NotPassed> {
        let mut settings = self.settings.clone();
        settings.patience = self.patience;
        // A call that is drawn out may keep to the time that it is told, and is right to.
        settings.timeout = settings.timeout.max(self.idle * 2);
        change(&mut settings);
        Ok(Instance::start(&self.launch, &settings)?)
    }
}
