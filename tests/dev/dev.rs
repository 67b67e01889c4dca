//! A running `dev`: what it says, and calls of its function.

use std::fmt::{self, Display};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cargo_fc3::emulator::{Answer, Connection, Request};
use serde_json::Value;

use crate::stage::{listeners_of, processes_in};

/// How long anything is waited for, on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);
/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// A running `dev`. Dropping it kills it, and its stage ends everything that it started.
pub(crate) struct Dev {
    child: Child,
    project: PathBuf,
    said: Arc<Mutex<Said>>,
    readers: Vec<JoinHandle<()>>,
    /// The number of events, and of lines on stderr, that a test has waited for.
    seen: (usize, usize),
    address: Option<SocketAddr>,
}

/// What it has printed so far.
#[derive(Default)]
struct Said {
    events: Vec<Value>,
    lines: Vec<String>,
}

impl Display for Said {
    /// The end of it, which says why a test fails.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 30;
        let passed = self.events.len().saturating_sub(SHOWN);
        for event in self.events.iter().skip(passed) {
            writeln!(formatter, "{event}")?;
        }
        let passed = self.lines.len().saturating_sub(SHOWN);
        for line in self.lines.iter().skip(passed) {
            writeln!(formatter, "stderr: {line}")?;
        }
        Ok(())
    }
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) events: Vec<Value>,
    pub(crate) lines: Vec<String>,
}

impl Dev {
    /// Starts a command in a project.
    pub(crate) fn start(command: &mut Command, project: &Path) -> Self {
        let mut child = command.spawn().expect("the CLI runs");
        let said = Arc::<Mutex<Said>>::default();
        let (events, lines) = (Arc::clone(&said), Arc::clone(&said));
        let stdout = child.stdout.take().map(|stdout| {
            read(stdout, move |line| {
                // A test of what a person reads has no events.
                let event = serde_json::from_str(&line);
                let event = event.unwrap_or_else(|error| panic!("{error}: {line}"));
                lock(&events).events.push(event);
            })
        });
        let stderr = child.stderr.take().map(|stderr| {
            read(stderr, move |line| {
                lock(&lines).lines.push(line);
            })
        });
        Self {
            child,
            project: project.to_owned(),
            said,
            readers: stdout.into_iter().chain(stderr).collect(),
            seen: (0, 0),
            address: None,
        }
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the next event of a kind. Those before it are passed over.
    pub(crate) fn event(&mut self, kind: &str) -> Value {
        self.event_that(kind, |event| event["event"] == kind)
    }

    /// Waits for the next event that is as wanted.
    pub(crate) fn event_that(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let said = Arc::clone(&self.said);
        let (at, found) = self.wait_for(what, || {
            let said = lock(&said);
            let mut new = said.events.iter().enumerate().skip(self.seen.0);
            let found = new.find(|(_, event)| is_it(event));
            found.map(|(at, event)| (at, event.clone()))
        });
        self.seen.0 = at + 1;
        found
    }

    /// Waits for the next line on stderr that has a text. Those before it are passed over.
    pub(crate) fn line(&mut self, text: &str) -> String {
        let said = Arc::clone(&self.said);
        let (at, found) = self.wait_for(text, || {
            let said = lock(&said);
            let mut new = said.lines.iter().enumerate().skip(self.seen.1);
            let found = new.find(|(_, line)| line.contains(text));
            found.map(|(at, line)| (at, line.clone()))
        });
        self.seen.1 = at + 1;
        found
    }

    /// All events so far.
    pub(crate) fn events(&self) -> Vec<Value> {
        lock(&self.said).events.clone()
    }

    /// The number of events of a kind so far.
    pub(crate) fn count(&self, kind: &str) -> usize {
        let said = lock(&self.said);
        let events = said.events.iter();
        events.filter(|event| event["event"] == kind).count()
    }

    /// All lines on stderr so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        lock(&self.said).lines.clone()
    }

    /// Waits until it serves a function.
    pub(crate) fn serving(&mut self) {
        let url = self.event("serving")["url"]
            .as_str()
            .expect("a URL")
            .to_owned();
        self.serves_at(&url);
    }

    /// The address of the console, once it is told, and the key in it.
    pub(crate) fn console(&mut self) -> (String, String) {
        let url = self.event("console")["url"].as_str().map(str::to_owned);
        let url = url.expect("a URL");
        let (_, token) = url.split_once("#token=").expect("a token");
        let token = token.to_owned();
        (url, token)
    }

    /// Takes the address of a URL in this text, which `dev` has printed.
    pub(crate) fn serves_at(&mut self, text: &str) {
        let (_, rest) = text.split_once("http://").expect("a URL");
        let address = rest.split('/').next().expect("an address");
        self.address = Some(address.parse().expect("an address"));
    }

    /// Where it listens. It serves by then.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address.expect("it serves")
    }

    /// Where it listens, if it has served.
    pub(crate) fn known_address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Sends a request to its port.
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let mut connection = Connection::open(self.address()).expect("it listens");
        let answer = connection.call(request, LIMIT);
        answer.unwrap_or_else(|error| panic!("{error}:\n{}", lock(&self.said)))
    }

    /// Calls the function.
    pub(crate) fn call(&self, event: &str) -> Answer {
        self.send(&request(event))
    }

    /// What a call that succeeds returns.
    pub(crate) fn told(&self, event: &str) -> String {
        let answer = self.call(event);
        let failed = answer.headers.get("x-fc-error-type").is_some();
        assert!(
            answer.status == 200 && !failed,
            "{answer}:\n{}",
            lock(&self.said)
        );
        answer.text()
    }

    /// Waits until the event `which` returns a text.
    pub(crate) fn tells(&self, which: &str) {
        self.wait_for(which, || (self.told("which") == which).then_some(()));
    }

    /// The same after a failure, which calls may still tell.
    pub(crate) fn recovers(&self, which: &str) {
        self.wait_for(which, || {
            let answer = self.call("which");
            (answer.status == 200 && answer.text() == which).then_some(())
        });
    }

    /// Waits for something, while it runs.
    pub(crate) fn wait_for<T>(&self, what: &str, mut found: impl FnMut() -> Option<T>) -> T {
        let due = Instant::now() + LIMIT;
        loop {
            // Before the look, so that what it said at its end is looked at.
            let mut readers = self.readers.iter();
            let is_over = !self.readers.is_empty() && readers.all(JoinHandle::is_finished);
            if let Some(found) = found() {
                return found;
            }
            assert!(
                !is_over && Instant::now() < due,
                "{what} has not come (over: {is_over}):\n{}",
                lock(&self.said)
            );
            thread::sleep(PAUSE);
        }
    }

    /// The processes that it has started, and that still exist.
    pub(crate) fn children(&self) -> Vec<u32> {
        let all = processes_in(&self.project).into_iter();
        all.filter(|id| *id != self.id()).collect()
    }

    /// The number of ports that it and its processes listen on.
    pub(crate) fn listeners(&self) -> usize {
        listeners_of(&processes_in(&self.project))
    }

    /// Sends it a signal, such as `INT`.
    pub(crate) fn signal(&self, signal: &str) {
        send_signal(signal, self.id());
    }

    /// Sends it a signal, and waits for its end.
    pub(crate) fn end(self, signal: &str) -> Ended {
        self.signal(signal);
        self.ended()
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ended {
        let due = Instant::now() + LIMIT;
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                break status;
            }
            assert!(Instant::now() < due, "it goes on:\n{}", lock(&self.said));
            thread::sleep(PAUSE);
        };
        for reader in self.readers.drain(..) {
            reader.join().expect("it has read everything");
        }
        let said = std::mem::take(&mut *lock(&self.said));
        Ended {
            code: status.code(),
            events: said.events,
            lines: said.lines,
        }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // One that has ended needs no signal.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A call of the function by the API.
pub(crate) fn request(event: &str) -> Request {
    Request::new("POST", "/2023-03-30/functions/hello/invocations")
        .with("Host", "localhost")
        .body(event)
}

/// Sends a signal to a process, which may be gone.
pub(crate) fn send_signal(signal: &str, id: u32) {
    let mut kill = Command::new("kill");
    kill.args(["-s", signal, &id.to_string()]);
    let output = kill.output().expect("kill runs");
    let is_gone = || !Path::new(&format!("/proc/{id}")).exists();
    assert!(output.status.success() || is_gone(), "{output:?}");
}

fn read(
    stream: impl Read + Send + 'static,
    mut take: impl FnMut(String) + Send + 'static,
) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n') {
            let line = line.expect("it can be read");
            take(String::from_utf8_lossy(&line).into_owned());
        }
    })
}

fn lock(said: &Mutex<Said>) -> MutexGuard<'_, Said> {
    said.lock().unwrap_or_else(PoisonError::into_inner)
}
