//! The rules that no schema expresses: several values that must fit together.

use serde_json::{Map, Value};

use super::Mistake;
use super::document::Node;
use super::schedule::Schedule;
use super::words::shown;
use crate::platform::ENVIRONMENT_LIMIT;

/// A rule about the properties of one function.
type Rule = fn(&Node) -> Vec<Mistake>;

const RULES: [Rule; 10] = [
    cpu_steps,
    memory_fits_the_cpu,
    environment_size,
    one_way_to_keep_instances,
    file_system_needs_a_network,
    trigger_names_differ,
    timers_have_a_schedule,
    sources_are_in_the_region,
    log_triggers_do_not_feed_themselves,
    event_filters_are_json,
];

/// All mistakes in the properties of a function.
pub(super) fn mistakes(function: &Node) -> Vec<Mistake> {
    RULES.iter().flat_map(|rule| rule(function)).collect()
}

fn one(node: &Node, about: &str, message: String) -> Vec<Mistake> {
    vec![Mistake::new(node.place, about, message)]
}

/// `multipleOf` would stumble over fractions that no number represents exactly.
fn cpu_steps(function: &Node) -> Vec<Mistake> {
    const STEPS: f64 = 20.0;
    let Some((node, cpu)) = function
        .get("cpu")
        .and_then(|node| Some((node, node.number()?)))
    else {
        return Vec::new();
    };
    let steps = cpu * STEPS;
    if (steps - steps.round()).abs() < 1e-9 {
        return Vec::new();
    }
    let near = steps.round().max(1.0) / STEPS;
    let message = format!("`cpu` is `{cpu}`; expected a multiple of 0.05, such as {near}");
    one(node, "cpu", message)
}

fn memory_fits_the_cpu(function: &Node) -> Vec<Mistake> {
    const MB_PER_GB: f64 = 1024.0;
    const MOST_GB: f64 = 4.0;
    const STEP: f64 = 64.0;
    let number = |key| function.get(key).and_then(Node::number);
    let (Some(cpu), Some(memory), Some(node)) = (
        number("cpu"),
        number("memorySize"),
        function.get("memorySize"),
    ) else {
        return Vec::new();
    };
    let (least, most) = (cpu * MB_PER_GB / STEP, cpu * MB_PER_GB * MOST_GB / STEP);
    let (least, most) = (least.ceil() * STEP, most.floor() * STEP);
    if (least..=most).contains(&memory) {
        return Vec::new();
    }
    let message = format!(
        "`memorySize` is `{memory}` with `cpu: {cpu}`; expected {least:.0} to {most:.0}, which is 1 to 4 \
         GB for each vCPU"
    );
    one(node, "memorySize", message)
}

/// The platform counts names and values together.
fn environment_size(function: &Node) -> Vec<Mistake> {
    let Some(variables) = function.get("environmentVariables") else {
        return Vec::new();
    };
    let sizes = variables
        .entries()
        .map(|(key, value)| key.name.len() + value.text().map_or(0, str::len));
    let size: usize = sizes.sum();
    if size <= ENVIRONMENT_LIMIT {
        return Vec::new();
    }
    let message = format!(
        "`environmentVariables` has {size} bytes in names and values; the maximum is {ENVIRONMENT_LIMIT}"
    );
    one(variables, "environmentVariables", message)
}

fn one_way_to_keep_instances(function: &Node) -> Vec<Mistake> {
    let provision = function.get("provisionConfig");
    let (Some(_), Some(scaling)) = (provision, function.get("scalingConfig")) else {
        return Vec::new();
    };
    let message = "`scalingConfig` cannot be combined with `provisionConfig`; remove one of them";
    one(scaling, "scalingConfig", message.to_owned())
}

fn file_system_needs_a_network(function: &Node) -> Vec<Mistake> {
    // With `auto`, Serverless Devs creates both.
    let node = function
        .get("nasConfig")
        .filter(|node| node.get("mountPoints").is_some());
    match (node, function.get("vpcConfig")) {
        (Some(node), None) => {
            let message = "`nasConfig` needs `vpcConfig`: a file system is reached through its VPC";
            one(node, "nasConfig", message.to_owned())
        }
        _ => Vec::new(),
    }
}

fn triggers(function: &Node) -> &[Node] {
    function.get("triggers").map_or(&[], Node::items)
}

fn text<'a>(node: &'a Node, path: &[&str]) -> Option<&'a str> {
    node.at(path)?.text()
}

/// A second trigger of the same name would replace the first, and a version has one HTTP trigger.
fn trigger_names_differ(function: &Node) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let triggers = triggers(function);
    for (at, trigger) in triggers.iter().enumerate() {
        let earlier = &triggers[..at];
        let is_same = |path: &str| {
            let value = text(trigger, &[path]);
            value.filter(|value| {
                earlier
                    .iter()
                    .any(|other| text(other, &[path]) == Some(*value))
            })
        };
        if let (Some(name), Some(node)) = (is_same("triggerName"), trigger.get("triggerName")) {
            let message = format!("two triggers have the name `{name}`; rename one of them");
            mistakes.extend(one(node, "triggerName", message));
        }
        let version = |trigger: &Node| match trigger.get("qualifier") {
            None => "LATEST".to_owned(),
            Some(qualifier) => qualifier.text().unwrap_or_default().to_owned(),
        };
        let is_http = |trigger: &Node| text(trigger, &["triggerType"]) == Some("http");
        let is_second = |other: &Node| is_http(other) && version(other) == version(trigger);
        if let Some(node) = trigger.get("triggerType").filter(|_| is_http(trigger))
            && earlier.iter().any(is_second)
        {
            let message = "a function has at most one HTTP trigger for each version or alias";
            mistakes.extend(one(node, "triggerType", message.to_owned()));
        }
    }
    mistakes
}

/// The schema only counts the fields.
fn timers_have_a_schedule(function: &Node) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for trigger in triggers(function) {
        let node = trigger.at(&["triggerConfig", "cronExpression"]);
        let Some((node, expression)) = node.and_then(|node| Some((node, node.text()?))) else {
            continue;
        };
        if let Err(error) = Schedule::parse(expression) {
            let message = format!("`cronExpression` is {}: {error}", shown(&node.value));
            mistakes.extend(one(node, "cronExpression", message));
        }
    }
    mistakes
}

/// Only CDN events come from no region.
fn sources_are_in_the_region(function: &Node) -> Vec<Mistake> {
    let Some(region) = text(function, &["region"]) else {
        return Vec::new();
    };
    let mut mistakes = Vec::new();
    for trigger in triggers(function) {
        let Some(node) = trigger.get("sourceArn") else {
            continue;
        };
        let named = node.text().and_then(|source| source.split(':').nth(2));
        if let Some(named) = named.filter(|named| !["*", "", region].contains(named)) {
            let message = format!(
                "`sourceArn` names the region `{named}`, but the function is in `{region}`; both must \
                 be the same"
            );
            mistakes.extend(one(node, "sourceArn", message));
        }
    }
    mistakes
}

/// A trigger that writes its own log into the Logstore it reads calls the function forever.
fn log_triggers_do_not_feed_themselves(function: &Node) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for trigger in triggers(function) {
        let config = |path: &[&str]| {
            let node = trigger.get("triggerConfig")?.at(path)?;
            Some((node, node.text()?))
        };
        let read = config(&["sourceConfig", "logstore"]).map(|(_, name)| name);
        let written = config(&["logConfig", "logstore"]);
        let project = config(&["logConfig", "project"]).map(|(_, name)| name);
        let source = text(trigger, &["sourceArn"]).and_then(|source| source.rsplit('/').next());
        if let Some((node, _)) =
            written.filter(|(_, name)| read == Some(*name) && project == source)
        {
            let message = "`logConfig` names the Logstore that the trigger reads, so that it would call \
                           the function again and again; use another Logstore";
            mistakes.extend(one(node, "logstore", message.to_owned()));
        }
    }
    mistakes
}

/// A pattern can only guess whether a text is JSON.
fn event_filters_are_json(function: &Node) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for trigger in triggers(function) {
        let Some(node) = trigger.at(&["triggerConfig", "eventRuleFilterPattern"]) else {
            continue;
        };
        let read = node.text().map(serde_json::from_str::<Map<String, Value>>);
        if let Some(Err(error)) = read {
            let message = format!("`eventRuleFilterPattern` is not a JSON object: {error}");
            mistakes.extend(one(node, "eventRuleFilterPattern", message));
        }
    }
    mistakes
}
