//! The threads that run calls: one, which costs least, or the workers that `TOKIO_WORKER_THREADS`
//! asks for.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

use crate::Result;
use crate::server::call::Calls;

/// How long a call may wait for a worker that is free.
const TURN: Duration = Duration::from_millis(5);

/// A runtime with so many workers.
pub(crate) fn runtime(workers: Option<usize>) -> Result<Runtime> {
    let mut builder = match workers {
        Some(workers @ 2..) => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(workers);
            builder
        }
        _ => Builder::new_current_thread(),
    };
    Ok(builder.enable_all().build()?)
}

/// Has a free worker listen while another one computes.
///
/// The worker that hears of a request serves it, and tokio wakes no other to listen meanwhile: as
/// long as that call computes, all others would wait, whatever number of workers is free.
pub(crate) fn share(runtime: &Handle, calls: &Arc<Calls>) -> Result<()> {
    if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Ok(());
    }
    let (runtime, calls) = (runtime.clone(), Arc::clone(calls));
    let listener = thread::Builder::new().name("listener".into());
    listener.spawn(move || {
        // Who is woken for it listens when it is done.
        let mut turn = runtime.spawn(async {});
        loop {
            thread::sleep(TURN);
            if calls.any() && turn.is_finished() {
                turn = runtime.spawn(async {});
            }
        }
    })?;
    Ok(())
}
