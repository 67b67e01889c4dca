//! One check of an instance's health: [`page::HEALTH`](crate::platform::page::HEALTH).

use http_body_util::{BodyExt, Limited};

use super::client::{Broken, whole};
use super::failure::CallFailure;
use super::member::Running;
use crate::deployment::HealthCheck;
use crate::emulator::error::CallError;
use crate::emulator::ids;
use crate::emulator::instance::Instance;

/// The most that is read of a response, in bytes.
const RESPONSE_LIMIT: usize = 1024 * 1024;

/// Checks an instance before its first call. The platform does not try again.
///
/// # Errors
/// It is not healthy, so it does not start.
pub(super) fn check_start(instance: &Instance, check: &HealthCheck) -> Result<(), CallFailure> {
    // A process that ends has nothing to wait for.
    let _ = instance.wait(check.initial_delay);
    let request = instance.client("GET", &check.path);
    let checked = match instance.call_within(&request, check.timeout) {
        Ok(answer) => judge(answer.status),
        Err(CallError::TimedOut { .. }) => Err(late(check)),
        Err(error) => Err(error.to_string()),
    };
    checked.map_err(|reason| {
        let reason = format!(
            "The function http server cannot be started. check function health failed with {reason}"
        );
        CallFailure::not_started("FunctionNotStarted", reason)
    })
}

/// Checks an instance that runs.
///
/// # Errors
/// The reason why this check failed.
pub(super) async fn check(running: &Running, check: &HealthCheck) -> Result<(), String> {
    let request = running.client.http("GET", &check.path, &ids::hook());
    let exchange = async {
        let response = running.client.send(request, whole("")).await;
        let response = response.map_err(|error| Broken::new(&error).0)?;
        let status = response.status().as_u16();
        // Read to its end, so that the connection can be used again.
        let _ = Limited::new(response.into_body(), RESPONSE_LIMIT)
            .collect()
            .await;
        judge(status)
    };
    tokio::time::timeout(check.timeout, exchange)
        .await
        .unwrap_or_else(|_| Err(late(check)))
}

fn judge(status: u16) -> Result<(), String> {
    if (200..400).contains(&status) {
        Ok(())
    } else {
        Err(format!("status code: {status}"))
    }
}

fn late(check: &HealthCheck) -> String {
    format!("no response within {} seconds", check.timeout.as_secs_f32())
}

/// What is said of an instance whose checks have failed often enough.
pub(super) fn told(check: &HealthCheck, reason: &str) -> String {
    let path = &check.path;
    match check.failures {
        1 => format!("GET {path}: {reason}"),
        times => format!("GET {path}, {times} times in a row: {reason}"),
    }
}
