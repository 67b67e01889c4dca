//! Configurations beside a function: what happens to asynchronous calls, which works, and those of
//! concurrency, provisioned instances, scaling and VPCs, which are kept without an effect.

use serde_json::{Map, Value, json};

use super::functions::latest;
use super::request::{Reply, Request};
use super::{Account, Control, now, versions};
use crate::emulator::api_error::ApiError;
use crate::platform::LATEST;

/// A kind of configuration.
struct Kind {
    /// The beginning of its keys.
    key: &'static str,
    /// The name of its list, in replies.
    list: &'static str,
    /// The code of the error if there is none.
    missing: &'static str,
    /// Whether each qualifier has its own.
    is_of_qualifier: bool,
    /// Adds what the platform says about it.
    complete: fn(&mut Map<String, Value>),
    check: fn(&Map<String, Value>) -> Result<(), ApiError>,
}

const ASYNC: Kind = Kind {
    key: "async",
    list: "configs",
    missing: "AsyncConfigNotExists",
    is_of_qualifier: true,
    complete: |config| {
        let now = now();
        config
            .entry("createdTime")
            .or_insert_with(|| now.clone().into());
        config.insert("lastModifiedTime".to_owned(), now.into());
        config.entry("maxAsyncRetryAttempts").or_insert(json!(3));
        config
            .entry("maxAsyncEventAgeInSeconds")
            .or_insert(json!(86_400));
    },
    check: |config| {
        whole(config, "maxAsyncRetryAttempts", 0, 8)?;
        whole(config, "maxAsyncEventAgeInSeconds", 1, 604_800)
    },
};

const CONCURRENCY: Kind = Kind {
    key: "concurrency",
    list: "configs",
    missing: "ConcurrencyConfigNotFound",
    is_of_qualifier: false,
    complete: |_| {},
    check: |config| {
        if config.contains_key("reservedConcurrency") {
            whole(config, "reservedConcurrency", 0, 1_000_000)
        } else {
            Err(ApiError::invalid("`reservedConcurrency` is missing"))
        }
    },
};

const PROVISION: Kind = Kind {
    key: "provision",
    list: "provisionConfigs",
    missing: "ProvisionConfigNotFound",
    is_of_qualifier: true,
    // It has no effect here, so what is wanted counts as there: clients wait for it.
    complete: |config| {
        let target = config.get("defaultTarget").or_else(|| config.get("target"));
        let target = target.cloned().unwrap_or(json!(0));
        config.insert("target".to_owned(), target.clone());
        config.insert("current".to_owned(), target);
        config.insert("currentError".to_owned(), json!(""));
    },
    check: |config| whole(config, "defaultTarget", 0, 1_000_000),
};

const SCALING: Kind = Kind {
    key: "scaling",
    list: "scalingConfigs",
    missing: "ScalingConfigNotFound",
    is_of_qualifier: true,
    complete: |config| {
        let target = config.get("minInstances").cloned().unwrap_or(json!(0));
        config.insert("targetInstances".to_owned(), target.clone());
        config.insert("currentInstances".to_owned(), target);
        config.insert("currentError".to_owned(), json!(""));
    },
    check: |config| whole(config, "minInstances", 0, 1_000_000),
};

/// Checks a whole number that is there.
fn whole(config: &Map<String, Value>, field: &str, least: u64, most: u64) -> Result<(), ApiError> {
    let Some(value) = config.get(field).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    if value
        .as_u64()
        .is_some_and(|number| (least..=most).contains(&number))
    {
        return Ok(());
    }
    let message = format!("`{field}` must be a number from {least} to {most}");
    Err(ApiError::invalid(message))
}

impl Kind {
    fn prefix(&self, function: &str) -> String {
        format!("{}/{function}/", self.key)
    }

    fn of(&self, request: &Request) -> (String, String) {
        let qualifier = if self.is_of_qualifier {
            request.qualifier()
        } else {
            LATEST
        };
        let key = format!("{}{qualifier}", self.prefix(request.function()));
        (key, qualifier.to_owned())
    }

    fn put(&self, control: &Control, request: &Request) -> Result<Reply, ApiError> {
        let (function, (key, qualifier)) = (request.function(), self.of(request));
        let mut sent = request.object()?;
        sent.retain(|_, value| !value.is_null());
        (self.check)(&sent)?;
        control.store.transact(|documents| {
            versions::of(documents, function, &qualifier)?;
            let before: Option<Map<String, Value>> = documents.get(&key)?;
            let mut config = sent;
            if let Some(created) = before.and_then(|mut before| before.remove("createdTime")) {
                config.insert("createdTime".to_owned(), created);
            }
            (self.complete)(&mut config);
            let arn = self.arn(control, function, &qualifier);
            config.insert("functionArn".to_owned(), arn.into());
            documents.put(&key, &config)?;
            Ok(Reply::json(Value::Object(config)))
        })
    }

    fn arn(&self, control: &Control, function: &str, qualifier: &str) -> String {
        let qualifier = self.is_of_qualifier.then_some(qualifier);
        control.account.function_arn(function, qualifier)
    }

    fn get(&self, control: &Control, request: &Request) -> Result<Reply, ApiError> {
        let (function, (key, qualifier)) = (request.function(), self.of(request));
        control.store.transact(|documents| {
            latest(documents, function)?;
            let found: Option<Value> = documents.get(&key)?;
            let found = found.ok_or_else(|| self.not_found(function, &qualifier))?;
            Ok(Reply::json(found))
        })
    }

    fn delete(&self, control: &Control, request: &Request) -> Result<Reply, ApiError> {
        let (function, (key, qualifier)) = (request.function(), self.of(request));
        control.store.transact(|documents| {
            latest(documents, function)?;
            if documents.remove(&key)? {
                Ok(Reply::empty())
            } else {
                Err(self.not_found(function, &qualifier))
            }
        })
    }

    fn list(&self, control: &Control, request: &Request) -> Result<Reply, ApiError> {
        let page = request.page()?;
        let prefix = match request.query("functionName") {
            Some(function) => self.prefix(Account::function_of(function)),
            None => format!("{}/", self.key),
        };
        control.store.transact(|documents| {
            let (found, next) = documents.page::<Value>(&prefix, &page, |_| true)?;
            let found: Vec<_> = found.into_iter().map(|(_, config)| config).collect();
            Ok(Reply::json(
                json!({ (self.list): found, "nextToken": next }),
            ))
        })
    }

    fn not_found(&self, function: &str, qualifier: &str) -> ApiError {
        let key = self.key;
        let message = format!("`{function}` has no such configuration ({key}, {qualifier})");
        ApiError::not_found(self.missing, message)
    }
}

pub(super) fn put_async(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    ASYNC.put(control, request)
}

pub(super) fn get_async(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    ASYNC.get(control, request)
}

pub(super) fn delete_async(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    ASYNC.delete(control, request)
}

pub(super) fn list_async(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    ASYNC.list(control, request)
}

pub(super) fn put_concurrency(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    CONCURRENCY.put(control, request)
}

pub(super) fn get_concurrency(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    CONCURRENCY.get(control, request)
}

pub(super) fn delete_concurrency(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    CONCURRENCY.delete(control, request)
}

pub(super) fn list_concurrency(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    CONCURRENCY.list(control, request)
}

pub(super) fn put_provision(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    PROVISION.put(control, request)
}

pub(super) fn get_provision(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    PROVISION.get(control, request)
}

pub(super) fn delete_provision(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    PROVISION.delete(control, request)
}

pub(super) fn list_provision(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    PROVISION.list(control, request)
}

pub(super) fn put_scaling(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    SCALING.put(control, request)
}

pub(super) fn get_scaling(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    SCALING.get(control, request)
}

pub(super) fn delete_scaling(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    SCALING.delete(control, request)
}

pub(super) fn list_scaling(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    SCALING.list(control, request)
}
