//! The life of a function: it is initialized before its first call, and stopped at the end.
//!
//! `init` and `stop` run in tasks of their own, so that neither ends halfway with the call that began it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::Context;
use crate::failure::{Failure, Kind};
use crate::server::call::catch_panic;
use crate::server::hosted::{Hosted, Init};
use crate::server::peer::Peer;

/// A function and its phase. A clone stands for the same function.
#[derive(Clone)]
pub(crate) struct Lifecycle {
    init: Init,
    /// Nothing if no call has needed the function yet, if `init` has failed, or if `stop` has run.
    phase: Arc<Mutex<Option<Phase>>>,
}

#[derive(Clone)]
enum Phase {
    Initializing(Outcome<Arc<dyn Hosted>>),
    Ready(Arc<dyn Hosted>),
    Stopping(Outcome<()>),
}

/// How a task ends: nothing while it runs.
type Outcome<T> = watch::Receiver<Option<Result<T, Failure>>>;

impl Lifecycle {
    pub(crate) fn new(init: Init) -> Self {
        Self {
            init,
            phase: Arc::default(),
        }
    }

    /// Whether calls find the function initialized.
    pub(crate) fn is_initialized(&self) -> bool {
        matches!(*self.lock(), Some(Phase::Ready(_)))
    }

    /// The initialized function. `init` runs if it has not succeeded yet, and if somebody still waits for
    /// the call: its deadline has not passed, and its `peer` is not gone.
    ///
    /// All calls that wait for a run share its failure. If each of them tried again, one after another,
    /// the last would wait for all their runs.
    pub(crate) async fn function(
        &self,
        cx: &Context,
        peer: &Peer,
    ) -> Result<Arc<dyn Hosted>, Failure> {
        loop {
            match self.phase_for(cx, peer)? {
                Phase::Ready(function) => return Ok(function),
                Phase::Initializing(outcome) => return ended(outcome).await,
                // A call that comes after `stop` begins with a new state.
                Phase::Stopping(outcome) => drop(ended(outcome).await),
            }
        }
    }

    /// Stops the function, if it is initialized.
    pub(crate) async fn stop(&self, cx: &Context) -> Result<(), Failure> {
        match self.phase_at_end(cx) {
            Some(Phase::Stopping(outcome)) => ended(outcome).await,
            _ => Ok(()),
        }
    }

    /// The phase in which a call finds the function. The first call begins `init`.
    fn phase_for(&self, cx: &Context, peer: &Peer) -> Result<Phase, Failure> {
        let mut phase = self.lock();
        if let Some(phase) = &*phase {
            return Ok(phase.clone());
        }
        if cx.remaining() == Some(Duration::ZERO) {
            return Err(Failure::overdue());
        }
        if peer.is_gone() {
            return Err(Failure::gone());
        }
        let init = (self.init)(cx.clone());
        let init = async move {
            let function = init.await;
            function.map_err(|error| Failure::error(Kind::InitializationError, &error))
        };
        let outcome = self.spawn(cx, init, |function| Some(Phase::Ready(function)));
        Ok(phase.insert(Phase::Initializing(outcome)).clone())
    }

    /// The phase in which the end finds the function. It begins `stop`.
    fn phase_at_end(&self, cx: &Context) -> Option<Phase> {
        let mut phase = self.lock();
        if let Some(Phase::Ready(function)) = &*phase {
            let function = Arc::clone(function);
            let stop = async move {
                function.stop().await;
                Ok(())
            };
            *phase = Some(Phase::Stopping(self.spawn(cx, stop, |()| None)));
        }
        phase.clone()
    }

    /// Runs `work` as a part of a call. After it comes the phase `next`, or none if it has failed.
    fn spawn<T: Clone + Send + Sync + 'static>(
        &self,
        cx: &Context,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
        next: impl FnOnce(T) -> Option<Phase> + Send + 'static,
    ) -> Outcome<T> {
        let (sender, outcome) = watch::channel(None);
        let lifecycle = self.clone();
        let work = cx.scope(catch_panic(work));
        tokio::spawn(async move {
            let outcome = work.await;
            *lifecycle.lock() = outcome.clone().ok().and_then(next);
            // A call that is gone does not want to know.
            let _ = sender.send(Some(outcome));
        });
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Option<Phase>> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the end of a task.
async fn ended<T: Clone>(mut outcome: Outcome<T>) -> Result<T, Failure> {
    let ended = outcome.wait_for(Option::is_some).await;
    let ended = ended.ok().and_then(|outcome| outcome.clone());
    // The task is gone only when the process ends.
    ended.unwrap_or_else(|| Err(Failure::interrupted()))
}
