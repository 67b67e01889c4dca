//! `--remote`: calls the deployed function by the platform's own API, signed with an access key.

use std::time::{Duration, SystemTime};

use clap::Args;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use ureq::Agent;

use super::call::Call;
use super::client;
use super::content::Content;
use super::outcome::{Outcome, RanBy};
use crate::cli::access::{self, Access};
use crate::cli::failure::{Exit, Failure};
use crate::emulator::{Answer, Headers};
use crate::platform::{EVENT_TYPE, LATEST, LONGEST_CALL, env, header, path};
use crate::signature::Signer;
use crate::text::printable;

/// The longest time for a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// The most that is read of a response, in bytes.
const RESPONSE_LIMIT: u64 = 256 * 1024 * 1024;

/// Which deployed function, and with whose key.
#[derive(Debug, Args)]
pub(super) struct RemoteArgs {
    /// Call the deployed function, with an access key
    ///
    /// The key is that of the environment, as Serverless Devs or the SDKs read it, or of the profile
    /// `default` of Serverless Devs. With `FC_CLIENT_CUSTOM_ENDPOINT`, the call goes there, for example to
    /// `cargo fc3 emulate`.
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
    pub(super) fn call(&self, function: &Deployed, call: &Call) -> Result<Outcome, Failure> {
        let Call::Event { event, is_async } = call else {
            let message = "`--remote` sends events, and this is an HTTP request";
            return Err(Failure::new(Exit::Usage, message).hint(
                "send an event with `-e TEXT`, or request the URL that `s info` shows, for example with \
                 `curl`",
            ));
        };
        let access = access::find(self.access.as_deref())?;
        let base = self.base_url(function, &access)?;
        let answer = self.send(&base, &function.name, event, *is_async, &access)?;
        Ok(client::returned(answer, RanBy::Remote))
    }

    /// The URL of the API, without a path.
    fn base_url(&self, function: &Deployed, access: &Access) -> Result<String, Failure> {
        let usage = |message: String, hint: &str| Failure::new(Exit::Usage, message).hint(hint);
        if let Some(endpoint) = std::env::var(env::ENDPOINT)
            .ok()
            .filter(|it| !it.is_empty())
        {
            let endpoint = endpoint.trim_end_matches('/');
            let Some(host) = endpoint.strip_prefix("http://") else {
                let host = endpoint.strip_prefix("https://").unwrap_or(endpoint);
                return Ok(format!("https://{host}"));
            };
            if is_loopback(host) {
                return Ok(endpoint.to_owned());
            }
            let message = format!(
                "`{}` is not encrypted: `{}`",
                env::ENDPOINT,
                printable(endpoint)
            );
            return Err(usage(message, "let it begin with `https://`"));
        }
        let region = self.region.as_deref().or(function.region.as_deref());
        let region = region.ok_or_else(|| {
            let message = "the region of the deployed function is not known".to_owned();
            usage(message, "pass it with `--region REGION`")
        })?;
        let account = access.account.as_deref().ok_or_else(|| {
            let message = "the id of the account is not known".to_owned();
            usage(message, "set `AccountID` or `ALIBABA_CLOUD_ACCOUNT_ID`")
        })?;
        let is_part = |text: &str| {
            let mut bytes = text.bytes();
            !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if !is_part(region) || !is_part(account) {
            let message = "the region or the id of the account cannot be part of a host".to_owned();
            return Err(usage(message, "pass a region such as `cn-hangzhou`"));
        }
        Ok(format!("https://{account}.{region}.fc.aliyuncs.com"))
    }

    fn send(
        &self,
        base: &str,
        function: &str,
        event: &Content,
        is_async: bool,
        access: &Access,
    ) -> Result<Answer, Failure> {
        let qualifier = self.qualifier.as_deref().unwrap_or(LATEST);
        let letter = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
        if !qualifier.chars().all(letter) {
            let message = format!("`{}` is no version or alias", printable(qualifier));
            return Err(Failure::new(Exit::Usage, message)
                .hint("pass the number of a version, or the name of an alias"));
        }
        let (path, query) = (
            path::invocations(function),
            format!("qualifier={qualifier}"),
        );
        let unsendable = |error: String| {
            let message = format!("the call cannot be sent: {error}");
            Failure::new(Exit::Usage, message).hint("check the access key and the endpoint")
        };
        let mut headers = HeaderMap::new();
        let host = base.split("://").nth(1).unwrap_or_default();
        let fields = [
            (HOST, host),
            (HeaderName::from_static(header::CONTENT_TYPE), EVENT_TYPE),
            (
                HeaderName::from_static(header::INVOCATION_TYPE),
                if is_async { "Async" } else { "Sync" },
            ),
            (
                HeaderName::from_static(header::LOG_TYPE),
                if is_async { "None" } else { "Tail" },
            ),
        ];
        for (name, value) in fields {
            let value = HeaderValue::from_str(value);
            headers.insert(name, value.map_err(|error| unsendable(error.to_string()))?);
        }
        let nonce = nonce().map_err(|error| unsendable(error.to_string()))?;
        let signer = Signer {
            key: &access.key,
            action: "InvokeFunction",
            at: SystemTime::now(),
            nonce: &nonce,
        };
        let done = signer.sign("POST", &path, &query, &mut headers, &event.bytes);
        done.map_err(|error| unsendable(error.to_string()))?;
        // The client sets it from the URL.
        headers.remove(HOST);
        let mut request = ureq::http::Request::post(format!("{base}{path}?{query}"));
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let request = request.body(event.bytes.clone());
        let request = request.map_err(|error| unsendable(error.to_string()))?;
        agent()
            .run(request)
            .map_err(Box::new)
            .and_then(answered)
            .map_err(|error| {
                let message = format!("`{}` gave no response: {error}", printable(base));
                Failure::new(Exit::Machine, message)
                    .hint("check the network, the region and the id of the account")
            })
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(CONNECT_LIMIT))
        .timeout_recv_response(Some(LONGEST_CALL))
        .build()
        .into()
}

/// A response, as those of a local Function Compute are.
fn answered(mut response: ureq::http::Response<ureq::Body>) -> Result<Answer, Box<ureq::Error>> {
    let body = response.body_mut().with_config().limit(RESPONSE_LIMIT);
    let body = body.read_to_vec()?;
    let mut headers = Headers::default();
    for (name, value) in response.headers() {
        headers.add(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let request_id = headers
        .get(header::REQUEST_ID)
        .unwrap_or_default()
        .to_owned();
    Ok(Answer {
        status: response.status().as_u16(),
        headers,
        body,
        closes: false,
        request_id,
    })
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn nonce() -> Result<String, getrandom::Error> {
    let (high, low) = (getrandom::u64()?, getrandom::u64()?);
    Ok(format!("{high:016x}{low:016x}"))
}
