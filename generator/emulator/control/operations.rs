//! All operations of the API, and what becomes of each here. `docs/emulate-operations.md` is written
//! from this table.

use hyper::{Method, StatusCode};

use super::request::{Reply, Request, decoded};
use super::{
    Control, aliases, bindings, configs, functions, regions, tags, tasks, triggers, versions,
};
use crate::emulator::api_error::ApiError;
use crate::platform::path;

/// Does an operation.
pub(super) type Work = fn(&Control, &Request) -> Result<Reply, ApiError>;

/// An operation of the API.
pub(crate) struct Operation {
    /// Its name, as in the header `x-acs-action`.
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    /// Its path behind [`path::API`], with the names of parameters in braces.
    pub(crate) path: &'static str,
    pub(super) support: Support,
}

/// What becomes of an operation.
pub(super) enum Support {
    /// It does what it does on the platform.
    Works(Work),
    /// What it sets is kept and given back, and has no effect.
    Kept(Work),
    /// It calls a function.
    Invokes,
    /// It is not here.
    Missing,
}

use Support::{Invokes, Kept, Missing, Works};

/// All operations of the official clients, by theme.
#[rustfmt::skip]
pub(crate) static OPERATIONS: [Operation; 73] = [
    post("CreateFunction", "functions", Works(functions::create)),
    get("ListFunctions", "functions", Works(functions::list)),
    get("GetFunction", "functions/{functionName}", Works(functions::get)),
    put("UpdateFunction", "functions/{functionName}", Works(functions::update)),
    delete("DeleteFunction", "functions/{functionName}", Works(functions::delete)),
    get("GetFunctionCode", "functions/{functionName}/code", Works(functions::code)),
    post("InvokeFunction", "functions/{functionName}/invocations", Invokes),
    post("EnableFunctionInvocation", "functions/{functionName}/invoke/enable", Works(functions::enable)),
    post("DisableFunctionInvocation", "functions/{functionName}/invoke/disable", Works(functions::disable)),
    get("ListInstances", "functions/{functionName}/instances", Works(tasks::instances)),
    post("CreateTrigger", "functions/{functionName}/triggers", Works(triggers::create)),
    get("ListTriggers", "functions/{functionName}/triggers", Works(triggers::list)),
    get("GetTrigger", "functions/{functionName}/triggers/{triggerName}", Works(triggers::get)),
    put("UpdateTrigger", "functions/{functionName}/triggers/{triggerName}", Works(triggers::update)),
    delete("DeleteTrigger", "functions/{functionName}/triggers/{triggerName}", Works(triggers::delete)),
    post("PublishFunctionVersion", "functions/{functionName}/versions", Works(versions::publish)),
    get("ListFunctionVersions", "functions/{functionName}/versions", Works(versions::list)),
    delete("DeleteFunctionVersion", "functions/{functionName}/versions/{versionId}", Works(versions::delete)),
    post("CreateAlias", "functions/{functionName}/aliases", Works(aliases::create)),
    get("ListAliases", "functions/{functionName}/aliases", Works(aliases::list)),
    get("GetAlias", "functions/{functionName}/aliases/{aliasName}", Works(aliases::get)),
    put("UpdateAlias", "functions/{functionName}/aliases/{aliasName}", Works(aliases::update)),
    delete("DeleteAlias", "functions/{functionName}/aliases/{aliasName}", Works(aliases::delete)),
    put("PutAsyncInvokeConfig", "functions/{functionName}/async-invoke-config", Works(configs::put_async)),
    get("GetAsyncInvokeConfig", "functions/{functionName}/async-invoke-config", Works(configs::get_async)),
    delete("DeleteAsyncInvokeConfig", "functions/{functionName}/async-invoke-config", Works(configs::delete_async)),
    get("ListAsyncInvokeConfigs", "async-invoke-configs", Works(configs::list_async)),
    get("ListAsyncTasks", "functions/{functionName}/async-tasks", Works(tasks::list)),
    get("GetAsyncTask", "functions/{functionName}/async-tasks/{taskId}", Works(tasks::get)),
    put("StopAsyncTask", "functions/{functionName}/async-tasks/{taskId}/stop", Works(tasks::stop)),
    put("PutConcurrencyConfig", "functions/{functionName}/concurrency", Kept(configs::put_concurrency)),
    get("GetConcurrencyConfig", "functions/{functionName}/concurrency", Kept(configs::get_concurrency)),
    delete("DeleteConcurrencyConfig", "functions/{functionName}/concurrency", Kept(configs::delete_concurrency)),
    get("ListConcurrencyConfigs", "concurrency-configs", Kept(configs::list_concurrency)),
    put("PutProvisionConfig", "functions/{functionName}/provision-config", Kept(configs::put_provision)),
    get("GetProvisionConfig", "functions/{functionName}/provision-config", Kept(configs::get_provision)),
    delete("DeleteProvisionConfig", "functions/{functionName}/provision-config", Kept(configs::delete_provision)),
    get("ListProvisionConfigs", "provision-configs", Kept(configs::list_provision)),
    put("PutScalingConfig", "functions/{functionName}/scaling-config", Kept(configs::put_scaling)),
    get("GetScalingConfig", "functions/{functionName}/scaling-config", Kept(configs::get_scaling)),
    delete("DeleteScalingConfig", "functions/{functionName}/scaling-config", Kept(configs::delete_scaling)),
    get("ListScalingConfigs", "scaling-configs", Kept(configs::list_scaling)),
    post("CreateVpcBinding", "functions/{functionName}/vpc-bindings", Kept(bindings::create)),
    get("ListVpcBindings", "functions/{functionName}/vpc-bindings", Kept(bindings::list)),
    delete("DeleteVpcBinding", "functions/{functionName}/vpc-bindings/{vpcId}", Kept(bindings::delete)),
    post("TagResources", "tags-v2", Works(tags::tag)),
    get("ListTagResources", "tags-v2", Works(tags::list)),
    delete("UntagResources", "tags-v2", Works(tags::untag)),
    get("DescribeRegions", "regions", Works(regions::describe)),
    put("ChangeResourceGroup", "resource-groups", Kept(regions::change_group)),
    post("CreateCustomDomain", "custom-domains", Missing),
    get("ListCustomDomains", "custom-domains", Missing),
    get("GetCustomDomain", "custom-domains/{domainName}", Missing),
    put("UpdateCustomDomain", "custom-domains/{domainName}", Missing),
    delete("DeleteCustomDomain", "custom-domains/{domainName}", Missing),
    post("CreateLayerVersion", "layers/{layerName}/versions", Missing),
    get("ListLayers", "layers", Missing),
    get("ListLayerVersions", "layers/{layerName}/versions", Missing),
    get("GetLayerVersion", "layers/{layerName}/versions/{version}", Missing),
    get("GetLayerVersionByArn", "layerarn/{arn}", Missing),
    delete("DeleteLayerVersion", "layers/{layerName}/versions/{version}", Missing),
    put("PutLayerACL", "layers/{layerName}/acl", Missing),
    post("CreateSession", "functions/{functionName}/sessions", Missing),
    get("ListSessions", "functions/{functionName}/sessions", Missing),
    get("GetSession", "functions/{functionName}/sessions/{sessionId}", Missing),
    put("UpdateSession", "functions/{functionName}/sessions/{sessionId}", Missing),
    delete("DeleteSession", "functions/{functionName}/sessions/{sessionId}", Missing),
    put("PauseSession", "functions/{functionName}/sessions/{sessionId}/pause", Missing),
    put("ResumeSession", "functions/{functionName}/sessions/{sessionId}/resume", Missing),
    post("CreateSnapshot", "functions/{functionName}/snapshots", Missing),
    get("ListSnapshots", "snapshots", Missing),
    get("GetSnapshot", "functions/{functionName}/snapshots/{snapshotId}", Missing),
    delete("DeleteSnapshot", "functions/{functionName}/snapshots/{snapshotId}", Missing),
];

const fn get(name: &'static str, path: &'static str, support: Support) -> Operation {
    operation(Method::GET, name, path, support)
}

const fn post(name: &'static str, path: &'static str, support: Support) -> Operation {
    operation(Method::POST, name, path, support)
}

const fn put(name: &'static str, path: &'static str, support: Support) -> Operation {
    operation(Method::PUT, name, path, support)
}

const fn delete(name: &'static str, path: &'static str, support: Support) -> Operation {
    operation(Method::DELETE, name, path, support)
}

const fn operation(
    method: Method,
    name: &'static str,
    path: &'static str,
    support: Support,
) -> Operation {
    Operation {
        name,
        method,
        path,
        support,
    }
}

/// An operation with the values of the parameters in its path.
pub(crate) type Found = (&'static Operation, Vec<(&'static str, String)>);

/// The operation of a path behind [`path::API`].
///
/// # Errors
/// There is none.
pub(crate) fn find(method: &Method, path: &str) -> Result<Found, ApiError> {
    let mut others = OPERATIONS
        .iter()
        .filter_map(|operation| Some((operation, operation.matches(path)?)));
    let mut is_known = false;
    let found = others.find(|(operation, _)| {
        is_known = true;
        operation.method == *method
    });
    found.ok_or_else(|| {
        if is_known {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            let message = format!("the path does not take the method {method}");
            ApiError::new(status, "MethodNotAllowed", message)
        } else {
            let message = format!("the API has no such path below `{}`", path::API);
            ApiError::not_found("PathNotSupported", message)
        }
    })
}

impl Operation {
    /// The values of the parameters, if a path is one of this operation.
    fn matches(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let mut params = Vec::new();
        let mut parts = path.split('/');
        for expected in self.path.split('/') {
            let part = parts.next()?;
            match expected.strip_prefix('{') {
                Some(name) if !part.is_empty() => {
                    params.push((name.trim_end_matches('}'), decoded(part)));
                }
                None if part == expected => {}
                _ => return None,
            }
        }
        parts.next().is_none().then_some(params)
    }

    /// Whether it calls a function.
    pub(crate) fn invokes(&self) -> bool {
        matches!(self.support, Invokes)
    }

    /// What does it.
    ///
    /// # Errors
    /// It is not here.
    pub(super) fn work(&self) -> Result<Work, ApiError> {
        match &self.support {
            Works(work) | Kept(work) => Ok(*work),
            Invokes | Missing => {
                let status = StatusCode::NOT_IMPLEMENTED;
                let message = format!("`{}` is not part of `cargo fc3 emulate`", self.name);
                Err(ApiError::new(status, "NotImplemented", message))
            }
        }
    }

    /// What becomes of it, in a word.
    fn state(&self) -> &'static str {
        match self.support {
            Works(_) | Invokes => "works",
            Kept(_) => "kept",
            Missing => "501",
        }
    }
}

/// `docs/emulate-operations.md`: the table of all operations.
#[must_use]
pub fn operations_table() -> String {
    const HEAD: &str = "# The operations of `cargo fc3 emulate`\n\n\
        These are all operations of the official SDKs for Node.js (4.7.6) and Python (4.8.3). An operation\n\
        *works* as on the platform, or what it sets is *kept* and given back without an effect, or it gets the\n\
        status 501 with the code `NotImplemented`.\n\n\
        | Operation | Request | Here |\n|---|---|---|\n";
    let rows = OPERATIONS.iter().map(|operation| {
        let Operation {
            name, method, path, ..
        } = operation;
        let (api, state) = (path::API, operation.state());
        format!("| `{name}` | `{method} {api}{path}` | {state} |\n")
    });
    rows.fold(HEAD.to_owned(), |table, row| table + &row)
}
