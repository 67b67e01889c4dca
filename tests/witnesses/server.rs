//! The raw server: HTTP/1.1 by hand on plain threads, so that every fault can be made at the level
//! of bytes. Without a fault it keeps every rule, as an event and as a web function.
//!
//! Each fault sits where a real server makes the mistake: `if server.has(Fault::…)`.

mod answer;
mod call;
mod client;
mod connection;
mod context;
mod event;
mod gate;
mod h2;
mod head;
mod life;
mod logs;
mod probe;
mod request;
mod signals;
mod time;
mod watchdog;
mod wire;

use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::{env, io, thread};

use cargo_fc3::conformance::FunctionKind;
use cargo_fc3::platform::{self, env as variable};

use self::context::Recent;
use self::gate::Gate;
use self::life::Life;
use self::logs::Logs;
use crate::faults::Fault;

/// The argument that makes this test program the server.
pub(crate) const SERVE: &str = "serve";
/// The variable that names the fault.
pub(crate) const FAULT: &str = "WITNESS_FAULT";
/// The variable that says `web` where clients are answered too.
pub(crate) const KIND: &str = "WITNESS_KIND";

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 4096;

/// What all connections share.
struct Server {
    fault: Option<Fault>,
    kind: FunctionKind,
    markers: bool,
    logs: Logs,
    life: Life,
    /// How many calls came to meet others, and how many of them may go on.
    came: AtomicU64,
    met: Gate,
    /// How many more chunks the streams may send.
    chunks: Gate,
    /// How many more calls may run, where that is limited.
    seats: Gate,
    /// Held by a call that blocks.
    blocked: Mutex<()>,
    /// The call that came last.
    recent: Recent,
    /// Whether a call has panicked.
    spoilt: AtomicBool,
    /// Connections that closed and sent nothing.
    empty: AtomicUsize,
}

impl Server {
    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn from_environment() -> Self {
        let fault = env::var(FAULT).ok().and_then(|name| Fault::named(&name));
        let kind = match env::var(KIND).as_deref() {
            Ok("web") => FunctionKind::Web,
            _ => FunctionKind::Event,
        };
        let by_default =
            (kind == FunctionKind::Event) != (fault == Some(Fault::OtherMarkersByDefault));
        let switch = env::var(variable::LOG_MARKERS);
        let markers = switch.map_or(by_default, |switch| switch == "on");
        Self {
            fault,
            kind,
            markers: markers || fault == Some(Fault::MarkersThatCannotBeOff),
            logs: Logs::to_stdout(fault),
            life: Life::default(),
            came: AtomicU64::default(),
            met: Gate::default(),
            chunks: Gate::default(),
            seats: Gate::of(100),
            blocked: Mutex::default(),
            recent: Recent::default(),
            spoilt: AtomicBool::default(),
            empty: AtomicUsize::default(),
        }
    }

    /// The port that the platform tells.
    fn port(&self) -> u16 {
        let read = |name| env::var(name).ok()?.parse().ok();
        let default = if self.has(Fault::ListensElsewhereByDefault) {
            8080
        } else {
            platform::DEFAULT_PORT
        };
        let server = read(variable::SERVER_PORT).filter(|_| !self.has(Fault::IgnoresServerPort));
        let custom = read(variable::CUSTOM_LISTEN_PORT);
        let custom = custom.filter(|_| !self.has(Fault::IgnoresCustomPort));
        server.or(custom).unwrap_or(default)
    }
}

/// Serves until a signal ends it.
pub(crate) fn run() -> ExitCode {
    let server = Arc::new(Server::from_environment());
    let ended = if !server.has(Fault::WatchesOverAWorker) {
        serve(&server)
    } else if watchdog::is_worker() {
        watchdog::live();
        serve(&server)
    } else {
        watchdog::watch()
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("cannot serve: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(server: &Arc<Server>) -> io::Result<ExitCode> {
    // A panic is caught and logged with the id of its call.
    std::panic::set_hook(Box::new(|_| ()));
    let signals = signals::Signals::caught(server)?;
    signals::collect_orphans(server);
    if server.has(Fault::NeverListens) {
        return signals.wait(server, None);
    }
    if server.has(Fault::InitializesBeforeItListens) {
        // What fails here is tried again by the hook.
        let _initialized = server.life.initialize(server);
    }
    let address = if server.has(Fault::ListensOnLoopback) {
        Ipv4Addr::LOCALHOST
    } else {
        Ipv4Addr::UNSPECIFIED
    };
    let listener = Arc::new(TcpListener::bind((address, server.port()))?);
    // Many connections may come at once, and the standard library lets few of them wait.
    rustix::net::listen(&listener, BACKLOG)?;
    thread::spawn({
        let (server, listener) = (Arc::clone(server), Arc::clone(&listener));
        move || accept(&server, &listener)
    });
    signals.wait(server, Some(&listener))
}

/// Serves each connection on a thread of its own, until the listener is shut down.
fn accept(server: &Arc<Server>, listener: &TcpListener) {
    while let Ok((stream, _)) = listener.accept() {
        let server = Arc::clone(server);
        thread::spawn(move || connection::serve(&server, stream));
    }
}
