//! Published versions, and what a qualifier means.

use serde_json::{Value, json};

use super::aliases::Alias;
use super::functions::{latest, put};
use super::record::{Record, key};
use super::request::{Reply, Request};
use super::store::Documents;
use super::{Control, now};
use crate::emulator::api_error::ApiError;
use crate::platform::LATEST;

/// What a qualifier means: the state of the function, and the version, which is `LATEST` or a number.
///
/// # Errors
/// There is no such function, version or alias.
pub(super) fn of(
    documents: &Documents,
    name: &str,
    qualifier: &str,
) -> Result<(Record, String), ApiError> {
    let record = latest(documents, name)?;
    if qualifier == LATEST {
        return Ok((record, LATEST.to_owned()));
    }
    let number = match qualifier.parse() {
        Ok(number) => number,
        Err(_) => super::aliases::version_of(documents, name, qualifier)?,
    };
    let mut version: Record = documents
        .get(&key::version(name, number))?
        .ok_or_else(|| not_found(name, number))?;
    version.disabled = record.disabled;
    Ok((version, number.to_string()))
}

fn not_found(name: &str, number: u64) -> ApiError {
    let message = format!("the function `{name}` has no version {number}");
    ApiError::not_found("VersionNotFound", message)
}

pub(super) fn publish(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let name = request.function();
    let body = request.object()?;
    let description = body.get("description").and_then(Value::as_str);
    control.store.transact(|documents| {
        let mut record = latest(documents, name)?;
        let number = record.next_version;
        record.next_version += 1;
        put(documents, name, &record)?;
        let now = now();
        let version = Record {
            created: now.clone(),
            modified: now,
            version_description: Some(description.unwrap_or_default().to_owned()),
            ..record
        };
        documents.put(&key::version(name, number), &version)?;
        if let Some(package) = &version.package {
            let user = format!("{}{name}@{number}", key::uses(&package.hash));
            documents.put(&user, &())?;
        }
        Ok(Reply::json(shown(number, &version)))
    })
}

pub(super) fn list(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let name = request.function();
    let page = request.page()?;
    let is_forward = request.query("direction") == Some("FORWARD");
    control.store.transact(|documents| {
        latest(documents, name)?;
        let mut all = documents.list::<Record>(&key::versions(name), "", usize::MAX)?;
        if !is_forward {
            all.reverse();
        }
        let is_before = |(rest, _): &(String, Record)| !page.from.is_empty() && *rest != page.from;
        let mut left = all.into_iter().skip_while(is_before);
        let listed = left.by_ref().take(page.limit);
        let listed = listed.map(|(rest, version)| shown(number_of(&rest), &version));
        let listed: Vec<_> = listed.collect();
        Ok(Reply::json(json!({
            "versions": listed,
            "direction": if is_forward { "FORWARD" } else { "BACKWARD" },
            "nextToken": left.next().map(|(rest, _)| rest),
        })))
    })
}

pub(super) fn delete(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (name, version) = (request.function(), request.param("versionId"));
    let number = version
        .parse()
        .map_err(|_| ApiError::invalid("`versionId` must be the number of a version"))?;
    let package = control.store.transact(|documents| {
        latest(documents, name)?;
        let key = key::version(name, number);
        let found: Option<Record> = documents.get(&key)?;
        let package = found.ok_or_else(|| not_found(name, number))?.package;
        let aliases = documents.list::<Alias>(&format!("alias/{name}/"), "", usize::MAX)?;
        if let Some((alias, _)) = aliases.iter().find(|(_, alias)| alias.reaches(number)) {
            let message = format!("the alias `{alias}` refers to version {number}");
            return Err(ApiError::conflict("VersionInUse", message));
        }
        documents.remove(&key)?;
        if let Some(package) = &package {
            documents.remove(&format!("{}{name}@{number}", key::uses(&package.hash)))?;
        }
        Ok(package)
    })?;
    control.version_removed(name, version);
    control.forget_unused(package.as_ref());
    Ok(Reply::empty())
}

fn number_of(rest: &str) -> u64 {
    rest.parse().unwrap_or_default()
}

fn shown(number: u64, version: &Record) -> Value {
    json!({
        "versionId": number.to_string(),
        "description": version.version_description,
        "createdTime": version.created,
        "lastModifiedTime": version.modified,
    })
}
