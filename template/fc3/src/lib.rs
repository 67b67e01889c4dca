//! Runs Rust functions on Alibaba Cloud Function Compute 3.0.
//!
//! ```no_run
//! use fc3::{Context, Function, Json, Result};
//!
//! struct Greeter;
//!
//! impl Function for Greeter {
//!     type Event = Json<String>;
//!     type Reply = Json<String>;
//!
//!     async fn init(_cx: &Context) -> Result<Self> {
//!         Ok(Self)
//!     }
//!
//!     async fn handle(&self, Json(name): Json<String>, _cx: &Context) -> Result<Json<String>> {
//!         Ok(Json(format!("Hello, {name}!")))
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     fc3::run::<Greeter>()
//! }
//! ```
//!
//! This crate is the HTTP server of a [custom runtime]. The platform starts the program, waits until
//! it accepts connections, and calls `POST /initialize` once. It then calls `POST /invoke` for every
//! event, and `GET /pre-stop` before it removes the instance.
//!
//! - An event function implements [`Function`]; [`run`] serves it.
#![cfg_attr(
    feature = "web",
    doc = "- A web function implements [`web::App`]; [`web::run`] serves it."
)]
//! - [`events`] has a type for the event of each trigger, behind a feature with the trigger's name.
//! - [`testing`] calls a function in a test, without a server.
//!
//! # Log
//!
//! The records of `tracing` and of the `log` crate go to stdout, with the request id of the call that
//! wrote them. A line shows the spans around it, such as those of `#[tracing::instrument]`.
//!
//! With `FUNCTION_LOG_FORMAT=json`, each record is one JSON object on one line:
//!
//! ```json
//! {"time":"2026-06-01T02:00:00.000Z","level":"INFO","requestId":"1-a","message":"order received","target":"bootstrap::handler","fields":{"order":42},"spans":[{"name":"charge","fields":{"customer":"c-7"}}]}
//! ```
//!
//! A line over 32 KB, the platform's limit, loses its fields and the end of its message, and says
//! `"truncated":true`. In text, a long record becomes several lines instead.
//!
//! The marker lines, such as `FC Invoke Start RequestId: 1-a`, are the same in both formats.
//!
//! If stdout is a pipe that nobody reads, a record waits at most 100 ms for room. Later records are then
//! dropped at once, until somebody reads again and finds a line with their number. The standard library's
//! `println!` knows no such limit: it holds the call, and others with it, until somebody reads.
//!
//! # The end of an instance
//!
//! SIGTERM or SIGINT ends the process: it accepts no more connections, waits for the running calls, at
//! most until their time limits, and runs `stop`. If a call blocks its thread beyond its time limit, the
//! process ends without `stop`, with exit code 143, at most 5 seconds later. A second signal ends the
//! process at once, unless it comes within a second: some supervisors send each signal twice.
//!
//! As the first process of a container, the program starts itself again as the server. The first process
//! then passes signals on and collects orphans: processes whose parent has ended.
//!
//! # Errors
//!
//! An error or a panic fails its call. The log has its message with all causes, up to 8 KB, and the
//! caller receives up to 2 KB of it; a longer message loses its middle. If an event cannot be read, the
//! message has at most 200 characters of the wrong value.
//!
//! # Users and host names
//!
//! A program that `cargo bootstrap` builds is static. It looks up users, groups and the like in the
//! files of `/etc`, and host names there and by DNS. Other sources that `/etc/nsswitch.conf` names,
//! such as `systemd`, `mdns` or `ldap`, are not asked.
//!
//! # Environment variables
//!
//! | variable | meaning |
//! |---|---|
//! | `FC_SERVER_PORT`, else `FC_CUSTOM_LISTEN_PORT` | the port to listen on, from 1 to 65535; 9000 by default |
//! | `RUST_LOG` | which records are logged, such as `debug` or `info,hyper=warn`; `info` by default |
//! | `RUST_BACKTRACE` | `1`: the log of a panic has the frames of your code; `full`: all frames. A deployed program needs `strip = false` and `debug = "line-tables-only"` in `[profile.release]` for that |
//! | `FUNCTION_LOG_FORMAT` | `text` (the default) or `json` |
//! | `FUNCTION_LOG_MARKERS` | `on` or `off`: whether to write the lines `FC Invoke Start` and `FC Invoke End`, by which the console finds the log of a call; `on` by default in an event function, `off` in a web function |
//! | `TOKIO_WORKER_THREADS` | how many threads run calls, from 1 to 256; 1 by default |
//!
//! [custom runtime]: https://www.alibabacloud.com/help/en/functioncompute/fc/principles-1

// Three files make exceptions: `name_service`, `server::process_one` and `server::signals::alarm`.
#![deny(unsafe_code)]
#![warn(missing_docs)]

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod batch;
mod binary;
mod body;
mod cloud_event;
mod context;
mod credentials;
mod decode;
mod either;
mod encoding;
mod error;
mod event;
pub mod events;
mod excerpt;
mod failure;
mod function;
pub mod lenient;
mod linkage;
mod log;
mod name_service;
mod reply;
mod server;
pub mod testing;
mod time;
#[cfg(feature = "web")]
pub mod web;

pub use batch::{Batch, FromItem};
pub use binary::{from_base64, to_base64};
pub use body::Body;
pub use bytes::Bytes;
pub use cloud_event::{CloudEvent, Delivery, Envelope, Payload};
pub use context::Context;
pub use credentials::Credentials;
pub use decode::{EventError, decode, decode_json, decode_object, decode_text, decode_with};
pub use either::Either;
pub use error::{Error, Result};
pub use event::{FromEvent, Json};
pub use function::{Function, run};
pub use reply::IntoReply;
pub use time::{Time, TimeError};

/// The size in bytes of the largest event that the platform sends to a function: 32 MiB. [Limits of
/// usage](https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage).
pub const EVENT_LIMIT: usize = 32 * 1024 * 1024;
