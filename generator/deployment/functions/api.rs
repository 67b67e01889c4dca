//! The same from the documents of the API, whose values are literal: nothing in them is an expression.

use serde_json::Value as Json;

use super::triggers;
use super::{AsyncConfig, FunctionConfig, TriggerConfig};
use crate::deployment::document::{Key, Node, Place, Value};

impl FunctionConfig {
    /// Reads a function as `GetFunction` of the API shows it.
    #[must_use]
    pub fn of_api(function: &Json) -> Self {
        let resource = Key {
            name: "function".to_owned(),
            place: Place::default(),
        };
        Self::read(&resource, &node(function), None)
    }
}

impl AsyncConfig {
    /// Reads the configuration as `GetAsyncInvokeConfig` of the API shows it.
    #[must_use]
    pub fn of_api(config: &Json) -> Self {
        Self::of(&node(config))
    }
}

impl TriggerConfig {
    /// Reads a trigger: its name, its type, and its configuration as a JSON text.
    #[must_use]
    pub fn of_api(name: &str, kind: &str, config: &str) -> Self {
        let config: Json = serde_json::from_str(config).unwrap_or_default();
        Self {
            name: name.to_owned(),
            kind: triggers::kind(kind, &node(&config)),
        }
    }
}

fn node(json: &Json) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Number(number.as_f64().unwrap_or(f64::MAX)),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(node).collect()),
        Json::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let entry = |(name, value): (&String, &Json)| {
                let place = Place::default();
                let name = name.clone();
                (Key { name, place }, node(value))
            };
            Value::Map(fields.map(entry).collect())
        }
    };
    Node {
        value,
        place: Place::default(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::deployment::{TriggerKind, Variable};

    #[test]
    fn a_function_of_the_api_is_read_literally() {
        let config = FunctionConfig::of_api(&json!({
            "functionName": "hello",
            "timeout": 7,
            "memorySize": 1024,
            "instanceConcurrency": 20,
            "environmentVariables": { "A": "${env('HOME')}" },
            "customRuntimeConfig": { "command": ["/code/run"], "args": ["--x"], "port": 8000 },
            "instanceLifecycleConfig": { "preStop": { "timeout": 9 }, "initializer": null },
            "sessionAffinity": "NONE",
        }));
        assert_eq!(config.name, "hello");
        assert_eq!(config.timeout, Some(Duration::from_secs(7)));
        assert_eq!(config.memory_mb, Some(1024));
        assert_eq!(config.concurrency, Some(20));
        assert_eq!(config.command, ["/code/run"]);
        assert_eq!(config.args, ["--x"]);
        assert_eq!(config.pre_stop, Some(Duration::from_secs(9)));
        assert_eq!(config.initializer, None);
        let expected = Variable::Known("${env('HOME')}".to_owned());
        assert_eq!(config.environment["A"], expected);
    }

    #[test]
    fn triggers_and_policies_of_the_api_are_read() {
        let timer = TriggerConfig::of_api(
            "t",
            "timer",
            r#"{"cronExpression":"@every 1m","enable":true}"#,
        );
        assert!(matches!(timer.kind, TriggerKind::Timer(timer) if timer.enabled));
        let http = TriggerConfig::of_api("h", "http", r#"{"methods":["GET"]}"#);
        assert!(matches!(http.kind, TriggerKind::Http(http) if http.methods == ["GET"]));
        let config = AsyncConfig::of_api(&json!({
            "maxAsyncRetryAttempts": 1,
            "destinationConfig": { "onFailure": { "destination": "acs:mns" } },
        }));
        assert_eq!(config.max_retries, 1);
        assert_eq!(config.on_failure.as_deref(), Some("acs:mns"));
    }
}
