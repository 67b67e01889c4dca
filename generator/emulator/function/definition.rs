//! A function as it is deployed: its program, its settings, and who may call it.

use std::time::Duration;

use crate::deployment::{AsyncConfig, HealthCheck, HttpTrigger, SessionAffinity};
use crate::emulator::settings::{Launch, Settings};
use crate::platform::CONCURRENCY_LIMIT;

/// What is deployed under a name.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The program of an instance.
    pub launch: Launch,
    /// The settings of an instance, with the name of the function.
    pub settings: Settings,
    /// The number of calls that one instance serves at the same time.
    pub concurrency: usize,
    /// Whether the initializer is configured. If not, the platform never calls it.
    pub initializer: bool,
    /// Whether the pre-stop hook is configured.
    pub pre_stop: bool,
    /// How the health of instances is checked, if it is.
    pub health: Option<HealthCheck>,
    /// Which calls have to reach the same instance. With it, the platform ignores `concurrency`.
    pub affinity: Option<SessionAffinity>,
    /// The HTTP trigger, if the function has one.
    pub http: Option<HttpTrigger>,
    /// What happens to asynchronous calls.
    pub asynchronous: AsyncConfig,
    /// How the platform treats instances without calls.
    pub rest: Rest,
}

impl Definition {
    /// A function with the platform's defaults, and no trigger.
    #[must_use]
    pub fn new(launch: Launch, settings: Settings) -> Self {
        Self {
            launch,
            settings,
            concurrency: 1,
            initializer: false,
            pre_stop: false,
            health: None,
            affinity: None,
            http: None,
            asynchronous: AsyncConfig::default(),
            rest: Rest::default(),
        }
    }

    /// The same function, which runs already: somebody has started it in a debugger, and it listens on
    /// this port of the loopback interface. There is one instance, which gets all calls, with the
    /// initializer before the first. It is neither checked, nor frozen, nor stopped.
    #[must_use]
    pub fn attached(mut self, port: u16) -> Self {
        self.settings.attached = Some(port);
        self.settings.memory_limiter = None;
        self.pre_stop = false;
        self.health = None;
        self.rest = Rest::default();
        if let Some(affinity) = &mut self.affinity {
            affinity.sessions_per_instance = usize::MAX;
        }
        self
    }

    /// The number of calls that one instance serves at the same time, as the platform sees it.
    pub(super) fn calls_of_instance(&self) -> usize {
        match self.affinity {
            _ if self.settings.attached.is_some() => usize::MAX,
            Some(_) => CONCURRENCY_LIMIT,
            None => self.concurrency,
        }
    }

    /// The name of the function.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.function_name
    }
}

/// How instances without calls are treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rest {
    /// Whether an instance without calls is frozen, as on the platform.
    pub freezes: bool,
    /// The time after which an instance without calls is stopped. The platform takes minutes to tens
    /// of minutes.
    pub idle: Option<Duration>,
}
