//! Functions: created, read, updated, listed and removed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::packages::Kept;
use super::record::{Record, key};
use super::request::{Reply, Request};
use super::store::Documents;
use super::{Control, limits, now};
use crate::emulator::api_error::ApiError;
use crate::emulator::function::Event;
use crate::platform::{CODE_LIMIT, LATEST};

/// The most bytes of a package in the body of a request, in Base64.
const INLINE: &str = "zipFile";

pub(super) fn create(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let mut config = request.object()?;
    let name = config.remove("functionName");
    let name = name
        .as_ref()
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    limits::check_name("functionName", &name)?;
    control
        .store
        .transact(|documents| absent(documents, &name))?;
    let code = config.remove("code");
    fill_cpu(&mut config);
    let mut record = Record::new(config, control.next_revision());
    limits::check(&record.config)?;
    let kept = code_of(control, &record, code.as_ref())?;
    if kept.is_none() && !record.is_container() {
        let message = "`code` needs `zipFile`, or `ossBucketName` and `ossObjectName`";
        return Err(ApiError::invalid(message));
    }
    record.package = kept.as_ref().map(|kept| kept.package.clone());
    let shown = control.store.transact(|documents| {
        // Another client may have been faster.
        absent(documents, &name)?;
        kept.iter()
            .try_for_each(|kept| control.packages.ensure(kept))?;
        put(documents, &name, &record)?;
        Ok(record.shown(&name, LATEST, &control.account))
    });
    let shown = shown.inspect_err(|_| control.forget_unused(record.package.as_ref()))?;
    deployed(control, &name, &record);
    Ok(Reply::json(shown))
}

fn absent(documents: &Documents, name: &str) -> Result<(), ApiError> {
    if documents.has(&key::function(name))? {
        let message = format!("the function `{name}` exists already");
        return Err(ApiError::conflict("FunctionAlreadyExists", message));
    }
    Ok(())
}

pub(super) fn update(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let name = request.function();
    let mut changes = request.object()?;
    changes.remove("functionName");
    let code = changes.remove("code").filter(|code| !code.is_null());
    let before = control
        .store
        .transact(|documents| latest(documents, name))?;
    if changes.contains_key("memorySize") {
        fill_cpu(&mut changes);
    }
    // The code is kept before the transaction, which is short then.
    let mut after = before;
    after.set(changes.clone());
    limits::check(&after.config)?;
    let kept = code_of(control, &after, code.as_ref())?;
    let mut replaced = None;
    let (record, shown) = control.store.transact(|documents| {
        let mut record = latest(documents, name)?;
        record.set(changes);
        limits::check(&record.config)?;
        if let Some(kept) = &kept
            && record.package.as_ref() != Some(&kept.package)
        {
            control.packages.ensure(kept)?;
            replaced = record.package.replace(kept.package.clone());
        }
        record.revision = control.next_revision();
        record.modified = now();
        if let Some(package) = &replaced {
            documents.remove(&format!("{}{name}", key::uses(&package.hash)))?;
        }
        put(documents, name, &record)?;
        let shown = record.shown(name, LATEST, &control.account);
        Ok((record, shown))
    })?;
    control.forget_unused(replaced.as_ref());
    deployed(control, name, &record);
    Ok(Reply::json(shown))
}

/// The newest state of a function.
pub(super) fn latest(documents: &Documents, name: &str) -> Result<Record, ApiError> {
    documents
        .get(&key::function(name))?
        .ok_or_else(|| not_found(name))
}

/// Keeps the state of a function, and that it uses its package.
pub(super) fn put(documents: &mut Documents, name: &str, record: &Record) -> Result<(), ApiError> {
    if let Some(package) = &record.package {
        documents.put(&format!("{}{name}", key::uses(&package.hash)), &())?;
    }
    documents.put(&key::function(name), record)
}

pub(super) fn not_found(name: &str) -> ApiError {
    let name: String = name.chars().take(64).collect();
    ApiError::not_found(
        "FunctionNotFound",
        format!("the function `{name}` does not exist"),
    )
}

/// Makes it ready to be called, and says so.
fn deployed(control: &Control, name: &str, record: &Record) {
    // A failure is told to those who call.
    let _ready = control.target(name, LATEST);
    let warnings = record
        .package
        .as_ref()
        .map(|package| control.warnings(package, record));
    control.journal.tell(&Event::Deployed {
        function: name.to_owned(),
        warnings: warnings.unwrap_or_default(),
    });
}

/// A vCPU for each 2 GB, in its steps, where only the memory is given.
fn fill_cpu(config: &mut Map<String, Value>) {
    let has_cpu = config.get("cpu").is_some_and(|cpu| !cpu.is_null());
    let memory = config.get("memorySize").and_then(Value::as_f64);
    if let (false, Some(memory)) = (has_cpu, memory) {
        let steps = (memory / 2048.0 / 0.05).round().clamp(1.0, 320.0);
        config.insert("cpu".to_owned(), json!((steps * 5.0).round() / 100.0));
    }
}

/// The package that a request brings, or names.
fn code_of(
    control: &Control,
    record: &Record,
    code: Option<&Value>,
) -> Result<Option<Kept>, ApiError> {
    let field = |name: &str| code?.get(name)?.as_str().filter(|text| !text.is_empty());
    if record.is_container() {
        return Ok(None);
    }
    let zip = match (field(INLINE), field("ossObjectName")) {
        (Some(text), _) => STANDARD.decode(text).map_err(|error| {
            ApiError::invalid(format!("`code.{INLINE}` is not in Base64: {error}"))
        })?,
        (None, Some(object)) => {
            let bucket = field("ossBucketName").unwrap_or_default();
            control.uploaded(bucket, object)?
        }
        (None, None) => return Ok(None),
    };
    if zip.len() > CODE_LIMIT {
        let message = format!(
            "the package has {} bytes, more than {CODE_LIMIT}",
            zip.len()
        );
        return Err(ApiError::invalid(message));
    }
    let kept = control.packages.keep(zip)?;
    if let Some(expected) = field("checksum").filter(|checksum| *checksum != kept.package.checksum)
    {
        control.forget_unused(Some(&kept.package));
        let message = format!(
            "the package has the checksum {}, not {expected}",
            kept.package.checksum
        );
        return Err(ApiError::invalid(message));
    }
    Ok(Some(kept))
}

pub(super) fn get(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let name = request.function();
    control.store.transact(|documents| {
        let (record, version) = super::versions::of(documents, name, request.qualifier())?;
        Ok(Reply::json(record.shown(name, &version, &control.account)))
    })
}

pub(super) fn list(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let page = request.page()?;
    let is_wanted = |record: &Record| {
        let is = |field: &str| {
            request
                .query(field)
                .is_none_or(|it| record.text(field) == Some(it))
        };
        is("runtime") && is("description")
    };
    control.store.transact(|documents| {
        let (found, next) = documents.page::<Record>(key::FUNCTIONS, &page, is_wanted)?;
        let shown = found
            .iter()
            .map(|(name, record)| record.shown(name, LATEST, &control.account));
        Ok(Reply::json(json!({
            "functions": shown.collect::<Vec<_>>(),
            "nextToken": next,
        })))
    })
}

pub(super) fn delete(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let name = request.function();
    let packages = control.store.transact(|documents| {
        let record = latest(documents, name)?;
        let versions = documents.list::<Record>(&key::versions(name), "", usize::MAX)?;
        let records = versions.into_iter().map(|(_, version)| version);
        let packages = records.chain([record]).filter_map(|record| record.package);
        let packages: Vec<_> = packages.collect();
        for package in &packages {
            documents.remove(&format!("{}{name}", key::uses(&package.hash)))?;
            documents.remove_all(&format!("{}{name}@", key::uses(&package.hash)))?;
        }
        for kind in key::OF_FUNCTION {
            documents.remove_all(&format!("{kind}/{name}/"))?;
        }
        documents.remove(&key::function(name))?;
        Ok(packages)
    })?;
    control.removed(name);
    for package in &packages {
        control.forget_unused(Some(package));
    }
    Ok(Reply::empty())
}

/// Where the code can be downloaded from.
pub(super) fn code(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let name = request.function();
    let (record, _) = control
        .store
        .transact(|documents| super::versions::of(documents, name, request.qualifier()))?;
    let package = record.package.ok_or_else(|| {
        let message = format!("the function `{name}` runs from an image and has no package");
        ApiError::invalid(message)
    })?;
    Ok(Reply::json(json!({
        "url": control.download(&package),
        "checksum": package.checksum,
    })))
}

pub(super) fn enable(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    switch(control, request, None)
}

pub(super) fn disable(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let body = request.object()?;
    let reason = body.get("reason").and_then(Value::as_str);
    let reason = reason.or_else(|| request.query("reason"));
    switch(
        control,
        request,
        Some(reason.unwrap_or_default().to_owned()),
    )
}

fn switch(
    control: &Control,
    request: &Request,
    disabled: Option<String>,
) -> Result<Reply, ApiError> {
    let name = request.function();
    control.store.transact(|documents| {
        let mut record = latest(documents, name)?;
        record.disabled = disabled;
        put(documents, name, &record)
    })?;
    Ok(Reply::json(json!({ "success": true })))
}
