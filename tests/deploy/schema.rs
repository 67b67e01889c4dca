//! The schema that files are checked against: that of the command line, what the template always
//! writes, and what a schema cannot say by itself.

use cargo_fc3::deployment::schema;
use serde_json::{Value, json};

/// Megabytes in a gigabyte, as Function Compute counts them.
const GB: f64 = 1024.0;
/// There are 20 steps to a vCPU.
const STEPS: u32 = 20;
const MOST_VCPUS: u32 = 16;

/// Keys that a user may leave out, but that the template always writes, so that nobody has to know
/// the defaults: where, and which.
const WRITTEN: [(&str, &[&str]); 18] = [
    (
        "",
        &[
            "description",
            "cpu",
            "memorySize",
            "diskSize",
            "timeout",
            "instanceConcurrency",
            "instanceLifecycleConfig",
            "environmentVariables",
        ],
    ),
    ("/allOf/0/else", &["customRuntimeConfig"]),
    ("/properties/customRuntimeConfig", &["command", "port"]),
    ("/properties/customContainerConfig", &["port"]),
    (
        "/properties/instanceLifecycleConfig",
        &["initializer", "preStop"],
    ),
    (
        "/properties/instanceLifecycleConfig/properties/initializer",
        &["handler", "timeout"],
    ),
    (
        "/properties/instanceLifecycleConfig/properties/preStop",
        &["handler", "timeout"],
    ),
    ("/definitions/log", &["functionParameter"]),
    (
        "/definitions/log/properties/jobConfig",
        &["triggerInterval", "maxRetryTime"],
    ),
    (
        "/definitions/runOptions",
        &["batchWindow", "errorsTolerance", "retryStrategy"],
    ),
    (
        "/definitions/runOptions/properties/batchWindow",
        &["CountBasedWindow", "TimeBasedWindow"],
    ),
    ("/definitions/MNS", &["RegionId", "IsBase64Decode"]),
    ("/definitions/RocketMQ", &["RegionId", "Offset"]),
    ("/definitions/RabbitMQ", &["RegionId"]),
    (
        "/definitions/Kafka",
        &["RegionId", "OffsetReset", "Network"],
    ),
    ("/definitions/DTS", &["RegionId"]),
    ("/definitions/MQTT", &["RegionId"]),
    (
        "/definitions/eventbridge/allOf/0/else",
        &["eventSinkConfig", "runOptions"],
    ),
];

/// Those that it writes for one source of events.
const WRITTEN_FOR: [(&str, &[&str]); 2] = [("MNS", &["mode"]), ("Kafka", &["mode", "concurrency"])];

/// What the command line checks by a schema.
pub(crate) fn of_the_command_line() -> Value {
    schema::json()
}

/// With what the template always writes, and with vCPUs in steps of 0.05: `multipleOf` would stumble
/// over fractions that have no exact number.
pub(crate) fn plain() -> Value {
    let mut schema = of_the_command_line();
    let cpus: Vec<f64> = steps().collect();
    schema["properties"]["cpu"]["enum"] = json!(cpus);
    // Of a message's source; and an image has no code.
    schema["definitions"]["eventbridge"]["allOf"][0]["else"] = json!({});
    schema["allOf"][0]["then"]["properties"]["code"] = json!(false);
    for (place, keys) in WRITTEN {
        let rules = schema.pointer_mut(place).expect("the schema has it");
        require(rules, keys);
    }
    for (source, keys) in WRITTEN_FOR {
        let source =
            json!({"type": "object", "properties": {"eventSourceType": {"const": source}}});
        let option = json!({"type": "object", "required": keys});
        let sink = json!({"type": "object", "properties": {"deliveryOption": option}});
        rules(&mut schema["definitions"]["eventbridge"]).push(json!({
            "if": {"properties": {"eventSourceConfig": source}},
            "then": {"properties": {"eventSinkConfig": sink}},
        }));
    }
    schema
}

fn require(rules: &mut Value, keys: &[&str]) {
    let required = &mut rules["required"];
    if required.is_null() {
        *required = json!([]);
    }
    let required = required.as_array_mut().expect("a list of keys");
    required.extend(keys.iter().map(|key| json!(key)));
}

fn rules(schema: &mut Value) -> &mut Vec<Value> {
    schema["allOf"].as_array_mut().expect("a list of rules")
}

/// And that each vCPU has 1 to 4 GB of memory, which takes a rule for each step.
pub(crate) fn whole() -> Value {
    let mut schema = plain();
    rules(&mut schema).extend(steps().map(|cpu| {
        let memory = json!({"type": "integer", "minimum": cpu * GB, "maximum": cpu * 4.0 * GB});
        json!({
            "if": {"properties": {"cpu": {"const": cpu}}},
            "then": {"properties": {"memorySize": memory}},
        })
    }));
    schema
}

/// A schema for many functions as one value, by any names, so that the validator reads it once.
pub(crate) fn of_many(mut schema: Value) -> Value {
    let mut top = json!({"type": "object"});
    for key in ["$schema", "definitions"] {
        top[key] = schema
            .as_object_mut()
            .and_then(|schema| schema.remove(key))
            .into();
    }
    top["additionalProperties"] = schema;
    top
}

fn steps() -> impl Iterator<Item = f64> {
    (1..=MOST_VCPUS * STEPS).map(|step| f64::from(step) / f64::from(STEPS))
}
