//! The regions, and the groups that resources are in.

use serde_json::{Value, json};

use super::functions::{latest, put};
use super::request::{Reply, Request};
use super::{Account, Control};
use crate::emulator::api_error::ApiError;
use crate::platform::REGIONS;

#[expect(clippy::unnecessary_wraps, reason = "all operations may fail")]
pub(super) fn describe(_: &Control, _: &Request) -> Result<Reply, ApiError> {
    let regions = REGIONS.iter();
    let regions = regions.map(|region| json!({ "RegionId": region, "LocalName": region }));
    let regions: Vec<_> = regions.collect();
    Ok(Reply::json(json!({ "Regions": { "Region": regions } })))
}

pub(super) fn change_group(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let body = request.object()?;
    let text = |names: [&str; 2]| {
        let found = names.into_iter().find_map(|name| body.get(name)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    let group = text(["newResourceGroupId", "NewResourceGroupId"]);
    let resource = text(["resourceId", "ResourceId"]);
    let name = Account::function_of(&resource).to_owned();
    control.store.transact(|documents| {
        let mut record = latest(documents, &name)?;
        let field = "resourceGroupId".to_owned();
        let before = record.config.insert(field, group.clone().into());
        put(documents, &name, &record)?;
        Ok(Reply::json(json!({
            "resourceId": resource,
            "oldResourceGroupId": before.unwrap_or(Value::from("")),
            "newResourceGroupId": group,
        })))
    })
}
