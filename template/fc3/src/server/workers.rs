//! The threads that run calls: one by default, which costs least, or as many as
//! `TOKIO_WORKER_THREADS` says.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

use crate::Result;
use crate::server::call::Calls;

/// The longest time that a call waits while a worker is free.
const TURN: Duration = Duration::from_millis(5);

/// A runtime with this number of workers.
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

/// Makes a free worker listen while another one computes.
///
/// The worker that receives a request serves it, and tokio wakes no other worker to listen meanwhile.
/// While that call computes, all others would wait, no matter how many workers are free.
pub(crate) fn share(runtime: &Handle, calls: &Arc<Calls>) -> Result<()> {
    if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Ok(());
    }
    let (runtime, calls) = (runtime.clone(), Arc::clone(calls));
    let listener = thread::Builder::new().name("listener".into());
    listener.spawn(move || {
        // The worker that is woken for this task listens afterwards.
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
