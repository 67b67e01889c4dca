//! Calls to a function in a test, without a server.
//!
//! ```
//! use fc3::testing::Instance;
//! use fc3::{Bytes, Context, Function, Result};
//!
//! struct Echo;
//!
//! impl Function for Echo {
//!     type Event = String;
//!     type Reply = String;
//!
//!     async fn init(_cx: &Context) -> Result<Self> {
//!         Ok(Self)
//!     }
//!
//!     async fn handle(&self, event: String, _cx: &Context) -> Result<String> {
//!         Ok(event)
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let echo = Instance::<Echo>::start().await.unwrap();
//! assert_eq!(echo.invoke("hello").await.unwrap(), "hello");
//!
//! let error = echo.invoke(vec![0xff]).await.unwrap_err();
//! assert_eq!(error.error_type(), "EventError");
//! # });
//! ```
//!
//! In a project, write such a test as an `async fn` with `#[tokio::test]`.

mod context;
mod instance;
mod samples;
#[cfg(feature = "web")]
mod site;

use std::fmt;

use crate::failure::Failure;

pub use context::{ContextBuilder, context};
pub use instance::Instance;
pub use samples::{Sample, sample, samples};
#[cfg(feature = "web")]
pub use site::Site;

/// The reason why a call failed, as its caller receives it.
///
/// ```
/// use fc3::testing::InvokeError;
///
/// fn check(error: &InvokeError) {
///     assert_eq!(error.error_type(), "EventError");
///     assert_eq!(error.path(), Some("orders[2].price"));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct InvokeError {
    failure: Failure,
    message: String,
}

impl InvokeError {
    fn new(failure: Failure) -> Self {
        let message = failure.message().into_owned();
        Self { failure, message }
    }

    /// The `errorType`: `InitializationError`, `EventError`, `EventTooLarge`, `HandlerError`,
    /// `ReplyError` or `Panic`.
    #[must_use]
    pub fn error_type(&self) -> String {
        format!("{:?}", self.failure.kind())
    }

    /// The `errorMessage`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The path of the wrong value in an event that cannot be read, such as `orders[2].price`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.failure.path()
    }
}

impl fmt::Display for InvokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl std::error::Error for InvokeError {}
