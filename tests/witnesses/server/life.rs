//! The life of the instance: `init` once, the calls that run, `stop` once.

use std::collections::BTreeMap;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Server;
use super::gate::lock;
use crate::faults::Fault;

/// The instance's state.
#[derive(Default)]
pub(super) struct Life {
    state: Mutex<State>,
    changed: Condvar,
    /// Held while `stop` runs.
    stopping: Mutex<()>,
}

#[derive(Default)]
struct State {
    init: Init,
    inits: u64,
    stops: u64,
    /// Whether the instance is about to end.
    ends: bool,
    /// When each call that runs is given up.
    running: BTreeMap<u64, Option<Instant>>,
    /// How many calls have begun.
    begun: u64,
}

#[derive(Default)]
enum Init {
    #[default]
    New,
    Runs,
    Ready,
    /// It has failed, and is not tried again.
    Failed(String),
}

/// A call that runs, until this is dropped.
pub(super) struct Running<'a> {
    life: &'a Life,
    number: u64,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        lock(&self.life.state).running.remove(&self.number);
        self.life.changed.notify_all();
    }
}

impl Life {
    /// Begins a call, unless the instance is about to end.
    pub(super) fn begin(&self, deadline: Option<Instant>) -> Option<Running<'_>> {
        let mut state = lock(&self.state);
        if state.ends {
            return None;
        }
        state.begun += 1;
        let number = state.begun;
        state.running.insert(number, deadline);
        Some(Running { life: self, number })
    }

    /// How many calls run.
    pub(super) fn running(&self) -> usize {
        lock(&self.state).running.len()
    }

    /// How often `init` and `stop` were begun.
    pub(super) fn counts(&self) -> (u64, u64) {
        let state = lock(&self.state);
        (state.inits, state.stops)
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(lock(&self.state).init, Init::Ready)
    }

    /// Forgets that `init` has run.
    pub(super) fn renew(&self) {
        lock(&self.state).init = Init::New;
    }

    /// Runs `init`, unless it has run or runs, which is waited for.
    pub(super) fn initialize(&self, server: &Server) -> Result<(), String> {
        let mut state = lock(&self.state);
        loop {
            match &state.init {
                Init::Ready => return Ok(()),
                Init::Failed(why) => return Err(why.clone()),
                Init::Runs if !server.has(Fault::InitializesWithoutALock) => {
                    let changed = self.changed.wait(state);
                    state = changed.unwrap_or_else(PoisonError::into_inner);
                }
                Init::Runs | Init::New => break,
            }
        }
        state.init = Init::Runs;
        state.inits += 1;
        let first = state.inits == 1;
        drop(state);
        let ran = catch_unwind(AssertUnwindSafe(|| init(server, first)));
        let kept = match &ran {
            Ok(Ok(())) => Init::Ready,
            Ok(Err(why)) if server.has(Fault::RemembersAFailedInit) => Init::Failed(why.clone()),
            Err(_) if server.has(Fault::RemembersAPanickedInit) => Init::Failed("poisoned".into()),
            _ => Init::New,
        };
        lock(&self.state).init = kept;
        self.changed.notify_all();
        ran.unwrap_or_else(|panic| Err(panic_text(&*panic)))
    }

    /// Runs `stop`, if there is anything to stop. The next call runs `init` again.
    pub(super) fn stop(&self, server: &Server) {
        let _stopping = lock(&self.stopping);
        let mut state = lock(&self.state);
        let again = server.has(Fault::StopsAgainAtTheEnd) && state.ends && state.stops > 0;
        if !matches!(state.init, Init::Ready) && !again {
            return;
        }
        let keeps = server.has(Fault::CallsWhatIsStopped);
        if keeps && state.stops > 0 {
            return;
        }
        if !keeps {
            state.init = Init::New;
        }
        state.stops += 1;
        drop(state);
        server.logs.line("probe stop");
        slow(&env::var("PROBE_STOP").unwrap_or_default());
    }

    /// Lets no more calls begin, and waits for those that run, at most until they are given up.
    pub(super) fn drain(&self, server: &Server) {
        let mut state = lock(&self.state);
        state.ends = !server.has(Fault::AcceptsWhileItDrains);
        let soon = Instant::now() + Duration::from_millis(100);
        while !state.running.is_empty() {
            // A call without a deadline is waited for until it ends.
            let deadlines = state.running.values().copied();
            let deadlines = deadlines.collect::<Option<Vec<_>>>().unwrap_or_default();
            let mut due = deadlines.into_iter().max();
            if server.has(Fault::DrainsForAMoment) {
                due = Some(soon);
            } else if server.has(Fault::DrainsWithoutEnd)
                || (server.has(Fault::WaitsForABlockedThread) && server.blocked.try_lock().is_err())
            {
                due = None;
            }
            let far = Duration::from_secs(3600);
            let left = due.map_or(far, |due| due.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.ends = true;
    }
}

/// Begins as the rules ask.
fn init(server: &Server, first: bool) -> Result<(), String> {
    server.logs.line("probe init");
    let how = env::var("PROBE_INIT").unwrap_or_default();
    match how.as_str() {
        "fail" => Err("probe init failed".into()),
        "fail-once" if first => Err("probe init failed once".into()),
        "panic-once" if first => panic!("probe init panicked"),
        how => {
            slow(how);
            Ok(())
        }
    }
}

/// Waits for the milliseconds in `slow:MS`.
fn slow(how: &str) {
    let ms = how.strip_prefix("slow:").and_then(|ms| ms.parse().ok());
    thread::sleep(Duration::from_millis(ms.unwrap_or_default()));
}

/// What a panic says.
pub(super) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap_or_else(|| "a panic".into())
}
