//! What a call tells its handler.

use std::env;
use std::fmt;
use std::sync::Mutex;
use std::time::Instant;

use cargo_fc3::platform::{env as variable, header};
use serde_json::{Value, json};

use super::Server;
use super::gate::lock;
use super::request::Request;
use crate::faults::Fault;

/// The context that came last.
pub(super) type Recent = Mutex<Option<Context>>;

/// The values of a call.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) id: String,
    values: Value,
    deadline: Option<Instant>,
    credentials: Option<Credentials>,
}

#[derive(Clone)]
struct Credentials {
    id: String,
    secret: String,
    token: String,
    is_shown: bool,
}

impl Context {
    pub(super) fn of(server: &Server, request: &Request) -> Result<Self, String> {
        let text = |name: &str| {
            let value = header_of(server, request, name);
            let empty = server.has(Fault::TakesEmptyForAValue);
            value.filter(|value| empty || !value.is_empty())
        };
        let number = |name: &str| {
            let value = header_of(server, request, name).filter(|value| !value.is_empty());
            let is_plain = |value: &&str| value.bytes().all(|byte| byte.is_ascii_digit());
            let number = value.filter(is_plain).and_then(|value| value.parse().ok());
            if server.has(Fault::FailsOnWhatIsNoNumber) && value.is_some() && number.is_none() {
                return Err(format!("`{name}` is no number"));
            }
            Ok(number)
        };
        let mut memory: Option<u64> = number(header::FUNCTION_MEMORY)?;
        if server.has(Fault::TellsMemoryInBytes) {
            memory = memory.map(|memory| memory.saturating_mul(1024 * 1024));
        }
        let trace = |name: &str| text(name).filter(|_| !server.has(Fault::LosesTheTrace));
        let timeout: Option<u64> = number(header::FUNCTION_TIMEOUT)?;
        let id = request.id(server);
        let context = Self {
            values: json!({
                "requestId": id,
                "functionName": text(header::FUNCTION_NAME),
                "region": text(header::REGION),
                "accountId": text(header::ACCOUNT_ID),
                "memoryMb": memory,
                "timeoutSeconds": timeout,
                "qualifier": text(header::QUALIFIER),
                "versionId": text(header::VERSION_ID),
                "retryCount": number(header::RETRY_COUNT)?,
                "traceParent": trace(header::TRACE_PARENT),
                "traceState": trace(header::TRACE_STATE),
                "baggage": trace(header::BAGGAGE),
                "logProject": text(header::LOG_PROJECT),
                "logStore": text(header::LOG_STORE),
                "taskId": text(header::ASYNC_TASK_ID),
            }),
            id,
            deadline: timeout.and_then(|_| request.deadline()),
            credentials: Credentials::of(server, request),
        };
        *lock(&server.recent) = Some(context.clone());
        Ok(context)
    }

    /// Every value, as a probe tells them.
    pub(super) fn shown(&self, server: &Server) -> Value {
        let recent = lock(&server.recent);
        let global = recent.as_ref();
        let told = global
            .filter(|_| server.has(Fault::KeepsTheContextInAGlobal))
            .unwrap_or(self);
        let mut values = told.values.clone();
        let left = told.deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(Instant::now());
            if server.has(Fault::CountsTimeInSeconds) {
                left.as_secs()
            } else {
                u64::try_from(left.as_millis()).unwrap_or(u64::MAX)
            }
        });
        values["remainingMs"] = json!(left);
        values["credentials"] = told.credentials.as_ref().map_or(Value::Null, |keys| {
            json!({
                "accessKeyId": keys.id,
                "accessKeySecret": keys.secret,
                "securityToken": keys.token,
            })
        });
        values
    }

    /// The id that the call's records carry.
    pub(super) fn log_id(&self, server: &Server) -> String {
        let recent = lock(&server.recent);
        let last = recent.as_ref();
        last.filter(|_| server.has(Fault::LogsWithTheIdOfTheLastCall))
            .unwrap_or(self)
            .id
            .clone()
    }
}

/// The first value of a header, found by the spellings that are looked for.
fn header_of<'a>(server: &Server, request: &'a Request, name: &str) -> Option<&'a str> {
    let looked_for = |have: &str| {
        if server.has(Fault::LooksForTwoSpellings) {
            have == name || (have.eq_ignore_ascii_case(name) && have.starts_with("X-Fc-"))
        } else {
            have.eq_ignore_ascii_case(name)
        }
    };
    let mut headers = request.headers.iter();
    let (_, value) = headers.find(|(have, _)| looked_for(have))?;
    Some(value)
}

impl Credentials {
    /// From the call where they are whole, else from the environment.
    fn of(server: &Server, request: &Request) -> Option<Self> {
        let header = |name| request.header(name).map(str::to_owned);
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let whole = |id: Option<String>, secret: Option<String>, token: Option<String>| {
            Some(Self {
                id: id?,
                secret: secret?,
                token: token?,
                is_shown: server.has(Fault::ShowsKeys),
            })
        };
        let mut token = header(header::SECURITY_TOKEN);
        if server.has(Fault::TakesKeysWithoutAToken) {
            token = token.or(Some(String::new()));
        }
        let of_call = whole(
            header(header::ACCESS_KEY_ID),
            header(header::ACCESS_KEY_SECRET),
            token,
        );
        let of_instance = whole(
            variable(variable::ACCESS_KEY_ID),
            variable(variable::ACCESS_KEY_SECRET),
            variable(variable::SECURITY_TOKEN),
        );
        of_call
            .filter(|_| !server.has(Fault::TakesKeysFromVariablesOnly))
            .or(of_instance)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Context");
        shown.field("values", &self.values.to_string());
        shown.field("credentials", &self.credentials);
        shown.finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Credentials");
        if self.is_shown {
            shown.field("id", &self.id).field("secret", &self.secret);
            return shown.field("token", &self.token).finish();
        }
        shown.finish_non_exhaustive()
    }
}
