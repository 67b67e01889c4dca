//! The functions of a file with all expressions evaluated: how to run each of them.
//!
//! `check --s-yaml` reports mistakes. Here, a value that is unknown on this machine, of the wrong
//! type, or outside the platform's limits counts as missing, so that reading never fails.

mod api;
mod calls;
mod read;
mod sessions;
#[cfg(test)]
mod tests;
mod triggers;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use super::Deployment;
use super::document::{Key, Node, Value};
use super::expressions::{self, Outside};
use super::file;
use super::words::shown;
use crate::platform::{
    CONCURRENCY_LIMIT, INITIALIZER_LIMIT, LONGEST_CALL, MEMORY_LIMITS, PRE_STOP_LIMIT,
};

pub use calls::{AsyncConfig, HealthCheck};
pub use read::is_function_name;
pub use sessions::{SessionAffinity, SessionKey};
pub use triggers::{HttpTrigger, TimerTrigger, TriggerConfig, TriggerKind};

/// The time limit of a hook without a `timeout`, as Serverless Devs sets it.
const HOOK_TIMEOUT: Duration = Duration::from_secs(3);

/// An environment variable of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// Its value.
    Known(String),
    /// The expression that has no value on this machine.
    Unknown(String),
}

/// A function as its file describes it. `None` means that the file does not say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionConfig {
    /// The key of its resource in the file.
    pub resource: String,
    /// `functionName`, or the key of the resource if that name is not known.
    pub name: String,
    /// The line of that name in the file.
    pub line: u64,
    /// `region`.
    pub region: Option<String>,
    /// `code`: the folder to upload, relative to the file, without `./`.
    pub code: Option<PathBuf>,
    /// `memorySize` in MB, within [`MEMORY_LIMITS`].
    pub memory_mb: Option<u32>,
    /// `timeout` of a call, at least one second and at most [`LONGEST_CALL`].
    pub timeout: Option<Duration>,
    /// `instanceConcurrency`, from 1 to [`CONCURRENCY_LIMIT`].
    pub concurrency: Option<usize>,
    /// `environmentVariables`.
    pub environment: BTreeMap<String, Variable>,
    /// `command` of the server: the program and its first arguments, or nothing for `bootstrap`.
    pub command: Vec<String>,
    /// `args` of the server, which follow the command.
    pub args: Vec<String>,
    /// The health check, if there is one.
    pub health_check: Option<HealthCheck>,
    /// The time limit of the initializer, at most [`INITIALIZER_LIMIT`]. Without an initializer, the
    /// platform never calls it.
    pub initializer: Option<Duration>,
    /// The time limit of the pre-stop hook, at most [`PRE_STOP_LIMIT`]. Without the hook, the platform
    /// never calls it.
    pub pre_stop: Option<Duration>,
    /// Which calls have to reach the same instance.
    pub session_affinity: Option<SessionAffinity>,
    /// `triggers`, in the order of the file. Triggers of an unknown type are left out.
    pub triggers: Vec<TriggerConfig>,
    /// `asyncInvokeConfig`, or the platform's defaults.
    pub asynchronous: AsyncConfig,
}

impl Deployment {
    /// The functions of the file, in its order. `env` is the environment of Serverless Devs.
    ///
    /// What other files contribute, by `extend` or `template`, is not read.
    pub fn evaluated(&self, env: impl Fn(&str) -> Option<String>) -> Vec<FunctionConfig> {
        let mut document = self.document.clone();
        let outside = Outside {
            env: &env,
            account: None,
        };
        // `check --s-yaml` reports the mistakes.
        let _mistakes = expressions::evaluate(&mut document, outside);
        let resources = document.get("resources").into_iter();
        let functions = resources
            .flat_map(Node::entries)
            .filter(|(_, resource)| file::is_function(resource).unwrap_or(true));
        let configs = functions.filter_map(|(key, resource)| {
            let written = self.document.at(&["resources", &key.name, "props"]);
            let props = resource.get("props")?;
            Some(FunctionConfig::read(key, props, written))
        });
        configs.collect()
    }

    /// The environment variables of the function whose code is in the folder `code`, or else of the
    /// first one. `env` is the environment of Serverless Devs.
    pub fn environment(
        &self,
        code: &Path,
        env: impl Fn(&str) -> Option<String>,
    ) -> BTreeMap<String, Variable> {
        let mut functions = self.evaluated(env);
        let is_there = |function: &FunctionConfig| function.code.as_deref() == Some(code);
        let at = functions.iter().position(is_there).unwrap_or(0);
        if at < functions.len() {
            functions.swap_remove(at).environment
        } else {
            BTreeMap::new()
        }
    }
}

impl FunctionConfig {
    /// Reads evaluated properties. `written` has them as they are in the file.
    fn read(resource: &Key, props: &Node, written: Option<&Node>) -> Self {
        let container = props.get("customContainerConfig");
        let server = props.get("customRuntimeConfig").or(container);
        let hook = |name, limit| {
            let hook = props.at(&["instanceLifecycleConfig", name])?;
            matches!(hook.value, Value::Map(_))
                .then(|| read::seconds(hook, "timeout", 1, limit).unwrap_or(HOOK_TIMEOUT))
        };
        let name = read::text(props, "functionName").filter(|name| is_function_name(name));
        let place = match (&name, props.get("functionName")) {
            (Some(_), Some(written)) => written.place,
            _ => resource.place,
        };
        Self {
            resource: resource.name.clone(),
            name: name.unwrap_or_else(|| resource.name.clone()),
            line: place.line,
            region: read::text(props, "region"),
            code: code(props),
            memory_mb: read::whole(props, "memorySize", MEMORY_LIMITS),
            timeout: read::seconds(props, "timeout", 1, LONGEST_CALL),
            concurrency: read::whole(props, "instanceConcurrency", 1..=CONCURRENCY_LIMIT),
            environment: environment(props, written),
            command: server.map_or_else(Vec::new, |server| read::texts(server, "command")),
            args: server.map_or_else(Vec::new, |server| read::texts(server, "args")),
            health_check: server.and_then(HealthCheck::read),
            initializer: hook("initializer", INITIALIZER_LIMIT),
            pre_stop: hook("preStop", PRE_STOP_LIMIT),
            session_affinity: SessionAffinity::read(props),
            triggers: triggers::read(props),
            asynchronous: AsyncConfig::read(props),
        }
    }
}

/// The folder of the code, which is a text or the `src` of a map.
fn code(props: &Node) -> Option<PathBuf> {
    let code = props.get("code")?;
    let folder = code.text().or_else(|| code.get("src")?.text())?;
    let parts = Path::new(folder).components();
    let folder: PathBuf = parts.filter(|part| *part != Component::CurDir).collect();
    Some(folder)
}

fn environment(props: &Node, written: Option<&Node>) -> BTreeMap<String, Variable> {
    const KEY: &str = "environmentVariables";
    let written = written.and_then(|written| written.get(KEY));
    let variables = props.get(KEY).into_iter().flat_map(Node::entries);
    let variables = variables.map(|(key, value)| {
        let expression = || {
            let own = written.and_then(|written| written.get(&key.name));
            let text = own.or(written).and_then(Node::text);
            text.map_or_else(|| shown(&value.value), str::to_owned)
        };
        let known = read::plain(value);
        let variable = known.map_or_else(|| Variable::Unknown(expression()), Variable::Known);
        (key.name.clone(), variable)
    });
    variables.collect()
}
