//! Serves a function to Function Compute: the HTTP server of a custom runtime.
//!
//! The platform starts the program, waits until it accepts connections, calls `POST /initialize`
//! once, `POST /invoke` for every event, and `GET /pre-stop` before it takes the instance away:
//! <https://www.alibabacloud.com/help/en/functioncompute/fc/principles-1>.
//!
//! - An event function implements [`Function`] and is served by [`run`].
//! - A web function builds a router and is served by [`web::run`].
//!
//! This file and those in `fc/` are the same in every project and need no edit.

mod answer;
mod batch;
mod binary;
mod call;
mod cloud_event;
mod context;
mod credentials;
mod decode;
mod event;
mod failure;
mod function;
mod instance;
pub mod lenient;
mod linkage;
mod log;
mod reply;
mod route;
mod server;
mod signals;
mod stream;
mod time;
pub mod web;
mod workers;

pub use batch::{Batch, FromItem};
pub use binary::{from_base64, to_base64};
pub use bytes::Bytes;
pub use cloud_event::{CloudEvent, Delivery, Envelope};
pub use context::Context;
pub use credentials::Credentials;
pub use decode::{EventError, decode, decode_json, decode_object, decode_text, decode_told};
pub use event::{FromEvent, Json};
pub use function::{Function, run};
pub use reply::IntoReply;
pub use time::{Time, TimeError};

/// Any error: `?` takes whatever implements [`std::error::Error`], and text by `.into()`.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a function returns: its value, or any [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The largest event, in bytes, that the platform passes to a function (32 MiB):
/// <https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>.
pub const EVENT_LIMIT: usize = 32 * 1024 * 1024;
