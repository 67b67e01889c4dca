//! What triggers lead to: HTTP clients by the host, and timers by the clock.

use std::sync::Arc;

use serde_json::Value;

use super::record::key as keys;
use super::store::Documents;
use super::triggers::{MOST, Trigger, find, key};
use super::{Control, Target};
use crate::deployment::TriggerKind;
use crate::emulator::api_error::ApiError;
use crate::emulator::function::EventCall;
use crate::emulator::timers::{Due, NextTimer, Timer, Timers};
use crate::platform::LATEST;

/// A way for HTTP clients to a function.
pub(crate) struct HttpDoor {
    /// The methods that it lets through.
    pub(crate) methods: Vec<String>,
    /// Who may call: `anonymous`, `function` or `jwt`.
    pub(crate) auth: String,
}

impl Control {
    /// The URL at which HTTP clients reach a function.
    pub(super) fn http_url(&self, function: &str, qualifier: &str) -> String {
        let port = self.base_url().rsplit(':').next().unwrap_or_default();
        let function = function.to_ascii_lowercase();
        if qualifier == LATEST {
            format!("http://{function}.localhost:{port}")
        } else {
            format!("http://{qualifier}.{function}.localhost:{port}").to_ascii_lowercase()
        }
    }

    /// The URL of a function's HTTP trigger, if it has one.
    pub(super) fn url_of(
        &self,
        documents: &Documents,
        function: &str,
    ) -> Result<Option<String>, ApiError> {
        let triggers = documents.list::<Trigger>(&key(function, ""), "", MOST)?;
        let mut triggers = triggers.into_iter().map(|(_, trigger)| trigger);
        let http = triggers.find(|it| it.trigger_type == "http" && it.qualifier == LATEST);
        Ok(http.map(|http| self.http_url(function, &http.qualifier)))
    }

    /// When each timer fires next.
    pub(crate) fn next_timers(&self) -> Vec<NextTimer> {
        self.timers.list()
    }

    /// What HTTP clients of `NAME.localhost` or of `QUALIFIER.NAME.localhost` reach, by what is before
    /// `.localhost`.
    ///
    /// # Errors
    /// No HTTP trigger has this host.
    pub(crate) fn http(&self, name: &str) -> Result<(Arc<Target>, HttpDoor), ApiError> {
        let (qualifier, name) = match name.rsplit_once('.') {
            Some((qualifier, name)) => (Some(qualifier), name),
            None => (None, name),
        };
        let found = self.store.transact(|documents| {
            let Some(function) = spelled(documents, name)? else {
                return Ok(None);
            };
            let triggers = documents.list::<Trigger>(&key(&function, ""), "", MOST)?;
            let trigger = triggers.into_iter().find(|(_, trigger)| {
                let wanted = qualifier.unwrap_or(LATEST);
                trigger.trigger_type == "http" && trigger.qualifier.eq_ignore_ascii_case(wanted)
            });
            Ok(trigger.map(|(_, trigger)| (function, trigger)))
        })?;
        let (function, trigger) = found.ok_or_else(|| {
            let url = self.http_url("FUNCTION", LATEST);
            let message =
                format!("no HTTP trigger is at this host; those of functions are at {url}");
            ApiError::not_found("FunctionHasNoHttpTrigger", message)
        })?;
        let TriggerKind::Http(http) = trigger.config().kind else {
            return Err(ApiError::internal("an HTTP trigger cannot be read"));
        };
        let config: Value = serde_json::from_str(&trigger.trigger_config).unwrap_or_default();
        let auth = config
            .get("authType")
            .and_then(Value::as_str)
            .unwrap_or("anonymous");
        let target = self.target(&function, &trigger.qualifier)?;
        let door = HttpDoor {
            methods: http.methods,
            auth: auth.to_owned(),
        };
        Ok((target, door))
    }

    /// Takes over the timers of all triggers.
    pub(super) fn triggers_changed(&self) {
        let timers = self.store.transact(|documents| {
            let triggers = documents.list::<Trigger>("trigger/", "", usize::MAX)?;
            let timers = triggers.into_iter().filter_map(|(key, trigger)| {
                let (function, _) = key.split_once('/')?;
                Some((function.to_owned(), Timer::new(&trigger.config()).ok()??))
            });
            Ok(timers.collect())
        });
        // What cannot be read is told to those who read it.
        if let Ok(timers) = timers {
            self.timers.set(timers);
        }
    }

    /// The timers of all functions.
    pub(in crate::emulator) fn timers(&self) -> &Timers {
        &self.timers
    }

    /// Calls what a timer wants to be called. A function that is gone is not called.
    pub(in crate::emulator) fn fire(&self, due: Due) {
        let trigger = self
            .store
            .transact(|documents| find(documents, &due.function, &due.trigger));
        let target = trigger.and_then(|trigger| self.target(&due.function, &trigger.qualifier));
        if let Ok(target) = target {
            let call = EventCall {
                qualifier: target.qualifier.clone(),
                policy: Some(target.asynchronous.clone()),
                ..due.call()
            };
            target.function.invoke_later(call);
        }
    }
}

/// The name of a function as it is spelled. A host has no capital letters.
fn spelled(documents: &Documents, name: &str) -> Result<Option<String>, ApiError> {
    if documents.has(&keys::function(name))? {
        return Ok(Some(name.to_owned()));
    }
    let mut functions = documents.rests(keys::FUNCTIONS)?.into_iter();
    Ok(functions.find(|other| other.eq_ignore_ascii_case(name)))
}
