//! The first start of a function, which tells where it listens and what calls it. What cannot be
//! started or called at all is told once, and not by every rule.

use std::fmt::Display;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use anstream::eprintln;

use super::candidate::Function;
use super::watch::watched;
use crate::cli::failure::{Exit, Failure};
use crate::cli::style::DONE;
use crate::conformance::{self, Kind, Target};
use crate::contract::DEFAULT_PORT;
use crate::local::{self, Answer, CallError, Instance, Settings, StartError};
use crate::spec::{shown_path, without_controls};
use crate::stop::Stop;

/// How long other checks are waited for that use the platform's port, before it is known whether this
/// function needs it.
const WAITED_FOR: Duration = Duration::from_secs(30);

/// What the flags say of the calls.
pub(super) struct Asked {
    /// What calls the function, if that is known.
    pub(super) kind: Option<Kind>,
    /// The event, as it is told.
    pub(super) event: String,
}

/// Starts the function once and calls it, and gives what can be held to the rules.
pub(super) fn ready(
    name: String,
    target: Target,
    asked: Asked,
    stop: &Stop,
) -> anyhow::Result<(String, Function)> {
    watched(stop, move || started(name, target, &asked))?
}

fn started(name: String, mut target: Target, asked: &Asked) -> anyhow::Result<(String, Function)> {
    let (started, held) = start(&mut target)?;
    let instance = match started {
        Ok(instance) => instance,
        Err(error) => return Ok((name, Function::Broken(broken(error)?))),
    };
    target.kind = asked.kind.unwrap_or_else(|| kind_of(&instance, &target));
    let answer = call(&instance, &target);
    if !answer.as_ref().is_ok_and(|answer| is_well(answer, &target)) {
        return Err(unanswered(&target, asked, answer, &instance.logs().text()).into());
    }
    let port = target.settings.fixed_port;
    let port = port.map_or_else(String::new, |port| format!(" on port {port}"));
    let (what, call) = match (target.kind, target.probe) {
        (_, true) => ("a probe", String::new()),
        (Kind::Event, _) => (
            "an event function",
            format!(", called with `{}`", asked.event),
        ),
        (Kind::Web, _) => (
            "a web function",
            format!(", called with `GET {}`", target.path),
        ),
    };
    let name = format!("{name}: {what}{port}{call}");
    let target = Box::new(target);
    let probe = None;
    let ready = Function::Ready {
        target,
        probe,
        held,
    };
    Ok((name, ready))
}

/// Starts the function, on the port where it listens whatever it is told if it does.
fn start(target: &mut Target) -> anyhow::Result<(Result<Instance, StartError>, Held)> {
    target.settings.patience = target.patience;
    let fixed = target.settings.fixed_port;
    let held = match fixed {
        Some(port) => Some(hold(port)?),
        // It may listen there whatever it is told, or else it does not matter who holds it.
        None => local::hold(DEFAULT_PORT, WAITED_FOR).ok().flatten(),
    };
    let finding = Settings {
        find_port: true,
        ..target.settings.clone()
    };
    let started = Instance::start(&target.launch, &finding);
    match started {
        Err(StartError::OtherPort { port, .. }) if fixed.is_none() => {
            target.settings.fixed_port = Some(port);
            let held = match held.filter(|_| port == DEFAULT_PORT) {
                Some(held) => held,
                None => hold(port)?,
            };
            let started = Instance::start(&target.launch, &target.settings);
            Ok((started, Held(Some(held))))
        }
        started => Ok((started, Held(held.filter(|_| fixed.is_some())))),
    }
}

/// The one port of a function, where it has only one, held against other checks on this machine.
pub(super) struct Held(
    #[expect(dead_code, reason = "it is held for as long as it is here")] Option<File>,
);

/// Waits for other checks that need the same port.
fn hold(port: u16) -> anyhow::Result<File> {
    const LIMIT: Duration = Duration::from_secs(600);
    let cannot = |error| {
        let message = format!("cannot hold port {port} against other checks: {error}");
        Failure::new(Exit::Machine, message)
    };
    let held = local::hold(port, Duration::ZERO).map_err(cannot)?;
    if held.is_none() {
        eprintln!("{DONE}Waiting{DONE:#} for another check that uses port {port}");
    }
    let held = held.map_or_else(|| local::hold(port, LIMIT), |held| Ok(Some(held)));
    let held = held.map_err(cannot)?;
    held.ok_or_else(|| {
        let message = format!("another check uses port {port}");
        Failure::new(Exit::Machine, message)
            .hint("wait for its end")
            .into()
    })
}

/// How a function broke the rule that it starts, or why that cannot be tried.
fn broken(error: StartError) -> Result<conformance::Failure, Failure> {
    let came = match error {
        StartError::Run { program, error } => {
            let program = shown_path(Path::new(&program));
            let message = format!("cannot run `{program}`: {error}");
            return Err(Failure::new(Exit::Machine, message).hint(
                "`--cmd` takes a program on `PATH` or by its path from here; a variable is set by `--env \
                 K=V`, and a line for a shell is `--cmd \"sh -c '…'\"`",
            ));
        }
        StartError::Machine(error) => {
            let message = format!("this machine cannot start it: {error}");
            return Err(Failure::new(Exit::Machine, message)
                .hint("where another program has its port, end that first"));
        }
        error if error.is_of_a_used_port() => {
            let message = told("another program has the port of the function", error);
            return Err(Failure::new(Exit::Machine, message).hint("end that program first"));
        }
        StartError::Exited { status, logs } if logs.trim().is_empty() => {
            format!("it ended ({status}) before it accepted a connection, and wrote no log")
        }
        StartError::NotListening { port, limit, logs } if logs.trim().is_empty() => {
            let limit = limit.as_secs();
            format!("it did not listen on port {port} in {limit} s, and wrote no log")
        }
        error => error.to_string(),
    };
    let sent = "started it".to_owned();
    Ok(conformance::Failure { sent, came })
}

/// What calls a function: clients, if it has a page for them, also where it answers events too, as
/// a web function may. An event function knows no other paths than the platform's.
fn kind_of(instance: &Instance, target: &Target) -> Kind {
    match instance.call(&instance.client("GET", &target.path)) {
        Ok(page) if page.status < 400 => Kind::Web,
        _ => Kind::Event,
    }
}

fn call(instance: &Instance, target: &Target) -> Result<Answer, CallError> {
    match (target.kind, target.probe) {
        (_, true) => instance.invoke(br#"{"probe":"echo","text":"an echo"}"#),
        (Kind::Event, _) => instance.invoke(&target.event),
        (Kind::Web, _) => instance.call(&instance.client("GET", &target.path)),
    }
}

fn is_well(answer: &Answer, target: &Target) -> bool {
    match (target.kind, target.probe) {
        (_, true) => answer.body == b"an echo",
        (Kind::Event, _) => answer.is_success() && !answer.failed(),
        (Kind::Web, _) => answer.status < 500 && answer.status != 404,
    }
}

/// Why no rule can be tried.
fn unanswered(
    target: &Target,
    asked: &Asked,
    answer: Result<Answer, CallError>,
    log: &str,
) -> Failure {
    let is_of_type = answer.as_ref().is_ok_and(|answer| answer.status == 415);
    let answer = match answer {
        Ok(answer) => answer.to_string(),
        Err(CallError::TimedOut { limit }) => {
            format!(
                "nothing came within {} s, which `--timeout` makes longer",
                limit.as_secs()
            )
        }
        Err(error) => error.to_string(),
    };
    let (call, hint) = match (target.kind, target.probe) {
        (_, true) => (
            "the event `{\"probe\":\"echo\",\"text\":\"an echo\"}`, as a probe does".to_owned(),
            "docs/conformance.md says what a probe answers; leave out `--probe` for any other function",
        ),
        (Kind::Event, _) if is_of_type => (
            format!("the event `{}` with success", asked.event),
            "the platform calls every event `application/octet-stream`: read it whatever its type is, as by Flask's `request.get_json(force=True)`",
        ),
        (Kind::Event, _) => (
            format!("the event `{}` with success", asked.event),
            "give one that it answers so, as in `--event event.json`; a web function is checked by `--path /`",
        ),
        (Kind::Web, _) => (
            format!("`GET {}`", target.path),
            "give a path that it answers, as in `--path /`",
        ),
    };
    let mut message = told(&format!("it does not answer {call}"), answer);
    if !log.trim().is_empty() {
        message = format!("{message}\n{}", told("its log", format_args!("\n{log}")));
    }
    Failure::new(Exit::Failed, message).hint(hint)
}

/// What was done and what came of it, of which neither the length nor what is in it can harm a terminal.
fn told(sent: &str, came: impl Display) -> String {
    let told = conformance::Failure::new(sent, came).to_string();
    let lines: Vec<_> = told.trim_end().lines().map(without_controls).collect();
    lines.join("\n")
}
