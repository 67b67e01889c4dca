//! An event function that is called without a server.

use crate::failure::Failure;
use crate::function::reply;
use crate::server::call::catch_panic;
use crate::testing::InvokeError;
use crate::{Bytes, Context, Function, Result};

/// One instance of an event function.
///
/// A call reads the event, runs the handler and writes the reply as the server does. A panic is an
/// error of that call.
pub struct Instance<F> {
    function: F,
}

impl<F: Function> Instance<F> {
    /// Starts an instance: runs [`Function::init`].
    ///
    /// # Errors
    /// The error of `init`.
    pub async fn start() -> Result<Self> {
        let function = F::init(&Context::default()).await?;
        Ok(Self { function })
    }

    /// Calls the function with an event, and returns the bytes of the reply.
    ///
    /// # Errors
    /// The event cannot be read, or the handler fails or panics.
    pub async fn invoke(&self, event: impl Into<Bytes>) -> Result<Bytes, InvokeError> {
        self.invoke_with(event, &Context::default()).await
    }

    /// The same with a context, which [`context`](super::context()) builds.
    ///
    /// # Errors
    /// The event cannot be read, or the handler fails or panics.
    pub async fn invoke_with(
        &self,
        event: impl Into<Bytes>,
        cx: &Context,
    ) -> Result<Bytes, InvokeError> {
        let event = event.into();
        if event.len() > crate::EVENT_LIMIT {
            return Err(InvokeError(Failure::too_large()));
        }
        let call = cx.scope(reply(&self.function, event, cx));
        catch_panic(call).await.map_err(InvokeError)
    }

    /// The state of the instance.
    #[must_use]
    pub fn function(&self) -> &F {
        &self.function
    }

    /// Stops the instance: runs [`Function::stop`].
    pub async fn stop(self) {
        self.function.stop().await;
    }
}
