//! Mistakes in what must fit together: a type and its configuration, a runtime and its own, vCPUs and
//! memory.

use serde_json::{Value, json};

use super::mutations::{Mutation, with};

const TRIGGER_TYPES: [&str; 8] = [
    "http",
    "timer",
    "oss",
    "log",
    "mns_topic",
    "cdn_events",
    "tablestore",
    "eventbridge",
];
const SOURCE_TYPES: [&str; 7] = [
    "Default", "MNS", "RocketMQ", "RabbitMQ", "Kafka", "DTS", "MQTT",
];

/// The configuration of one trigger, or of one source, under the type of another.
pub(crate) fn of_types(props: &Value) -> Vec<Mutation> {
    let trigger = "/triggers/0";
    let source = "/triggers/0/triggerConfig/eventSourceConfig";
    let types = TRIGGER_TYPES.map(|new| (trigger, "triggerType", new));
    let sources = SOURCE_TYPES.map(|new| (source, "eventSourceType", new));
    let mut all = Vec::new();
    for (holder, key, new) in types.into_iter().chain(sources) {
        let place = format!("{holder}/{key}");
        if props.pointer(&place).is_some_and(|old| old != new) {
            all.push(Mutation {
                what: format!("{new} for {place}"),
                props: with(props, &place, json!(new)),
                place: trigger.to_owned(),
                keywords: &[],
                key: None,
            });
        }
    }
    all
}

/// What belongs to the other way of deployment.
pub(crate) fn of_runtimes(archive: &Value, image: &Value) -> Vec<Mutation> {
    let moved = |to: &Value, from: &Value, key: &str| Mutation {
        what: format!("{key} with the runtime {}", to["runtime"]),
        props: with(to, &format!("/{key}"), from[key].clone()),
        place: format!("/{key}"),
        keywords: &["false schema"],
        key: None,
    };
    let other = |to: &Value, from: &Value, missing: &str| Mutation {
        what: format!("the runtime {} without {missing}", from["runtime"]),
        props: with(to, "/runtime", from["runtime"].clone()),
        place: String::new(),
        keywords: &["required"],
        key: Some(missing.to_owned()),
    };
    vec![
        moved(archive, image, "customContainerConfig"),
        moved(image, archive, "customRuntimeConfig"),
        moved(image, archive, "code"),
        other(archive, image, "customContainerConfig"),
        other(image, archive, "customRuntimeConfig"),
        other(image, archive, "code"),
    ]
}

/// vCPUs with memory, and which rule is broken, if one is.
const MEMORY: [(f64, u32, Option<&str>); 12] = [
    (0.05, 128, None),
    (0.05, 192, None),
    (0.05, 256, Some("maximum")),
    (0.35, 320, Some("minimum")),
    (0.35, 384, None),
    (0.35, 1408, None),
    (0.35, 1472, Some("maximum")),
    (1.0, 960, Some("minimum")),
    (1.0, 1024, None),
    (1.0, 4160, Some("maximum")),
    (16.0, 16_320, Some("minimum")),
    (16.0, 32_768, None),
];

/// Each pair, with the mutation that it is; one without a broken rule must pass.
pub(crate) fn of_memory(props: &Value) -> Vec<(Mutation, Option<&'static str>)> {
    let pair = |(cpu, memory, broken): (f64, u32, Option<&'static str>)| {
        let changed = with(
            &with(props, "/cpu", json!(cpu)),
            "/memorySize",
            json!(memory),
        );
        let mutation = Mutation {
            what: format!("{cpu} vCPU with {memory} MB"),
            props: changed,
            place: "/memorySize".to_owned(),
            keywords: if broken == Some("minimum") {
                &["minimum"]
            } else {
                &["maximum"]
            },
            key: None,
        };
        (mutation, broken)
    };
    MEMORY.map(pair).into()
}
