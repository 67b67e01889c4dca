//! An event function in a test.

use crate::failure::Failure;
use crate::function::reply;
use crate::server::call::catch_panic;
use crate::testing::InvokeError;
use crate::{Bytes, Context, Function, Result};

/// One instance of an event function.
///
/// ```no_run
/// # use fc3::{Bytes, Context, Function, Result};
/// # struct Handler;
/// # impl Function for Handler {
/// #     type Event = Bytes;
/// #     type Reply = Bytes;
/// #     async fn init(_cx: &Context) -> Result<Self> { Ok(Self) }
/// #     async fn handle(&self, event: Bytes, _cx: &Context) -> Result<Bytes> { Ok(event) }
/// # }
/// use fc3::testing::{Instance, samples};
///
/// # async fn test() -> Result<()> {
/// let function = Instance::<Handler>::start().await?;
/// for sample in samples()? {
///     function.invoke(sample.event).await?;
/// }
/// # Ok(())
/// # }
/// ```
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
    /// `init` failed. The error is its own.
    pub async fn start() -> Result<Self> {
        let function = F::init(&Context::default()).await?;
        Ok(Self { function })
    }

    /// Calls the function with an event, and returns the bytes of the reply.
    ///
    /// # Errors
    /// The event cannot be read, the reply cannot be written, or the handler fails or panics.
    pub async fn invoke(&self, event: impl Into<Bytes>) -> Result<Bytes, InvokeError> {
        self.invoke_with(event, &Context::default()).await
    }

    /// Calls the function with an event and a context, which [`context`](super::context()) builds.
    ///
    /// # Errors
    /// The event cannot be read, the reply cannot be written, or the handler fails or panics.
    pub async fn invoke_with(
        &self,
        event: impl Into<Bytes>,
        cx: &Context,
    ) -> Result<Bytes, InvokeError> {
        let event = event.into();
        if event.len() > crate::EVENT_LIMIT {
            return Err(InvokeError::new(Failure::too_large()));
        }
        let call = cx.scope(reply(&self.function, event, cx));
        catch_panic(call).await.map_err(InvokeError::new)
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
