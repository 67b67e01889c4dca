//! `cargo fc3 emulate`: a Function Compute on this machine that Serverless Devs and the SDKs deploy to.

mod announced;
mod child;
mod console;
mod environment;
mod inspection;

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::failure::{Exit, Failure};
use super::output::{hint, print};
use super::talk::Talk;
use crate::console::{Console, Feed};
use crate::emulator::{self, Control, Emulator, EmulatorOptions, Extension, Rest};
use crate::stop::Stop;
use crate::text::printable_path;
use announced::{Announced, Announcement};
use console::Deployed;
use environment::Lines;

/// The port, unless another program has it.
const PORT: u16 = 9100;

/// Run a Function Compute on this machine, to deploy to without an account
///
/// `emulate` serves the API of Function Compute 3.0 on 127.0.0.1: `s deploy`, the official SDKs and `cargo
/// fc3 invoke --remote` take it for the real one. What is deployed runs here, without Docker. It makes a new
/// access key at each start and prints the variables by which programs find it; pass them with `eval
/// "$(cargo fc3 emulate --env)"`.
///
/// With a COMMAND, it serves only that command, with the variables set, and ends with its exit code: for
/// example `cargo fc3 emulate -- s deploy -y`.
#[derive(Debug, Args)]
pub(super) struct Emulate {
    /// Listen on this port; 0 is any free port [default: 9100, or a free one if it is taken]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// Listen on this address, which lets other machines reach it
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    listen: IpAddr,

    /// Serve requests for this host name too
    #[arg(long = "allow-host", value_name = "HOST")]
    hosts: Vec<String>,

    /// Keep what is deployed, and the access key, in this directory
    ///
    /// It survives the end of this command, and a kill at any moment. Without it, all of it is gone at the
    /// end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// The region that names of resources contain
    #[arg(long, value_name = "REGION", default_value = "cn-hangzhou")]
    region: String,

    /// Whether requests have to be signed with the access key
    #[arg(long, value_name = "WHETHER", default_value = "on")]
    auth: Auth,

    /// Stop an instance that had no call for this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    idle: Option<u64>,

    /// Freeze instances between calls, as the platform does
    #[arg(long)]
    freeze: bool,

    /// Print the variables of the one that runs, or write them into FILE, and start nothing
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        conflicts_with_all = ["data", "listen", "hosts", "auth", "idle", "freeze", "json", "command"]
    )]
    #[expect(
        clippy::option_option,
        reason = "what clap makes of a flag whose value may be left out"
    )]
    env: Option<Option<PathBuf>>,

    /// Print what happens as JSON to stdout, one object a line
    #[arg(long, conflicts_with = "command")]
    json: bool,

    /// A command to serve, with its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Auth {
    /// They have to be.
    On,
    /// Everybody who reaches the address can run programs on this machine.
    Off,
}

impl Emulate {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if let Some(file) = &self.env {
            return environment::of_running(self.port, file.as_deref());
        }
        let stop = Stop::on_all_signals()?;
        emulator::end_leftovers();
        let feed = Arc::new(Feed::default());
        let talk = Arc::new(Talk::new(self.json, Arc::clone(&feed)));
        // Lines name the function.
        talk.set_functions(2);
        let result = self.serve(&stop, &talk, feed);
        talk.flush();
        result
    }

    fn serve(&self, stop: &Stop, talk: &Arc<Talk>, feed: Arc<Feed>) -> anyhow::Result<()> {
        if !self.listen.is_loopback() {
            hint("every machine that reaches this address can send requests to it");
        }
        if self.auth == Auth::Off {
            talk.warn(
                "requests need no signature: whoever reaches this address can run programs here",
            );
        }
        let console = Arc::new(Console::new(feed, Deployed::default())?);
        let emulator = self.start(talk, &console)?;
        if !self.command.is_empty() {
            let command = child::run(&self.command, &emulator.environment(), stop);
            drop(emulator);
            return Ok(command?);
        }
        let announced = Announced {
            address: emulator.address(),
            environment: own(&emulator),
        };
        let _announcement = Announcement::new(&announced).inspect_err(|error| {
            hint(&format!(
                "`cargo fc3 emulate --env` will not find this: {error}"
            ));
        });
        if self.json {
            let fields = serde_json::json!({
                "url": emulator.base_url(),
                "environment": announced.environment.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            });
            talk.did("listening", fields, "Listening", &emulator.base_url());
        } else {
            print(Lines(&announced.environment).export())?;
            talk.did(
                "listening",
                serde_json::json!({}),
                "Listening",
                &format!("on {}", emulator.base_url()),
            );
            let page = format!("{}{}", emulator.base_url(), console.path());
            talk.did("console", serde_json::json!({}), "Console", &page);
        }
        let ended = stop.poll(|| None::<()>);
        drop(emulator);
        talk.did("ended", serde_json::json!({}), "Stopped", "all functions");
        match ended {
            Err(signal) => Err(Failure::from(signal).into()),
            Ok(()) => Ok(()),
        }
    }

    fn start(
        &self,
        talk: &Arc<Talk>,
        console: &Arc<Console<Deployed>>,
    ) -> Result<Emulator, Failure> {
        let observer = Arc::clone(talk);
        let mut options = EmulatorOptions {
            listen: SocketAddr::new(self.listen, self.wanted_port().unwrap_or(PORT)),
            hosts: self.hosts.clone(),
            data: self.data.clone(),
            region: self.region.clone(),
            needs_signatures: self.auth == Auth::On,
            rest: Rest {
                freezes: self.freeze,
                idle: self.idle.map(Duration::from_secs),
            },
            inspect: Some(Arc::new(inspection::warnings)),
            observer: Arc::new(move |event| observer.show(event)),
        };
        let start = |options: &EmulatorOptions| {
            Emulator::start_extended(options.clone(), |control: &Arc<Control>| {
                console.source().show(control);
                Some(Arc::<Console<_>>::clone(console) as Arc<dyn Extension>)
            })
        };
        let mut started = start(&options);
        if self.wanted_port().is_none() && started.as_ref().is_err_and(is_of_port) {
            options.listen.set_port(0);
            started = start(&options);
        }
        started.map_err(|error| self.not_started(&options, &error))
    }

    /// A command finds it by its variables, on any port.
    fn wanted_port(&self) -> Option<u16> {
        let any = (!self.command.is_empty()).then_some(0);
        self.port.or(any)
    }

    fn not_started(&self, options: &EmulatorOptions, error: &io::Error) -> Failure {
        if is_of_port(error) && error.kind() == io::ErrorKind::AddrInUse {
            let message = format!("cannot listen on {}: {error}", options.listen);
            return Failure::new(Exit::Machine, message).hint("choose another port with `--port`");
        }
        match &self.data {
            Some(data) => {
                let message = format!("cannot use `{}`: {error}", printable_path(data));
                Failure::new(Exit::Machine, message).hint(
                    "end the `cargo fc3 emulate` that uses it, or pass another directory with `--data`",
                )
            }
            None => Failure::new(Exit::Machine, format!("cannot start: {error}"))
                .hint("choose an address of this machine with `--listen`"),
        }
    }
}

fn is_of_port(error: &io::Error) -> bool {
    let kinds = [io::ErrorKind::AddrInUse, io::ErrorKind::PermissionDenied];
    kinds.contains(&error.kind())
}

/// The variables, with names of their own.
fn own(emulator: &Emulator) -> Vec<(String, String)> {
    let variables = emulator.environment().into_iter();
    variables
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
