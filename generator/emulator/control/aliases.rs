//! Aliases: names for published versions, which can share the calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::functions::latest;
use super::record::key as keys;
use super::request::{Reply, Request};
use super::store::Documents;
use super::{Control, limits, now};
use crate::emulator::api_error::ApiError;

/// An alias.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Alias {
    /// The number of its version.
    version: u64,
    description: String,
    /// Other versions that get a part of the calls, from 0 to 1.
    weights: BTreeMap<u64, f64>,
    created: String,
    modified: String,
}

fn key(function: &str, alias: &str) -> String {
    format!("alias/{function}/{alias}")
}

/// The version that a call of an alias reaches.
///
/// # Errors
/// There is no such alias.
pub(super) fn version_of(
    documents: &Documents,
    function: &str,
    alias: &str,
) -> Result<u64, ApiError> {
    let alias = find(documents, function, alias)?;
    let mut left = random();
    for (version, weight) in &alias.weights {
        if left < *weight {
            return Ok(*version);
        }
        left -= weight;
    }
    Ok(alias.version)
}

/// Whether calls of a qualifier may reach several versions.
pub(super) fn is_shared(
    documents: &Documents,
    function: &str,
    qualifier: &str,
) -> Result<bool, ApiError> {
    let alias: Option<Alias> = documents.get(&key(function, qualifier))?;
    Ok(alias.is_some_and(|alias| !alias.weights.is_empty()))
}

/// A number from 0 to 1.
fn random() -> f64 {
    let number = getrandom::u32().unwrap_or_default();
    f64::from(number) / f64::from(u32::MAX)
}

fn find(documents: &Documents, function: &str, alias: &str) -> Result<Alias, ApiError> {
    documents.get(&key(function, alias))?.ok_or_else(|| {
        let alias: String = alias.chars().take(64).collect();
        let message = format!("the function `{function}` has no alias `{alias}`");
        ApiError::not_found("AliasNotFound", message)
    })
}

pub(super) fn create(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    let body = request.object()?;
    let name = body
        .get("aliasName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    limits::check_name("aliasName", name)?;
    control.store.transact(|documents| {
        latest(documents, function)?;
        if documents.has(&key(function, name))? {
            let message = format!("the alias `{name}` exists already");
            return Err(ApiError::conflict("AliasAlreadyExists", message));
        }
        let mut alias = Alias {
            created: now(),
            ..Alias::default()
        };
        alias.set(documents, function, &body)?;
        documents.put(&key(function, name), &alias)?;
        Ok(Reply::json(alias.shown(name)))
    })
}

pub(super) fn update(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (function, name) = (request.function(), request.param("aliasName"));
    let body = request.object()?;
    control.store.transact(|documents| {
        latest(documents, function)?;
        let mut alias = find(documents, function, name)?;
        alias.set(documents, function, &body)?;
        documents.put(&key(function, name), &alias)?;
        Ok(Reply::json(alias.shown(name)))
    })
}

pub(super) fn get(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (function, name) = (request.function(), request.param("aliasName"));
    control.store.transact(|documents| {
        latest(documents, function)?;
        Ok(Reply::json(find(documents, function, name)?.shown(name)))
    })
}

pub(super) fn list(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    let page = request.page()?;
    control.store.transact(|documents| {
        latest(documents, function)?;
        let (found, next) = documents.page::<Alias>(&key(function, ""), &page, |_| true)?;
        let shown = found.iter().map(|(name, alias)| alias.shown(name));
        Ok(Reply::json(json!({
            "aliases": shown.collect::<Vec<_>>(),
            "nextToken": next,
        })))
    })
}

pub(super) fn delete(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (function, name) = (request.function(), request.param("aliasName"));
    control.store.transact(|documents| {
        latest(documents, function)?;
        find(documents, function, name)?;
        documents.remove(&key(function, name))
    })?;
    Ok(Reply::empty())
}

impl Alias {
    /// Whether calls can reach a version.
    pub(super) fn reaches(&self, version: u64) -> bool {
        self.version == version || self.weights.contains_key(&version)
    }

    /// Takes over what a request sets, if the versions exist.
    fn set(
        &mut self,
        documents: &Documents,
        function: &str,
        body: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        self.modified = now();
        let existing = |version: &str| {
            let number = version.parse().unwrap_or(0);
            if documents.has(&keys::version(function, number))? {
                return Ok(number);
            }
            let version: String = version.chars().take(20).collect();
            let message = format!("the function `{function}` has no version `{version}`");
            Err(ApiError::not_found("VersionNotFound", message))
        };
        match body.get("versionId").and_then(Value::as_str) {
            Some(version) => self.version = existing(version)?,
            None if self.version == 0 => {
                return Err(ApiError::invalid(
                    "`versionId` must be the number of a version",
                ));
            }
            None => {}
        }
        if let Some(description) = body.get("description").and_then(Value::as_str) {
            description.clone_into(&mut self.description);
        }
        if let Some(weights) = body
            .get("additionalVersionWeight")
            .and_then(Value::as_object)
        {
            let weights = weights.iter().map(|(version, weight)| {
                let weight = weight
                    .as_f64()
                    .filter(|weight| (0.0..=1.0).contains(weight));
                let weight = weight.ok_or_else(|| {
                    ApiError::invalid("a weight of `additionalVersionWeight` must be from 0 to 1")
                })?;
                Ok((existing(version)?, weight))
            });
            self.weights = weights.collect::<Result<_, ApiError>>()?;
            if self.weights.values().sum::<f64>() > 1.0 {
                let message = "the weights of `additionalVersionWeight` must not exceed 1 together";
                return Err(ApiError::invalid(message));
            }
        }
        Ok(())
    }

    fn shown(&self, name: &str) -> Value {
        let weights = self.weights.iter();
        let weights = weights.map(|(version, weight)| (version.to_string(), json!(weight)));
        json!({
            "aliasName": name,
            "versionId": self.version.to_string(),
            "description": self.description,
            "additionalVersionWeight": weights.collect::<Map<_, _>>(),
            "createdTime": self.created,
            "lastModifiedTime": self.modified,
        })
    }
}
