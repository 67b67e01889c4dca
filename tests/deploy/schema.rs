//! The schema that files are checked against, and what a schema cannot say by itself.

use serde_json::{Value, json};

/// Megabytes in a gigabyte, as Function Compute counts them.
const GB: f64 = 1024.0;
/// There are 20 steps to a vCPU.
const STEPS: u32 = 20;
const MOST_VCPUS: u32 = 16;

/// What is in the file, and that vCPUs come in steps of 0.05: `multipleOf` would stumble over
/// fractions that have no exact number.
pub(crate) fn plain() -> Value {
    let text = include_str!("fc3.schema.json");
    let mut schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    let cpus: Vec<f64> = steps().collect();
    schema["properties"]["cpu"]["enum"] = json!(cpus);
    schema
}

/// And that each vCPU has 1 to 4 GB of memory, which takes a rule for each step.
pub(crate) fn whole() -> Value {
    let mut schema = plain();
    let rules = schema["allOf"].as_array_mut().expect("a list of rules");
    rules.extend(steps().map(|cpu| {
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
