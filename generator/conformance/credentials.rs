//! The credentials of the function's role: from the call if they are complete, otherwise from the
//! environment.

use serde_json::{Value, json};

use super::context::{asking, holds, read_context};
use super::rule::Level::{Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::emulator::Credentials;
use crate::platform::{env, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "credentials-from-headers",
        page::CONTEXT,
        "the credentials of a role expire, and the handler does not use those of each call",
        from_headers,
    )
    .hint(
        "if `x-fc-access-key-id`, `x-fc-access-key-secret` and `x-fc-security-token` are all \
         present and not empty, use them for this call",
    )
    .probe(),
    Rule::new(
        Must,
        "credentials-from-environment",
        page::CONTEXT,
        "custom.debian11 sends no security token, so other services reject credentials from the \
         headers",
        from_environment,
    )
    .hint(
        "if one of the three headers is absent or empty, read all three values from \
         `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and \
         `ALIBABA_CLOUD_SECURITY_TOKEN`; never mix the two sources",
    )
    .probe(),
];

fn role(of: &str) -> Credentials {
    Credentials {
        access_key_id: format!("{of}-id"),
        access_key_secret: format!("{of}-secret"),
        security_token: format!("{of}-token"),
    }
}

fn shown(role: &Credentials) -> Value {
    json!({
        "credentials": {
            "accessKeyId": role.access_key_id,
            "accessKeySecret": role.access_key_secret,
            "securityToken": role.security_token,
        }
    })
}

fn from_headers(target: &Target) -> Verdict {
    let instance = target.start()?;
    let sent = role("header");
    let request = asking(&instance)
        .with(header::ACCESS_KEY_ID, &*sent.access_key_id)
        .with(header::ACCESS_KEY_SECRET, &*sent.access_key_secret)
        .with(header::SECURITY_TOKEN, &*sent.security_token);
    let done = "sent POST /invoke with the three credential headers";
    holds(
        done,
        &read_context(&instance, &request, done)?,
        &shown(&sent),
    )
}

fn from_environment(target: &Target) -> Verdict {
    let set = role("variable");
    let instance = target.start_in(&[
        (env::ACCESS_KEY_ID, &set.access_key_id),
        (env::ACCESS_KEY_SECRET, &set.access_key_secret),
        (env::SECURITY_TOKEN, &set.security_token),
    ])?;
    let none = asking(&instance);
    let done = "set the three `ALIBABA_CLOUD_` credential variables and sent POST /invoke with the \
                three credential headers empty";
    holds(done, &read_context(&instance, &none, done)?, &shown(&set))?;
    let without_token = none
        .with(header::ACCESS_KEY_ID, "header-id")
        .with(header::ACCESS_KEY_SECRET, "header-secret")
        .without(header::SECURITY_TOKEN);
    let done = "set the three `ALIBABA_CLOUD_` credential variables and sent POST /invoke without \
                `x-fc-security-token`";
    let context = read_context(&instance, &without_token, done)?;
    holds(done, &context, &shown(&set))
}
