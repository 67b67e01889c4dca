//! `--remote`: calls the deployed function by the platform's own API, signed with an access key.

mod endpoint;
mod http;

use std::time::SystemTime;

use clap::Args;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use ureq::http::Request;

use super::call::Call;
use super::client;
use super::content::Content;
use super::outcome::{End, Outcome, RanBy};
use crate::cli::access::{self, Access};
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::done;
use crate::cli::project::Project;
use crate::emulator::Answer;
use crate::platform::{EVENT_TYPE, LATEST, env, header, path};
use crate::signature::Signer;
use crate::text::printable;
use endpoint::Endpoint;

/// The operation of the API.
const ACTION: &str = "InvokeFunction";

/// Which deployed function, and with whose key.
#[derive(Debug, Args)]
pub(super) struct RemoteArgs {
    /// Call the deployed function, with an access key
    ///
    /// The key is that of the environment or of `.env`, as Serverless Devs or the SDKs read it. Otherwise it
    /// is that of the profile of Serverless Devs that `access` of `s.yaml` names. With
    /// `FC_CLIENT_CUSTOM_ENDPOINT`, the call goes there, for example to `cargo fc3 emulate`.
    #[arg(long)]
    pub(super) remote: bool,

    /// The region of the deployed function [default: that of `s.yaml`]
    #[arg(long, value_name = "REGION", requires = "remote")]
    region: Option<String>,

    /// Call this version or alias of the deployed function
    #[arg(long, value_name = "NAME", requires = "remote")]
    qualifier: Option<String>,

    /// Sign with the key of this profile of Serverless Devs
    #[arg(long, short, value_name = "ALIAS", requires = "remote")]
    access: Option<String>,
}

/// A function as it is deployed.
pub(super) struct Deployed {
    pub(super) name: String,
    pub(super) region: Option<String>,
}

impl RemoteArgs {
    /// Calls the function.
    ///
    /// # Errors
    /// There is no key, or no response.
    pub(super) fn call(
        &self,
        project: &Project,
        function: &Deployed,
        call: &Call,
        verbose: bool,
    ) -> Result<Outcome, Failure> {
        let Call::Event { event, is_async } = call else {
            let message = "`--remote` sends events, and this is an HTTP request";
            return Err(Failure::new(Exit::Usage, message).hint(
                "send an event with `-e TEXT`, or request the URL that `s info` shows, for example with \
                 `curl`",
            ));
        };
        let access = access::find(self.access.as_deref(), project)?;
        let endpoint = if let Some(custom) = project.variable(env::ENDPOINT) {
            Endpoint::custom(&custom)?
        } else {
            let region = self.region.as_deref().or(function.region.as_deref());
            Endpoint::of(region, access.account.as_deref())?
        };
        let qualifier = self.qualifier()?;
        if verbose {
            let (name, base) = (printable(&function.name), printable(&endpoint.base));
            let words = format!("`{name}` at {base} with the key of {}", access.source);
            done("Calling", &words);
        }
        let url = (path::invocations(&function.name), qualifier);
        let request = signed(&endpoint, url, event, *is_async, &access)?;
        Ok(returned(http::send(&endpoint, request)?))
    }

    fn qualifier(&self) -> Result<&str, Failure> {
        let qualifier = self.qualifier.as_deref().unwrap_or(LATEST);
        let letter = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
        if !qualifier.is_empty() && qualifier.chars().all(letter) {
            return Ok(qualifier);
        }
        let message = format!("`{}` is no version or alias", printable(qualifier));
        Err(Failure::new(Exit::Usage, message)
            .hint("pass the number of a version, or the name of an alias"))
    }
}

/// The request that sends an event.
fn signed(
    endpoint: &Endpoint,
    (path, qualifier): (String, &str),
    event: &Content,
    is_async: bool,
    access: &Access,
) -> Result<Request<Vec<u8>>, Failure> {
    let query = format!("qualifier={qualifier}");
    let (kind, log) = if is_async {
        ("Async", "None")
    } else {
        ("Sync", "Tail")
    };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (HOST.as_str(), &*endpoint.host),
        (header::CONTENT_TYPE, EVENT_TYPE),
        (header::INVOCATION_TYPE, kind),
        (header::LOG_TYPE, log),
    ] {
        let value = HeaderValue::from_str(value).map_err(|error| unsendable(&error))?;
        headers.insert(HeaderName::from_static(name), value);
    }
    let nonce = nonce().map_err(|error| unsendable(&error))?;
    let signer = Signer {
        key: &access.key,
        action: ACTION,
        at: SystemTime::now(),
        nonce: &nonce,
    };
    let done = signer.sign("POST", &path, &query, &mut headers, &event.bytes);
    done.map_err(|error| unsendable(&error))?;
    let mut request = Request::post(format!("{}{path}?{query}", endpoint.base));
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    let request = request.body(event.bytes.clone());
    request.map_err(|error| unsendable(&error))
}

fn unsendable(error: &dyn std::error::Error) -> Failure {
    let message = format!("the call cannot be sent: {error}");
    Failure::new(Exit::Usage, message).hint("check the access key and the endpoint")
}

/// What the platform says of the call. Without the type of an error, the function has not failed: the
/// platform has, or what is before it.
fn returned(answer: Answer) -> Outcome {
    let is_refused = !answer.is_success() && answer.headers.get(header::ERROR_TYPE).is_none();
    let status = answer.status;
    let mut outcome = client::returned(answer, RanBy::Remote);
    if is_refused {
        outcome.end = if status >= 500 {
            End::Unserved
        } else {
            End::Refused
        };
    }
    outcome
}

fn nonce() -> Result<String, getrandom::Error> {
    let (high, low) = (getrandom::u64()?, getrandom::u64()?);
    Ok(format!("{high:016x}{low:016x}"))
}
