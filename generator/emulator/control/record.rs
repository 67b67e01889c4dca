//! What is kept of a function, and how the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::account::Account;
use super::packages::PackageRef;
use super::{ids, now};
use crate::platform::LATEST;

/// A function as it is deployed, or one of its published versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    /// Its configuration, as clients have sent it, with the platform's defaults. Fields that nobody
    /// here knows are in it too.
    pub(super) config: Map<String, Value>,
    /// Its code. A container has none.
    pub(super) package: Option<PackageRef>,
    pub(super) created: String,
    pub(super) modified: String,
    /// Which of all deployments this is: instances of another one are out of date.
    pub(super) revision: u64,
    /// Why it takes no calls, if somebody has switched them off.
    pub(super) disabled: Option<String>,
    /// The number of the next version.
    pub(super) next_version: u64,
    /// The description of a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) version_description: Option<String>,
}

/// The keys of documents.
pub(super) mod key {
    pub(in super::super) const FUNCTIONS: &str = "function/";

    pub(in super::super) fn function(name: &str) -> String {
        format!("{FUNCTIONS}{name}")
    }

    pub(in super::super) fn versions(name: &str) -> String {
        format!("version/{name}/")
    }

    /// Numbers of versions are in order with leading zeros.
    pub(in super::super) fn version(name: &str, number: u64) -> String {
        format!("{}{number:010}", versions(name))
    }

    /// That a package is the code of a function or of a version.
    pub(in super::super) fn uses(package: &str) -> String {
        format!("uses/{package}/")
    }

    /// Kinds of documents that belong to a function: their keys go on with its name and a slash.
    pub(in super::super) const OF_FUNCTION: [&str; 8] = [
        "version",
        "alias",
        "trigger",
        "async",
        "concurrency",
        "provision",
        "scaling",
        "vpc",
    ];
}

/// The fields of a function that the service sets itself.
const OWN: [&str; 13] = [
    "code",
    "codeChecksum",
    "codeSize",
    "createdTime",
    "functionArn",
    "functionId",
    "functionName",
    "lastModifiedTime",
    "lastUpdateStatus",
    "lastUpdateStatusReason",
    "lastUpdateStatusReasonCode",
    "state",
    "stateReason",
];

impl Record {
    /// A function that is new, without code.
    pub(super) fn new(config: Map<String, Value>, revision: u64) -> Self {
        let now = now();
        let mut record = Self {
            id: ids::session(),
            config: Map::new(),
            package: None,
            created: now.clone(),
            modified: now,
            revision,
            disabled: None,
            next_version: 1,
            version_description: None,
        };
        record.set(defaults());
        record.set(config);
        record
    }

    /// Sets fields of the configuration. Those that the service sets are left out.
    pub(super) fn set(&mut self, config: Map<String, Value>) {
        let config = config.into_iter();
        let fields = config.filter(|(name, value)| !OWN.contains(&&**name) && !value.is_null());
        self.config.extend(fields);
    }

    /// A field of the configuration that is a text.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.config.get(field)?.as_str()
    }

    /// Whether it runs from an image.
    pub(super) fn is_container(&self) -> bool {
        let runtime = self.text("runtime").unwrap_or_default();
        runtime == "custom-container" || runtime == "micro-sandbox"
    }

    /// The document that the API shows.
    pub(super) fn shown(&self, name: &str, version: &str, account: &Account) -> Value {
        let mut shown = self.config.clone();
        let package = self.package.as_ref();
        let own = json!({
            "functionName": name,
            "functionArn": account.function_arn(name, Some(version).filter(|it| *it != LATEST)),
            "functionId": self.id,
            "codeChecksum": package.map_or("", |package| &package.checksum),
            "codeSize": package.map_or(0, |package| package.size),
            "createdTime": self.created,
            "lastModifiedTime": self.modified,
            "state": "Active",
            "stateReason": "",
            "stateReasonCode": "",
            "lastUpdateStatus": "Successful",
            "lastUpdateStatusReason": "",
            "lastUpdateStatusReasonCode": "",
            "invocationRestriction": {
                "disable": self.disabled.is_some(),
                "reason": self.disabled.as_deref().unwrap_or_default(),
            },
        });
        if let Value::Object(own) = own {
            shown.extend(own);
        }
        Value::Object(shown)
    }
}

/// The platform's defaults: [`page::CREATE`](crate::platform::page::CREATE).
fn defaults() -> Map<String, Value> {
    let defaults = json!({
        "cpu": 0.35,
        "memorySize": 512,
        "diskSize": 512,
        "timeout": 3,
        "instanceConcurrency": 1,
        "internetAccess": true,
        "environmentVariables": {},
        "description": "",
        "handler": "index.handler",
        "layers": [],
        "role": "",
    });
    match defaults {
        Value::Object(defaults) => defaults,
        _ => Map::new(),
    }
}
