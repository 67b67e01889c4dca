//! Signatures of requests: made for the platform, and checked as the platform checks them.
//!
//! Nothing here asks for the time, the nonce or the body: the caller has them. Reading a request
//! never panics, whatever its bytes. The schemes are those that Serverless Devs and the official
//! SDKs use: `ACS3-HMAC-SHA256`, the `FC` of version 2.0, and those of Object Storage Service.

mod acs3;
mod authorization;
mod base;
mod canonical;
mod fc2;
mod instant;
mod key;
mod malformed;
mod object;
mod oss;
mod oss_url;
mod oss_v4;
mod verified;

use hyper::HeaderMap;

pub use acs3::{NotSignable, Signer};
pub use authorization::{Authorization, Scheme};
pub use key::AccessKey;
pub use malformed::Malformed;
pub use object::Object;
pub use oss_url::signed_url;
pub use verified::{Cause, Mismatch, Verified};

/// What is signed of a request: everything but its body.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path as it was sent, without the query.
    pub path: &'a str,
    /// The query as it was sent, without the question mark.
    pub query: &'a str,
    /// The headers, with `host`.
    pub headers: &'a HeaderMap,
}
