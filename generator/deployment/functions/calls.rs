//! The health check of an instance, and what happens to an asynchronous call.

use std::time::Duration;

use super::read;
use crate::deployment::document::Node;

/// How the platform checks the health of an instance:
/// [`page::HEALTH`](crate::platform::page::HEALTH).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// The path of a `GET`, which succeeds with a status from 200 to 399.
    pub path: String,
    /// The time from the start to the first check: 0 to 120 s, by default 0.
    pub initial_delay: Duration,
    /// The time between two checks: 1 to 120 s, by default 3 s.
    pub period: Duration,
    /// The time limit of a check: 1 to 3 s, by default 1 s.
    pub timeout: Duration,
    /// How many checks in a row have to fail: 1 to 120, by default 3.
    pub failures: u32,
    /// How many checks in a row have to succeed: 1 to 120, by default 1.
    pub successes: u32,
}

impl HealthCheck {
    /// Reads the configuration of a server. Without a path, there is no check.
    pub(super) fn read(server: &Node) -> Option<Self> {
        const LONGEST: Duration = Duration::from_secs(120);
        const LONGEST_ANSWER: Duration = Duration::from_secs(3);
        let check = server.get("healthCheckConfig")?;
        let path = read::text(check, "httpGetUrl").filter(|path| path.starts_with('/'))?;
        let seconds = |key, least, most, default| {
            let seconds = read::seconds(check, key, least, most);
            seconds.unwrap_or(Duration::from_secs(default))
        };
        let count = |key, default| read::whole(check, key, 1..=120).unwrap_or(default);
        Some(Self {
            path,
            initial_delay: seconds("initialDelaySeconds", 0, LONGEST, 0),
            period: seconds("periodSeconds", 1, LONGEST, 3),
            timeout: seconds("timeoutSeconds", 1, LONGEST_ANSWER, 1),
            failures: count("failureThreshold", 3),
            successes: count("successThreshold", 1),
        })
    }
}

/// What happens to an asynchronous call that failed, or succeeded:
/// [`page::ASYNC`](crate::platform::page::ASYNC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsyncConfig {
    /// How often the platform calls again after a failure: 0 to 8 times, by default 3.
    pub max_retries: u32,
    /// The age at which an event is given up: 1 s to 30 days, by default one day.
    pub max_age: Duration,
    /// The queue, topic, function or event bus that is told about a success.
    pub on_success: Option<String>,
    /// The queue, topic, function or event bus that receives the event after the last failure.
    pub on_failure: Option<String>,
}

impl Default for AsyncConfig {
    fn default() -> Self {
        Self {
            max_retries: 3,
            max_age: Duration::from_secs(24 * 60 * 60),
            on_success: None,
            on_failure: None,
        }
    }
}

impl AsyncConfig {
    /// Reads the properties of a function.
    pub(super) fn read(props: &Node) -> Self {
        let config = props.get("asyncInvokeConfig");
        config.map_or_else(Self::default, Self::of)
    }

    /// Reads the configuration itself.
    pub(super) fn of(config: &Node) -> Self {
        const MOST_RETRIES: u32 = 8;
        const OLDEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);
        let default = Self::default();
        let destination =
            |name| read::text(config.at(&["destinationConfig", name])?, "destination");
        let retries = read::whole(config, "maxAsyncRetryAttempts", 0..=MOST_RETRIES);
        let age = read::seconds(config, "maxAsyncEventAgeInSeconds", 1, OLDEST);
        Self {
            max_retries: retries.unwrap_or(default.max_retries),
            max_age: age.unwrap_or(default.max_age),
            on_success: destination("onSuccess"),
            on_failure: destination("onFailure"),
        }
    }
}
