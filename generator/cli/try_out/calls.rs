//! Calls the function of a `try` like the platform does, until the user stops it.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::temporary::NAME;
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::{LITERAL, done, message, print};
use crate::deployment::Deployment;
use crate::emulator::{Answer, CallError, Instance, Launch, Request, Settings, Signal};
use crate::scaffold::tree::Tree;
use crate::stop::Stop;

/// The time limit for the function to exit; it has no call left to wait for.
const END_LIMIT: Duration = Duration::from_secs(10);
/// The time limit of one attempt. Between attempts, we check for a signal to stop.
const ATTEMPT: Duration = Duration::from_millis(20);

/// Starts the function, initializes it, sends each event, and stops it.
pub(super) fn make(
    program: &Path,
    project: &Path,
    tree: &Tree,
    events: &[(String, Vec<u8>)],
    stop: &Stop,
) -> anyhow::Result<()> {
    let settings = Settings {
        function_name: NAME.to_owned(),
        code_dir: Some(project.to_owned()),
        ..Settings::default()
    };
    stop.check().map_err(Failure::from)?;
    let instance = Instance::start(&Launch::new(program), &settings).map_err(Failure::from)?;
    done(
        "Started",
        &format!(
            "the function on port {}, as Function Compute does",
            instance.address().port()
        ),
    );
    let mut calls = Calls {
        instance: &instance,
        stop,
        shown: 0,
    };
    calls.make("Called", "the initializer", Instance::initialize)?;
    for (name, event) in events {
        let request = instance.invocation(event);
        calls.send(&format!("`{name}`"), &request)?;
    }
    let deployed = tree
        .get("s.yaml")
        .map(|entry| String::from_utf8_lossy(&entry.bytes));
    let deployed = deployed.and_then(|text| Deployment::read(&text).ok());
    if deployed.is_some_and(|deployed| deployed.has_trigger("http")) {
        calls.send("`GET /`", &instance.client("GET", "/"))?;
    }
    calls.end()?;
    done("Stopped", "the function");
    Ok(())
}

/// A running function, and how much of its log has been shown.
struct Calls<'a> {
    instance: &'a Instance,
    stop: &'a Stop,
    shown: usize,
}

impl Calls<'_> {
    /// Sends a request, and shows the log and the response.
    fn send(&mut self, what: &str, request: &Request) -> anyhow::Result<()> {
        let answer = self.make("Sent", what, |instance| instance.call(request))?;
        print(&answer.body)
    }

    /// Makes a call that must succeed, and shows the log even if it fails.
    fn make(
        &mut self,
        did: &str,
        what: &str,
        call: impl FnOnce(&Instance) -> Result<Answer, CallError> + Send,
    ) -> anyhow::Result<Answer> {
        let answer = self.unless_stopped(call)?;
        if answer.is_ok() {
            done(did, what);
        }
        self.show_log();
        let answer = answer.map_err(Failure::from)?;
        if answer.is_success() && !answer.failed() {
            return Ok(answer);
        }
        // The status of a failed event is always the same and adds no information.
        let message = if answer.failed() {
            format!("the function failed on {what}: {}", answer.text())
        } else {
            format!(
                "the function failed on {what}: {} {}",
                answer.status,
                answer.text()
            )
        };
        Err(Failure::new(Exit::Failed, message).into())
    }

    /// Makes a call while watching for a signal to stop. A signal kills the function, which ends
    /// the call.
    fn unless_stopped<T: Send>(
        &self,
        call: impl FnOnce(&Instance) -> T + Send,
    ) -> Result<T, Failure> {
        let instance = self.instance;
        thread::scope(|scope| {
            let (sender, answer) = mpsc::channel();
            // The receiver is gone only if nobody needs the response any more.
            scope.spawn(move || sender.send(call(instance)));
            match self.stop.receive(&answer) {
                Ok(Some(answer)) => Ok(answer),
                Ok(None) => unreachable!("a call that panics ends the scope"),
                Err(signal) => {
                    // If the function has already exited, the call has ended too.
                    let _ = instance.signal(Signal::Kill);
                    Err(signal.into())
                }
            }
        })
    }

    /// Stops the function cleanly, and shows the rest of its log.
    fn end(&mut self) -> anyhow::Result<()> {
        // A function that has already exited still has a status.
        let _ = self.instance.signal(Signal::Terminate);
        let ended = self.within(END_LIMIT, |instance| instance.wait(ATTEMPT))?;
        // An incomplete log is not a failure.
        self.within(END_LIMIT, |instance| {
            instance.logs().wait_end(ATTEMPT).then_some(())
        })?;
        self.show_log();
        let message = match ended {
            Some(status) if status.success() => return Ok(()),
            Some(status) => format!("the function did not shut down cleanly ({status})"),
            None => "the function did not exit on SIGTERM".to_owned(),
        };
        Err(Failure::new(Exit::Failed, message).into())
    }

    /// Repeats short attempts until there is a value or the limit has passed.
    fn within<T>(
        &self,
        limit: Duration,
        attempt: impl Fn(&Instance) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let due = Instant::now() + limit;
        let value = self.stop.poll(|| {
            let value = attempt(self.instance);
            (value.is_some() || Instant::now() >= due).then_some(value)
        })?;
        Ok(value)
    }

    /// Shows the log lines since the last time.
    fn show_log(&mut self) {
        for line in self.instance.logs().lines().iter().skip(self.shown) {
            message(format_args!("  {LITERAL}log{LITERAL:#} {}", line.text));
            self.shown += 1;
        }
    }
}
