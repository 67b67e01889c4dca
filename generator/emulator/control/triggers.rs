//! Triggers: kept as they are sent. HTTP triggers and timers also work.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::functions::latest;
use super::request::{Reply, Request};
use super::store::Documents;
use super::{Control, ids, limits, now, versions};
use crate::deployment::TriggerConfig;
use crate::emulator::api_error::ApiError;
use crate::emulator::timers::Timer;
use crate::platform::LATEST;

/// The most triggers of a function: [`page::LIMITS`](crate::platform::page::LIMITS).
pub(super) const MOST: usize = 50;

/// The types of triggers that the platform has.
const TYPES: [&str; 12] = [
    "http",
    "timer",
    "oss",
    "log",
    "mns_topic",
    "cdn_events",
    "tablestore",
    "eventbridge",
    "alb",
    "dts",
    "mqtt",
    "kafka",
];

/// A trigger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the API")]
pub(super) struct Trigger {
    trigger_name: String,
    pub(super) trigger_type: String,
    trigger_id: String,
    pub(super) qualifier: String,
    description: String,
    /// The configuration, as the JSON text that clients send.
    pub(super) trigger_config: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocation_role: Option<String>,
    created_time: String,
    last_modified_time: String,
}

pub(super) fn key(function: &str, trigger: &str) -> String {
    format!("trigger/{function}/{trigger}")
}

pub(super) fn create(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    let body = request.object()?;
    let name = text(&body, "triggerName").unwrap_or_default();
    limits::check_name("triggerName", &name)?;
    let kind = text(&body, "triggerType").unwrap_or_default();
    if !TYPES.contains(&&*kind) {
        let message = format!("`triggerType` must be one of {}", TYPES.join(", "));
        return Err(ApiError::invalid(message));
    }
    let now = now();
    let mut trigger = Trigger {
        trigger_name: name.clone(),
        trigger_type: kind,
        trigger_id: ids::session(),
        qualifier: LATEST.to_owned(),
        description: String::new(),
        trigger_config: "{}".to_owned(),
        source_arn: None,
        invocation_role: None,
        created_time: now.clone(),
        last_modified_time: now,
    };
    trigger.set(&body)?;
    control.store.transact(|documents| {
        versions::of(documents, function, &trigger.qualifier)?;
        if documents.has(&key(function, &name))? {
            let message = format!("the trigger `{name}` exists already");
            return Err(ApiError::conflict("TriggerAlreadyExists", message));
        }
        let others = documents.list::<Trigger>(&key(function, ""), "", MOST + 1)?;
        if others.len() >= MOST {
            let message = format!("the function has {MOST} triggers, and cannot have more");
            return Err(ApiError::forbidden("LimitExceeded", message));
        }
        let is_second = trigger.trigger_type == "http"
            && others.iter().any(|(_, other)| {
                other.trigger_type == "http" && other.qualifier == trigger.qualifier
            });
        if is_second {
            let qualifier = &trigger.qualifier;
            let message = format!("the qualifier `{qualifier}` has an HTTP trigger already");
            return Err(ApiError::conflict("TriggerAlreadyExists", message));
        }
        documents.put(&key(function, &name), &trigger)
    })?;
    control.triggers_changed();
    Ok(Reply::json(trigger.shown(control, function)))
}

pub(super) fn update(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (function, name) = (request.function(), request.param("triggerName"));
    let body = request.object()?;
    let trigger = control.store.transact(|documents| {
        let mut trigger = find(documents, function, name)?;
        trigger.set(&body)?;
        trigger.last_modified_time = now();
        versions::of(documents, function, &trigger.qualifier)?;
        documents.put(&key(function, name), &trigger)?;
        Ok(trigger)
    })?;
    control.triggers_changed();
    Ok(Reply::json(trigger.shown(control, function)))
}

pub(super) fn get(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (function, name) = (request.function(), request.param("triggerName"));
    let trigger = control
        .store
        .transact(|documents| find(documents, function, name))?;
    Ok(Reply::json(trigger.shown(control, function)))
}

pub(super) fn list(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    let page = request.page()?;
    control.store.transact(|documents| {
        latest(documents, function)?;
        let (found, next) = documents.page::<Trigger>(&key(function, ""), &page, |_| true)?;
        let shown = found
            .iter()
            .map(|(_, trigger)| trigger.shown(control, function));
        Ok(Reply::json(json!({
            "triggers": shown.collect::<Vec<_>>(),
            "nextToken": next,
        })))
    })
}

pub(super) fn delete(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (function, name) = (request.function(), request.param("triggerName"));
    control.store.transact(|documents| {
        find(documents, function, name)?;
        documents.remove(&key(function, name))
    })?;
    control.triggers_changed();
    Ok(Reply::empty())
}

pub(super) fn find(documents: &Documents, function: &str, name: &str) -> Result<Trigger, ApiError> {
    latest(documents, function)?;
    documents.get(&key(function, name))?.ok_or_else(|| {
        let name: String = name.chars().take(64).collect();
        let message = format!("the function `{function}` has no trigger `{name}`");
        ApiError::not_found("TriggerNotFound", message)
    })
}

fn text(body: &Map<String, Value>, field: &str) -> Option<String> {
    Some(body.get(field)?.as_str()?.to_owned())
}

impl Trigger {
    /// Takes over what a request sets, if this machine and the platform understand it.
    fn set(&mut self, body: &Map<String, Value>) -> Result<(), ApiError> {
        if let Some(qualifier) = text(body, "qualifier").filter(|qualifier| !qualifier.is_empty()) {
            self.qualifier = qualifier;
        }
        if let Some(description) = text(body, "description") {
            self.description = description;
        }
        if let Some(config) = text(body, "triggerConfig").filter(|config| !config.is_empty()) {
            self.trigger_config = config;
        }
        self.source_arn = text(body, "sourceArn").or(self.source_arn.take());
        self.invocation_role = text(body, "invocationRole").or(self.invocation_role.take());
        if serde_json::from_str::<Map<String, Value>>(&self.trigger_config).is_err() {
            let message = "`triggerConfig` must be the text of a JSON object";
            return Err(ApiError::invalid(message));
        }
        let config = self.config();
        Timer::new(&config).map_err(|error| {
            ApiError::invalid(format!("`cronExpression` is not valid: {error}"))
        })?;
        Ok(())
    }

    pub(super) fn config(&self) -> TriggerConfig {
        TriggerConfig::of_api(&self.trigger_name, &self.trigger_type, &self.trigger_config)
    }

    fn shown(&self, control: &Control, function: &str) -> Value {
        let mut shown = serde_json::to_value(self).unwrap_or_default();
        shown["status"] = json!("");
        shown["targetArn"] = control.account.function_arn(function, None).into();
        if self.trigger_type == "http" {
            let url = control.http_url(function, &self.qualifier);
            shown["httpTrigger"] = json!({ "urlInternet": url, "urlIntranet": url });
        }
        shown
    }
}
