//! Tags of functions, which are part of their configuration.

use serde_json::{Value, json};

use super::functions::{latest, put};
use super::record::{Record, key};
use super::request::{Reply, Request};
use super::{Account, Control, limits};
use crate::emulator::api_error::ApiError;

type Tags = Vec<(String, String)>;

/// The tags of a function, in its order.
fn of(record: &Record) -> Tags {
    let tags = record.config.get("tags").and_then(Value::as_array);
    read(tags.map_or(&[][..], |tags| tags))
}

/// Tags as clients send them, with `Key` and `Value` in any case.
fn read(tags: &[Value]) -> Tags {
    let tags = tags.iter().filter_map(|tag| {
        let field = |name: &str, other: &str| {
            let value = tag.get(name).or_else(|| tag.get(other));
            value.and_then(Value::as_str).map(str::to_owned)
        };
        Some((
            field("Key", "key")?,
            field("Value", "value").unwrap_or_default(),
        ))
    });
    tags.collect()
}

fn written(tags: &Tags) -> Value {
    let tags = tags.iter();
    let tags = tags.map(|(key, value)| json!({ "key": key, "value": value }));
    Value::Array(tags.collect())
}

pub(super) fn tag(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let body = request.object()?;
    let list = |names: [&str; 2]| {
        let found = names
            .into_iter()
            .find_map(|name| body.get(name)?.as_array());
        found.map_or(&[][..], |list| list)
    };
    let sent = read(list(["Tag", "tags"]));
    let resources = list(["ResourceId", "resourceIds"]);
    let resources: Vec<_> = resources.iter().filter_map(Value::as_str).collect();
    if sent.is_empty() || resources.is_empty() {
        return Err(ApiError::invalid(
            "`Tag` and `ResourceId` must have an entry",
        ));
    }
    change(control, &resources, |tags| {
        for (key, value) in &sent {
            tags.retain(|(other, _)| other != key);
            tags.push((key.clone(), value.clone()));
        }
    })
}

pub(super) fn untag(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let resources = request.queries("ResourceId");
    let resources: Vec<_> = resources.iter().map(|resource| &**resource).collect();
    let keys = request.queries("TagKey");
    let all = request.query("All") == Some("true");
    if resources.is_empty() {
        return Err(ApiError::invalid("`ResourceId` must have an entry"));
    }
    change(control, &resources, |tags| {
        tags.retain(|(key, _)| !(keys.contains(key) || all && keys.is_empty()));
    })
}

fn change(
    control: &Control,
    resources: &[&str],
    change: impl Fn(&mut Tags),
) -> Result<Reply, ApiError> {
    control.store.transact(|documents| {
        for resource in resources {
            let name = Account::function_of(resource);
            let mut record = latest(documents, name)?;
            let mut tags = of(&record);
            change(&mut tags);
            let tags = written(&tags);
            limits::tags(Some(&tags))?;
            record.config.insert("tags".to_owned(), tags);
            put(documents, name, &record)?;
        }
        Ok(())
    })?;
    Ok(Reply::json(json!({})))
}

pub(super) fn list(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let page = request.page()?;
    let resources = request.queries("ResourceId");
    let wanted = request
        .query("Tag")
        .and_then(|tags| serde_json::from_str::<Vec<Value>>(tags).ok());
    let wanted = read(&wanted.unwrap_or_default());
    let is_named = |name: &str| {
        let mut named = resources.iter();
        resources.is_empty() || named.any(|it| Account::function_of(it) == name)
    };
    control.store.transact(|documents| {
        let all = documents.list::<Record>(key::FUNCTIONS, &page.from, usize::MAX)?;
        let mut all = all.iter().filter(|(name, _)| is_named(name));
        let tagged = all.by_ref().take(page.limit).flat_map(|(name, record)| {
            let tags = of(record);
            let has = |(key, value): &(String, String)| {
                let is = |(other, its): &(String, String)| {
                    other == key && (value.is_empty() || its == value)
                };
                tags.iter().any(is)
            };
            let arn = control.account.function_arn(name, None);
            let shown = wanted.iter().all(has).then_some(tags.clone());
            shown
                .unwrap_or_default()
                .into_iter()
                .map(move |(key, value)| {
                    json!({
                        "ResourceId": arn,
                        "ResourceType": "function",
                        "TagKey": key,
                        "TagValue": value,
                    })
                })
        });
        let tagged: Vec<_> = tagged.collect();
        Ok(Reply::json(json!({
            "TagResources": tagged,
            "NextToken": all.next().map(|(name, _)| name),
        })))
    })
}
