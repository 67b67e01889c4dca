//! The triggers of a function, as far as they can be played on an author's machine.

use super::read;
use crate::deployment::document::Node;
use crate::platform::METHODS;

/// A trigger of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerConfig {
    /// `triggerName`, or the type if that name is not known.
    pub name: String,
    /// What calls the function.
    pub kind: TriggerKind,
}

/// What calls the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriggerKind {
    /// A schedule.
    Timer(TimerTrigger),
    /// HTTP clients, whose requests reach the function as they are.
    Http(HttpTrigger),
    /// A source of events, by its `triggerType`.
    Other(String),
}

/// A schedule, and the text that its events carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerTrigger {
    /// `cronExpression` as the file has it.
    pub expression: Option<String>,
    /// `payload`, by default empty.
    pub payload: String,
    /// `enable`. A timer that does not say it is not enabled.
    pub enabled: bool,
}

/// The requests that HTTP clients may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpTrigger {
    /// `methods`, by default all of [`METHODS`].
    pub methods: Vec<String>,
}

/// Reads the properties of a function.
pub(super) fn read(props: &Node) -> Vec<TriggerConfig> {
    let triggers = props.get("triggers").map_or(&[][..], Node::items);
    triggers.iter().filter_map(trigger).collect()
}

fn trigger(trigger: &Node) -> Option<TriggerConfig> {
    let kind = read::text(trigger, "triggerType")?;
    let name = read::text(trigger, "triggerName").unwrap_or_else(|| kind.clone());
    let nothing = Node::default();
    let config = trigger.get("triggerConfig").unwrap_or(&nothing);
    let kind = self::kind(&kind, config);
    Some(TriggerConfig { name, kind })
}

/// What calls the function, by the type of the trigger and its configuration.
pub(super) fn kind(kind: &str, config: &Node) -> TriggerKind {
    match kind {
        "timer" => TriggerKind::Timer(timer(config)),
        "http" => TriggerKind::Http(http(config)),
        _ => TriggerKind::Other(kind.to_owned()),
    }
}

fn timer(config: &Node) -> TimerTrigger {
    TimerTrigger {
        expression: read::text(config, "cronExpression"),
        payload: read::text(config, "payload").unwrap_or_default(),
        enabled: read::flag(config, "enable").unwrap_or(false),
    }
}

fn http(config: &Node) -> HttpTrigger {
    let listed = config.get("methods").map_or(&[][..], Node::items);
    let listed = listed.iter().filter_map(Node::text);
    let methods: Vec<_> = listed
        .filter(|method| METHODS.contains(method))
        .map(str::to_owned)
        .collect();
    HttpTrigger {
        methods: if methods.is_empty() {
            METHODS.map(str::to_owned).to_vec()
        } else {
            methods
        },
    }
}
