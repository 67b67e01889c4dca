//! A function as it is deployed: its program, its settings, and who may call it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::deployment::{
    AsyncConfig, FunctionConfig, HealthCheck, HttpTrigger, SessionAffinity, TriggerKind, Variable,
};
use crate::emulator::settings::{Launch, Settings};
use crate::platform::CONCURRENCY_LIMIT;

/// The time limit of a call that no configuration limits, as Serverless Devs sets it.
const TIMEOUT: Duration = Duration::from_secs(3);

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
    /// What has to be there as long as an instance is, such as a directory that is removed afterwards.
    pub keeps: Option<Arc<dyn Keeps>>,
}

/// Something that an instance needs, and that is cleaned up when it is dropped.
pub trait Keeps: std::fmt::Debug + Send + Sync {}

impl<T: std::fmt::Debug + Send + Sync> Keeps for T {}

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
            keeps: None,
        }
    }

    /// A function as its configuration describes it, with its code in a directory. Variables that have
    /// no value on this machine are left out.
    #[must_use]
    pub fn of_config(config: &FunctionConfig, launch: Launch, code: PathBuf, rest: Rest) -> Self {
        let default = Settings::default();
        let variables = config.environment.iter();
        let env = variables.filter_map(|(name, value)| match value {
            Variable::Known(value) => Some((name.clone(), value.clone())),
            Variable::Unknown(_) => None,
        });
        let settings = Settings {
            function_name: config.name.clone(),
            region: config.region.clone().unwrap_or(default.region),
            memory_mb: config.memory_mb.unwrap_or(default.memory_mb),
            timeout: config.timeout.unwrap_or(TIMEOUT),
            initializer_timeout: config.initializer.unwrap_or(default.initializer_timeout),
            pre_stop_timeout: config.pre_stop.unwrap_or(default.pre_stop_timeout),
            env: env.collect(),
            code_dir: Some(code),
            ..Settings::default()
        };
        let mut triggers = config.triggers.iter();
        Self {
            concurrency: config.concurrency.unwrap_or(1),
            initializer: config.initializer.is_some(),
            pre_stop: config.pre_stop.is_some(),
            health: config.health_check.clone(),
            affinity: config.session_affinity.clone(),
            http: triggers.find_map(|trigger| match &trigger.kind {
                TriggerKind::Http(http) => Some(http.clone()),
                TriggerKind::Timer(_) | TriggerKind::Other(_) => None,
            }),
            asynchronous: config.asynchronous.clone(),
            rest,
            ..Self::new(launch, settings)
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
