//! One instance of a function from its start to its end, as the calls see it.

use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::client::Client;
use super::definition::Definition;
use super::failure::CallFailure;
use super::health;
use super::journal::{End, Event, Journal};
use crate::emulator::attached;
use crate::emulator::error::{CallError, StartError};
use crate::emulator::instance::Instance;
use crate::emulator::memory::Memory;
use crate::emulator::process::Handle;
use crate::emulator::settings::Elsewhere;
use crate::emulator::{Hook, Logs};
use crate::process::Signal;

/// The time for an instance without calls to exit after SIGTERM.
const EXIT_LIMIT: Duration = Duration::from_secs(10);
/// The same, and the time for its pre-stop hook, if somebody waits for everything to end.
pub(super) const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);

/// The time between two looks at the port of a function that somebody else has started.
const PAUSE: Duration = Duration::from_millis(20);

/// The time for the last lines of an instance that is gone.
const LOG_LIMIT: Duration = Duration::from_secs(1);

/// An instance that accepts calls.
pub(super) struct Running {
    pub(super) instance: Instance,
    pub(super) client: Client,
    memory: Memory,
    definition: Arc<Definition>,
}

/// What a start came to, or `None` as long as it goes on.
type Started = Option<Result<Arc<Running>, CallFailure>>;

/// An instance that starts or runs. Calls that need it wait for the same start.
#[derive(Clone)]
pub(super) struct Member {
    started: watch::Receiver<Started>,
    handle: Handle,
}

impl Member {
    /// Starts an instance.
    pub(super) fn start(definition: Arc<Definition>, journal: Journal) -> Self {
        let (sender, started) = watch::channel(None);
        let handle = Handle::default();
        let held = handle.clone();
        tokio::spawn(async move {
            let running = spawn_blocking(move || Running::start(definition, &journal, &held));
            let running = running.await;
            let running = running.unwrap_or_else(|error| {
                let reason = error.to_string();
                Err(CallFailure::not_started("InternalServerError", reason))
            });
            // Nobody waits any more if all callers are gone, and then the instance ends here.
            let _ = sender.send(Some(running.map(Arc::new)));
        });
        Self { started, handle }
    }

    /// Waits until it accepts calls.
    ///
    /// # Errors
    /// It could not be started, or its initializer failed.
    pub(super) async fn ready(&self) -> Result<Arc<Running>, CallFailure> {
        let mut started = self.started.clone();
        let over = started.wait_for(Option::is_some).await;
        match over.as_deref() {
            Ok(Some(result)) => result.clone(),
            Ok(None) | Err(_) => Err(CallFailure::not_started(
                "InternalServerError",
                "the start was given up",
            )),
        }
    }

    /// The instance, if it accepts calls by now.
    pub(super) fn running(&self) -> Option<Arc<Running>> {
        self.started.borrow().as_ref()?.as_ref().ok().cloned()
    }

    /// Whether it failed to start, or its process has ended.
    pub(super) fn is_over(&self) -> bool {
        match &*self.started.borrow() {
            None => self.started.has_changed().is_err(),
            Some(Ok(running)) => running.instance.has_ended(),
            Some(Err(_)) => true,
        }
    }

    /// The handle on its process.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Stops it, and tells why. A start is given up.
    pub(super) async fn end(self, why: End, journal: Journal) {
        if self.running().is_none() {
            let handle = self.handle.clone();
            let _ = spawn_blocking(move || handle.give_up()).await;
        }
        if let Ok(running) = self.ready().await {
            // Waiting for a process, and looking for what it left, blocks. So does the end of the last
            // reference to it.
            let ends = move || {
                running.end(why, &journal);
                drop((running, self));
            };
            let _ = spawn_blocking(ends).await;
        }
    }
}

impl Running {
    fn start(
        definition: Arc<Definition>,
        journal: &Journal,
        handle: &Handle,
    ) -> Result<Self, CallFailure> {
        let begun = Instant::now();
        let mut settings = definition.settings.clone();
        settings.elsewhere = Elsewhere::Reported;
        settings.log = journal.log_settings(definition.name());
        let instance = Instance::start_held(&definition.launch, &settings, handle)?;
        if definition.initializer {
            if instance.is_attached() {
                // Nobody may end the process, which may stand at a breakpoint.
                instance.connect_held(handle).map_err(StartError::from)?;
            }
            initialize(&instance)?;
        }
        if let Some(check) = &definition.health {
            health::check_start(&instance, check)?;
        }
        let function = definition.name().to_owned();
        journal.tell(&match settings.attached {
            Some(port) => Event::Attached { function, port },
            None => Event::Started {
                function,
                instance: instance.instance_id().to_owned(),
                took: begun.elapsed(),
            },
        });
        Ok(Self {
            client: Client::new(instance.address(), &settings),
            memory: Memory::of(instance.id()),
            instance,
            definition,
        })
    }

    /// The highest memory that its first process has had so far, in bytes.
    pub(super) fn peak_memory(&self) -> Option<u64> {
        self.memory.peak()
    }

    pub(super) fn logs(&self) -> &Logs {
        self.instance.logs()
    }

    pub(super) fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// The failure of the calls that an instance had at its exit. It may wait for the log.
    pub(super) fn exit(&self, status: ExitStatus) -> CallFailure {
        exit(&self.instance, status)
    }

    /// Freezes or thaws it. A process that has ended needs neither.
    pub(super) fn set_frozen(&self, frozen: bool) {
        let _: io::Result<()> = if frozen {
            self.instance.freeze()
        } else {
            self.instance.thaw()
        };
    }

    /// The failure of the calls that an instance had when a connection broke, if it is gone. An exit
    /// becomes visible a moment later.
    pub(super) fn failure(&self, grace: Duration) -> Option<CallFailure> {
        if !self.instance.is_attached() {
            return Some(self.exit(self.instance.wait(grace)?));
        }
        let address = self.instance.address();
        let due = Instant::now() + grace;
        while Instant::now() < due {
            if attached::probe(address).is_err() {
                return Some(CallFailure::Detached(address.port()));
            }
            thread::sleep(PAUSE);
        }
        None
    }

    fn end(&self, why: End, journal: &Journal) {
        if self.instance.is_attached() {
            let why = if why == End::Exited {
                End::Detached
            } else {
                why
            };
            self.tell_end(why, None, journal);
            return;
        }
        if self.definition.rest.freezes {
            self.set_frozen(false);
        }
        let exited = self.instance.wait(Duration::ZERO);
        let (hook_limit, exit_limit) = match why {
            End::Shutdown => (SHUTDOWN_LIMIT, SHUTDOWN_LIMIT),
            _ => (Duration::MAX, EXIT_LIMIT),
        };
        if exited.is_none() && self.definition.pre_stop {
            let limit = self.definition.settings.pre_stop_timeout.min(hook_limit);
            // Its result changes nothing, as on the platform.
            let _ = self
                .instance
                .call_within(&self.instance.hook(Hook::PreStop), limit);
        }
        let status = exited.or_else(|| {
            // A process that has already exited still has a status.
            let _ = self.instance.signal(Signal::Terminate);
            self.instance.wait(exit_limit)
        });
        if status.is_none() {
            let _ = self.instance.signal(Signal::Kill);
        }
        let why = match (why, status.map(|status| self.exit(status))) {
            (End::Exited, Some(CallFailure::OutOfMemory(limit_mb))) => {
                End::OutOfMemory { limit_mb }
            }
            _ => why,
        };
        // What it wrote last comes before the word that it is gone.
        let _whole = self.logs().wait_end(LOG_LIMIT);
        self.tell_end(why, status, journal);
    }

    fn tell_end(&self, why: End, status: Option<ExitStatus>, journal: &Journal) {
        journal.tell(&Event::Stopped {
            function: self.definition.name().to_owned(),
            instance: self.instance.instance_id().to_owned(),
            why,
            status,
        });
    }
}

fn exit(instance: &Instance, status: ExitStatus) -> CallFailure {
    if instance.is_out_of_memory(status) {
        CallFailure::OutOfMemory(instance.settings().memory_mb)
    } else {
        CallFailure::Exited(status)
    }
}

fn initialize(instance: &Instance) -> Result<(), CallFailure> {
    match instance.initialize() {
        Ok(answer) if answer.is_success() => Ok(()),
        Ok(answer) => Err(CallFailure::Initializer(answer.text())),
        Err(CallError::TimedOut { limit }) => Err(CallFailure::Initializer(format!(
            "the initializer timed out after {} seconds",
            limit.as_secs_f32()
        ))),
        Err(CallError::Exited { status }) => {
            Err(CallFailure::Initializer(exit(instance, status).to_string()))
        }
        Err(error) => Err(CallFailure::Initializer(error.to_string())),
    }
}
