//! `cargo fc3 dev`: builds, starts, serves and watches the functions of a project, or of all projects of
//! a cargo workspace.

mod announced;
mod attach;
mod build;
mod console;
mod credentials;
mod functions;
mod inputs;
mod memory;
mod program;
mod run;
mod serving;
mod session;
mod timers;
mod watch;

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use clap::Args;

use super::failure::{Exit, Failure};
use super::output::hint;
use super::projects::Projects;
use super::talk::Talk;
use crate::console::{Console, Feed};
use crate::emulator::{self, FunctionCompute, Options};
use crate::stop::Stop;
use attach::Attach;
use console::Shown;
use session::Session;

/// The port, unless another program has it.
const PORT: u16 = 8080;

/// Run the project's functions on this machine, and again after each edit
///
/// `dev` builds the project and serves its functions as `s.yaml` configures them: by the
/// `InvokeFunction` API, which `cargo fc3 invoke` calls, and for HTTP triggers by plain HTTP. After an
/// edit it builds again; calls go to the old program until the new one is ready. Log lines and one
/// line for each call go to stderr. `dev` also prints the address of its console, a page that sends
/// events and shows replies, logs and invocations.
///
/// At the root of a cargo workspace, `dev` runs the functions of all members that have an `s.yaml`, each
/// under its name. In the directory of a member, it runs only those of that member.
#[derive(Debug, Args)]
pub(super) struct Dev {
    #[command(flatten)]
    door: Door,

    #[command(flatten)]
    rest: RestArgs,

    #[command(flatten)]
    watch: WatchArgs,

    /// Call the function that you run in a debugger, on this port of 127.0.0.1
    ///
    /// `dev` builds, starts and watches nothing. Calls have no time limit. Start the function with
    /// `FC_SERVER_PORT=PORT`, before its first call; you can end it and start it again at any time. In a
    /// project with several functions, name one of them.
    #[arg(
        long,
        value_name = "[NAME=]PORT",
        conflicts_with_all = ["idle", "freeze", "memory_limit", "poll", "release", "cargo"]
    )]
    attach: Option<Attach>,

    /// Pass credentials from the environment or from a profile to the functions
    ///
    /// Without NAME, they are the variables `ALIBABA_CLOUD_ACCESS_KEY_ID`,
    /// `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and `ALIBABA_CLOUD_SECURITY_TOKEN`. NAME is a profile of the
    /// Alibaba Cloud CLI, in `~/.aliyun/config.json`, whose mode is `StsToken` or `AK`. Use temporary
    /// credentials.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    credentials: Option<String>,

    /// Fire the timer triggers of `s.yaml`
    #[arg(long)]
    timers: bool,

    /// Build with optimizations, as for deployment
    #[arg(long)]
    release: bool,

    /// Print what happens as JSON to stdout, one object a line
    #[arg(long)]
    json: bool,

    /// Arguments for `cargo build`
    #[arg(last = true, value_name = "CARGO_ARGUMENTS")]
    cargo: Vec<OsString>,
}

/// Where it listens, and for whom.
#[derive(Debug, Args)]
struct Door {
    /// Listen on this port [default: 8080, or a free one if it is taken]
    #[arg(long, value_name = "PORT", value_parser = port)]
    port: Option<u16>,

    /// Listen on this address, which may let other machines run your code
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    listen: IpAddr,

    /// Serve requests for this host name too
    #[arg(long = "allow-host", value_name = "HOST")]
    hosts: Vec<String>,

    /// Let web pages of this origin call, for example `http://localhost:5173`
    #[arg(long = "allow-origin", value_name = "ORIGIN", value_parser = origin)]
    origins: Vec<String>,
}

/// Which edits count.
#[derive(Debug, Args)]
struct WatchArgs {
    /// Build and start once, whatever is edited
    #[arg(long)]
    no_watch: bool,

    /// Look at the files regularly, for file systems that report no changes
    #[arg(long, conflicts_with = "no_watch")]
    poll: bool,
}

/// How instances are limited, and treated between calls.
#[derive(Debug, Args)]
struct RestArgs {
    /// Stop an instance that had no call for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    idle: Option<u64>,

    /// Freeze instances between calls, as the platform does
    #[arg(long)]
    freeze: bool,

    /// End instances that use more memory than `memorySize` allows
    #[arg(long)]
    memory_limit: bool,
}

impl Dev {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let stop = Stop::on_all_signals()?;
        let projects = Projects::here(&stop)?;
        emulator::end_leftovers();
        let feed = Arc::new(Feed::default());
        let talk = Arc::new(Talk::new(self.json, Arc::clone(&feed)));
        let result = self.serve(&projects, &stop, &talk, feed);
        talk.flush();
        result
    }

    fn serve(
        &self,
        projects: &Projects,
        stop: &Stop,
        talk: &Arc<Talk>,
        feed: Arc<Feed>,
    ) -> anyhow::Result<()> {
        let limits = self.rest.memory_limit;
        let limiter = limits.then(|| memory::limiter(talk)).transpose()?;
        let profile = self.credentials.as_deref();
        let credentials = profile.map(|profile| credentials::read(profile, talk));
        let credentials = credentials.transpose()?;
        let console = Console::new(feed, Shown::new(projects, self.timers))?;
        let console = Arc::new(console);
        let service = self.door.open(talk, &console)?;
        console.source().show_timers_of(&service);
        let session = Session {
            flags: self,
            projects,
            service: &service,
            talk,
            console: &console,
            stop,
            limiter,
            credentials,
        };
        let result = session.run();
        drop(service);
        if stop.signal().is_some() {
            talk.did("ended", serde_json::json!({}), "Stopped", "all functions");
        }
        result
    }
}

impl Door {
    /// Listens, before a build that may take long.
    fn open(
        &self,
        talk: &Arc<Talk>,
        console: &Arc<Console<Shown>>,
    ) -> Result<FunctionCompute, Failure> {
        if !self.listen.is_loopback() {
            hint("every machine that reaches this address can call your functions");
        }
        let observer = Arc::clone(talk);
        let mut options = Options {
            listen: SocketAddr::new(self.listen, self.port.unwrap_or(PORT)),
            hosts: self.hosts.clone(),
            origins: self.origins.clone(),
            observer: Arc::new(move |event| observer.show(event)),
        };
        let start = |options: &Options| {
            FunctionCompute::start_with(options, Some(Arc::<Console<_>>::clone(console)))
        };
        let mut started = start(&options);
        let is_port = |error: &io::Error| {
            matches!(
                error.kind(),
                io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
            )
        };
        if self.port.is_none() && started.as_ref().is_err_and(is_port) {
            options.listen.set_port(0);
            started = start(&options);
        }
        started.map_err(|error| {
            let message = format!("cannot listen on {}: {error}", options.listen);
            Failure::new(Exit::Machine, message).hint(if is_port(&error) {
                "choose another port with `--port`"
            } else {
                "choose an address of this machine with `--listen`"
            })
        })
    }
}

fn port(text: &str) -> Result<u16, String> {
    let hint = "pass a number up to 65535; 0 is any free port";
    text.parse().map_err(|_| hint.to_owned())
}

/// An origin as browsers send it: without a path, and without a slash at its end.
fn origin(text: &str) -> Result<String, String> {
    let host = ["http://", "https://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err("pass an origin, such as `http://localhost:5173`".to_owned()),
    }
}
