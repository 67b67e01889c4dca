//! Asynchronous tasks: calls that can be listed, looked at and stopped while they wait or run, and for a
//! while afterwards.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use hyper::StatusCode;
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use super::api_error::ApiError;
use super::function::{CallFailure, EventCall, Returned, Watch};

/// The most tasks that are remembered.
const MOST: usize = 10_000;
/// The longest id: [`page::INVOKE`](crate::platform::page::INVOKE).
const ID_LIMIT: usize = 128;
/// The most bytes that are kept of an event or a reply.
const PAYLOAD: usize = 16 * 1024;

/// All tasks of all functions. Clones share them. They are gone at the end.
#[derive(Clone, Default)]
pub(crate) struct Tasks(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// By the name of the function and the id.
    all: BTreeMap<(String, String), Task>,
    /// The number of the next task.
    next: u64,
}

struct Task {
    number: u64,
    /// What the API shows.
    shown: Value,
    status: Status,
    run: Option<AbortHandle>,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Enqueued,
    Running,
    Retrying,
    Succeeded,
    Failed,
    Stopped,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Enqueued => "Enqueued",
            Self::Running => "Running",
            Self::Retrying => "Retrying",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        }
    }

    fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

/// A task that was accepted. It is told how its call goes.
pub(crate) struct Accepted {
    tasks: Tasks,
    key: (String, String),
}

impl Tasks {
    /// Accepts a task. Without an id of its own, it has that of the request.
    ///
    /// # Errors
    /// The id is not valid, or that of a task that is not over.
    pub(crate) fn accept(
        &self,
        function: &str,
        arn: &str,
        id: Option<&str>,
        call: &EventCall,
    ) -> Result<Arc<Accepted>, ApiError> {
        let id = id.unwrap_or(&call.request_id);
        let is_letter = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
        if id.is_empty() || id.len() > ID_LIMIT || !id.chars().all(is_letter) {
            let message =
                format!("the id of a task must be 1 to {ID_LIMIT} letters, digits, `_` and `-`");
            return Err(ApiError::invalid(message));
        }
        let key = (function.to_owned(), id.to_owned());
        let mut state = self.state();
        if state
            .all
            .get(&key)
            .is_some_and(|task| !task.status.is_over())
        {
            let message = format!("the task `{id}` is not over yet");
            return Err(ApiError::conflict("AsyncTaskAlreadyExists", message));
        }
        state.forget_oldest();
        let number = state.next;
        state.next += 1;
        let task = Task {
            number,
            shown: json!({
                "taskId": id,
                "requestId": call.request_id,
                "functionArn": arn,
                "qualifier": call.qualifier,
                "startedTime": milliseconds(),
                "endTime": 0,
                "durationMs": 0,
                "alreadyRetriedTimes": 0,
                "instanceId": "",
                "taskErrorMessage": "",
                "taskPayload": payload(&call.event),
                "returnPayload": "",
            }),
            status: Status::Enqueued,
            run: None,
        };
        state.all.insert(key.clone(), task);
        let tasks = self.clone();
        Ok(Arc::new(Accepted { tasks, key }))
    }

    /// The task of a function.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn get(&self, function: &str, id: &str) -> Result<Value, ApiError> {
        let state = self.state();
        let key = (function.to_owned(), id.to_owned());
        let task = state.all.get(&key).ok_or_else(|| not_found(id))?;
        Ok(task.shown())
    }

    /// The tasks of a function, the newest first.
    pub(crate) fn list(&self, function: &str) -> Vec<Value> {
        let state = self.state();
        let of_function = state.all.iter().filter(|((other, _), _)| other == function);
        let mut tasks: Vec<_> = of_function.map(|(_, task)| task).collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.number));
        tasks.into_iter().map(Task::shown).collect()
    }

    /// Stops a task. What runs of it is cancelled.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn stop(&self, function: &str, id: &str) -> Result<(), ApiError> {
        let mut state = self.state();
        let key = (function.to_owned(), id.to_owned());
        let task = state.all.get_mut(&key).ok_or_else(|| not_found(id))?;
        if !task.status.is_over() {
            task.end(Status::Stopped);
            if let Some(run) = task.run.take() {
                run.abort();
            }
        }
        Ok(())
    }

    /// Forgets the tasks of a function, or of all.
    pub(crate) fn forget(&self, function: Option<&str>) {
        let is_other = |other: &str| function.is_some_and(|function| function != other);
        self.state().all.retain(|(other, _), _| is_other(other));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget_oldest(&mut self) {
        if self.all.len() < MOST {
            return;
        }
        let over = self.all.iter().filter(|(_, task)| task.status.is_over());
        let oldest = over
            .min_by_key(|(_, task)| task.number)
            .map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            self.all.remove(&oldest);
        }
    }
}

impl Task {
    fn shown(&self) -> Value {
        let mut shown = self.shown.clone();
        shown["status"] = self.status.as_str().into();
        shown
    }

    fn end(&mut self, status: Status) {
        self.status = status;
        let end = milliseconds();
        self.shown["endTime"] = end.into();
        let began = self.shown["startedTime"].as_u64().unwrap_or(end);
        self.shown["durationMs"] = end.saturating_sub(began).into();
    }
}

impl Accepted {
    /// The id of the task.
    pub(crate) fn id(&self) -> &str {
        &self.key.1
    }

    /// The run of the task, which ends when it is stopped.
    pub(crate) fn is_run_by(&self, run: AbortHandle) {
        self.change(|task| task.run = Some(run));
    }

    fn change(&self, change: impl FnOnce(&mut Task)) {
        let mut state = self.tasks.state();
        let task = state.all.get_mut(&self.key);
        // It may be stopped, or forgotten.
        if let Some(task) = task.filter(|task| !task.status.is_over()) {
            change(task);
        }
    }
}

impl Watch for Accepted {
    fn began(&self, retries: u32) {
        self.change(|task| {
            task.status = Status::Running;
            task.shown["alreadyRetriedTimes"] = retries.into();
        });
    }

    fn ended(&self, returned: &Returned, is_last: bool) {
        self.change(|task| {
            task.shown["instanceId"] = returned.instance.clone().unwrap_or_default().into();
            let body = match &returned.body {
                Ok(body) => payload(body),
                Err(failure) => failure.to_string(),
            };
            if returned.error_type.is_none() {
                task.shown["returnPayload"] = body.into();
                task.end(Status::Succeeded);
                return;
            }
            let message = returned.body.as_ref().err().map(CallFailure::told);
            task.shown["taskErrorMessage"] = message.unwrap_or(body).into();
            if is_last {
                task.end(Status::Failed);
            } else {
                task.status = Status::Retrying;
            }
        });
    }
}

fn not_found(id: &str) -> ApiError {
    let id: String = id.chars().take(ID_LIMIT).collect();
    let message = format!("there is no task `{id}`");
    ApiError::new(StatusCode::NOT_FOUND, "AsyncTaskNotFound", message)
}

fn payload(bytes: &[u8]) -> String {
    let kept = &bytes[..bytes.len().min(PAYLOAD)];
    String::from_utf8_lossy(kept).into_owned()
}

fn milliseconds() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
