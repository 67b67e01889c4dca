//! A function as it is deployed: its program, its settings, and who may call it.

use std::time::Duration;

use crate::emulator::settings::{Launch, Settings};

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
    /// The HTTP trigger, if the function has one.
    pub http: Option<HttpTrigger>,
    /// What happens to asynchronous calls.
    pub asynchronous: AsyncPolicy,
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
            http: None,
            asynchronous: AsyncPolicy::default(),
            rest: Rest::default(),
        }
    }

    /// The name of the function.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.function_name
    }
}

/// An HTTP trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpTrigger {
    /// The methods that it lets through.
    pub methods: Vec<String>,
}

/// What happens to asynchronous calls: `asyncInvokeConfig`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsyncPolicy {
    /// How often a failed event is tried again: 0 to 8.
    pub retries: u32,
    /// The age at which an event is given up.
    pub max_age: Duration,
    /// The destination of what succeeded, an ARN.
    pub on_success: Option<String>,
    /// The destination of what failed for good, an ARN.
    pub on_failure: Option<String>,
}

impl Default for AsyncPolicy {
    /// The platform's defaults: three retries within a day.
    fn default() -> Self {
        Self {
            retries: 3,
            max_age: Duration::from_secs(24 * 60 * 60),
            on_success: None,
            on_failure: None,
        }
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
