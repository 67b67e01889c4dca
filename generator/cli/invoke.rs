//! `cargo fc3 invoke`: calls the function of a project once.

mod call;
mod chosen;
mod client;
mod content;
mod curl;
mod http;
mod outcome;
mod own;
mod remote;
mod set;

use std::slice::from_ref;

use clap::Args;

use super::deployed::{definition, missing};
use super::failure::{Exit, Failure};
use super::interrupt::interruptible;
use super::output::{LITERAL, done, hint, message};
use super::project::{Running, Samples};
use super::s_yaml;
use super::tool::cargo;
use crate::emulator::{self, Rest};
use crate::stop::Stop;
use call::{Call, EventArgs};
use chosen::Chosen;
use client::Client;
use curl::Curl;
use http::HttpArgs;
use outcome::{Outcome, RanBy};
use remote::{Deployed, RemoteArgs};

/// Build, start and call the function of this project
///
/// `invoke` starts the function as Function Compute does, sends it one event, and stops it. If
/// `cargo fc3 dev` runs for this project, `invoke` calls the function there. With `--remote`, it calls the
/// deployed function. The reply goes to
/// stdout unchanged, the log to stderr. The exit code is 1 if the function failed.
///
/// Without a flag for the event, `invoke` sends the sample `events/invoke.json`, or an empty event if
/// there is none. To a web function, it sends `GET /`.
///
/// A web function receives an event as `POST /invoke`. With a flag for web functions, `-f FILE` is the
/// body of the request.
#[derive(Debug, Args)]
pub(super) struct Invoke {
    #[command(flatten)]
    event: EventArgs,

    /// Call the function NAME of `s.yaml`; at the root of a cargo workspace, of any member; with `--remote`,
    /// any deployed function
    #[arg(long, value_name = "NAME")]
    function: Option<String>,

    /// Print the reply, the log and the duration as a JSON document
    #[arg(long)]
    json: bool,

    /// Also print the `curl` command that makes the same call, the duration, and the status and the
    /// headers of an HTTP response; with `--remote`, where it calls, and whose key signs
    #[arg(long, short)]
    verbose: bool,

    #[command(flatten)]
    remote: RemoteArgs,

    #[command(flatten)]
    http: HttpArgs,
}

impl Invoke {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (chosen, elsewhere) = if self.remote.remote {
            Chosen::here_or_elsewhere(self.function)?
        } else {
            (Chosen::here(self.function)?, None)
        };
        let project = &chosen.project;
        if self.event.lists_samples() {
            return Samples::of(project).list(self.json);
        }
        let call = self.event.into_call(self.http, project)?;
        let is_queued = matches!(call, Call::Event { is_async: true, .. });
        if self.remote.remote {
            let deployed = deployed(&chosen, elsewhere)?;
            let outcome = self.remote.call(project, &deployed, &call, self.verbose)?;
            if !self.json {
                outcome.log.iter().for_each(message);
            }
            if self.json {
                outcome.print_json(is_queued)?;
            } else {
                outcome.print(self.verbose, is_queued)?;
            }
            return Ok(outcome.verdict(self.json)?);
        }
        let mut running = chosen.running()?;
        let stop = Stop::on_all_signals()?;
        if running.as_ref().is_some_and(|dev| dev.is_building) {
            running = await_build(&chosen, &stop)?;
        }
        if is_queued && running.is_none() {
            let message = "`--async` needs a running `cargo fc3 dev`, or `--remote`";
            return Err(Failure::new(Exit::Usage, message)
                .hint("start `cargo fc3 dev` in another terminal, then run this command again")
                .into());
        }
        let curl = self.verbose.then(|| Curl::of(&call, running.as_ref()));
        let outcome = match running {
            Some(running) => {
                curl.iter().for_each(show);
                let shows_log = !self.json;
                interruptible(&stop, move || of_dev(&running, &call, shows_log))??
            }
            None => own(&chosen, call, curl.as_ref(), !self.json, &stop)?,
        };
        if self.json {
            outcome.print_json(is_queued)?;
        } else {
            outcome.print(self.verbose, is_queued)?;
        }
        Ok(outcome.verdict(self.json)?)
    }
}

/// The deployed function: that of the project, or one that is elsewhere, in the same region.
fn deployed(chosen: &Chosen, elsewhere: Option<String>) -> Result<Deployed, Failure> {
    let functions = chosen.project.functions()?;
    let config = &chosen.of(&functions)?.config;
    Ok(Deployed {
        name: elsewhere.unwrap_or_else(|| config.name.clone()),
        region: config.region.clone(),
    })
}

/// Builds the function, and calls an instance of it.
fn own(
    chosen: &Chosen,
    call: Call,
    curl: Option<&Curl>,
    shows_log: bool,
    stop: &Stop,
) -> anyhow::Result<Outcome> {
    let project = &chosen.project;
    emulator::end_leftovers();
    s_yaml::ensure_valid(from_ref(project))?;
    let functions = project.functions()?;
    let function = chosen.of(&functions)?;
    missing(function).for_each(|text| hint(&text));
    let program = cargo::build(project.dir(), false, &[], stop)?;
    curl.into_iter().for_each(show);
    let definition = definition(project, function, &program, Rest::default());
    let called = interruptible(stop, move || own::call(definition, &call, shows_log));
    Ok(called??)
}

/// Waits for the first build of a running `dev`. Returns `None` if it ends meanwhile.
fn await_build(chosen: &Chosen, stop: &Stop) -> Result<Option<Running>, Failure> {
    done("Waiting", "for the first build of `cargo fc3 dev`");
    let built = stop.poll(|| match chosen.running() {
        Ok(Some(running)) if running.is_building => None,
        found => Some(found),
    });
    built?
}

/// Calls the function of a running `dev`.
fn of_dev(running: &Running, call: &Call, shows_log: bool) -> Result<Outcome, Failure> {
    let client = Client {
        running,
        ran_by: RanBy::Dev,
        wants_log: true,
    };
    let outcome = client.call(call).map_err(|error| {
        let port = running.address.port();
        let message = format!("`cargo fc3 dev` on port {port} gave no response: {error}");
        Failure::new(Exit::Machine, message).hint(
            "see what it printed; if it has ended, run this again, and the function is started here",
        )
    })?;
    if shows_log {
        outcome.log.iter().for_each(message);
    }
    Ok(outcome)
}

fn show(curl: &Curl) {
    done(
        "Calling",
        &format!("it, as this command does while `{}` runs:", curl.runs),
    );
    message(format_args!("  {LITERAL}{}{LITERAL:#}", curl.line));
}
