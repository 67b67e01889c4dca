//! The function that is checked: how it is started, by what it is called, and what its probe is.

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use super::first_call::{Asked, Unanswered};
use super::start::{self, Held};
use super::subject::read;
use super::{Of, Times, probe};
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::Project;
use crate::cli::{build, failure};
use crate::conformance::{self, Kind, Outcome, Rule, Target};
use crate::emulator::{Launch, Settings};
use crate::stop::Stop;
use crate::text::shown_path;

/// What is sent to a function of which nothing is known.
const EVENT: &[u8] = b"{}";
/// The sample event that every kind has.
const SAMPLE: &str = "events/invoke.json";
/// What a program may need that is not of the platform: where its language keeps its packages.
const OF_THE_USER: [&str; 5] = ["HOME", "TMPDIR", "VIRTUAL_ENV", "SystemRoot", "USERPROFILE"];

/// A function that is held to the rules.
pub(super) enum Function {
    /// It can be called.
    Ready {
        target: Box<Target>,
        /// A probe with the same server, for what the function itself does not show.
        probe: Option<Box<Target>>,
        held: Held,
    },
    /// It does not start.
    Broken(conformance::Failure),
    /// It starts, and does not answer as it should.
    Unanswered(Unanswered),
}

impl Function {
    pub(super) fn has_one_port(&self) -> bool {
        match self {
            Self::Ready { target, .. } => target.settings.fixed_port.is_some(),
            Self::Broken(_) | Self::Unanswered(_) => false,
        }
    }

    pub(super) fn check(&self, rule: &Rule) -> Outcome {
        match self {
            Self::Ready {
                target,
                probe: Some(probe),
                ..
            } => match rule.out_of_reach(target) {
                Some(_) => rule.check(probe),
                None => both(rule, target, probe),
            },
            Self::Ready { target, .. } => rule.check(target),
            Self::Broken(failure) if rule.id == conformance::START => {
                Outcome::Failed(failure.clone())
            }
            Self::Unanswered(unanswered) if rule.id == conformance::START => {
                Outcome::Failed(unanswered.failure.clone())
            }
            Self::Broken(_) => Outcome::NotChecked("it did not start".to_owned()),
            Self::Unanswered(_) => {
                Outcome::NotChecked("it does not answer its first call".to_owned())
            }
        }
    }
}

/// Holds a function to a rule, and its probe, which can show more, at the same time.
fn both(rule: &Rule, target: &Target, probe: &Target) -> Outcome {
    let (of_function, of_probe) = thread::scope(|scope| {
        let of_probe = scope.spawn(|| rule.check(probe));
        let of_function = rule.check(target);
        let of_probe = of_probe.join();
        (
            of_function,
            of_probe.unwrap_or_else(|panic| resume_unwind(panic)),
        )
    });
    match (of_function, of_probe) {
        (Outcome::Failed(failure), _) => Outcome::Failed(failure),
        (_, Outcome::Failed(failure)) => Outcome::Failed(conformance::Failure {
            sent: format!("to the probe, {}", failure.sent),
            ..failure
        }),
        (Outcome::NotChecked(_), of_probe) => of_probe,
        (Outcome::Passed, _) => Outcome::Passed,
    }
}

/// The program that a command names.
pub(super) fn of_command(
    command: &str,
    of: &Of,
    times: Times,
    stop: &Stop,
) -> anyhow::Result<(String, Function)> {
    let words = shlex::split(command).filter(|words| !words.is_empty());
    let mut words = words
        .ok_or_else(|| {
            let message = format!("`--cmd` cannot be `{}`", crate::text::shown(command));
            Failure::new(Exit::Usage, message)
                .hint("it is a program and its arguments, as in `--cmd 'python3 app.py'`")
        })?
        .into_iter();
    let launch = Launch::new(words.next().unwrap_or_default());
    let launch = words.fold(launch, Launch::arg);
    let event = of.event.as_deref().map(read).transpose()?;
    let mut target = Target::function(launch, Kind::Event, event.unwrap_or_else(|| EVENT.into()));
    prepare(&mut target, of, times);
    target.failing_event = failing_event(of)?;
    target.settings.code_dir = Some(std::env::current_dir()?);
    target.settings.fixed_port = of.port;
    let asked = Asked {
        kind: match (&of.path, of.probe, &of.event) {
            (Some(_), ..) => Some(Kind::Web),
            (None, true, _) | (None, _, Some(_)) => Some(Kind::Event),
            _ => None,
        },
        event: of.event.as_deref().map_or("{}".to_owned(), shown_path),
        of_project: false,
    };
    if let Some(path) = &of.path {
        target.path.clone_from(path);
    }
    if of.probe {
        let probe = Target::probe(target.launch.clone(), Kind::Event);
        (target.probe, target.event) = (true, probe.event);
    }
    let name = crate::text::without_controls(command);
    start::ready(format!("`{name}`"), target, asked, stop)
}

/// The function of the project that we are in, built as it is deployed, and a probe beside it.
pub(super) fn of_project(of: &Of, times: Times, stop: &Stop) -> anyhow::Result<(String, Function)> {
    let project = Project::here().map_err(or_a_program)?;
    let kind = match project.kind().as_deref() {
        Some("web") => Kind::Web,
        _ => Kind::Event,
    };
    let sample = project.dir().join(SAMPLE);
    let file = of.event.clone().unwrap_or(sample);
    let event = read(&file)?;
    let failing_event = failing_event(of)?;
    let program = build::by_cargo(&project, &[], stop)?;
    let program = probe::aside(&project, program)?;
    let mut target = Target::function(Launch::new(program), kind, event);
    prepare(&mut target, of, times);
    target.failing_event = failing_event;
    let asked = Asked {
        kind: Some(kind),
        event: shown_path(&crate::cli::project::seen(&file)),
        of_project: true,
    };
    let name = project.dir().file_name().unwrap_or_default();
    let name = format!("`{}`", shown_path(Path::new(name)));
    // A probe says nothing of a function that cannot be called, and takes a while to build.
    let (name, function) = start::ready(name, target, asked, stop)?;
    let Function::Ready { target, held, .. } = function else {
        return Ok((name, function));
    };
    let of_probe = probe::build(&project, kind, stop)?;
    let mut probe = Target::probe(Launch::new(of_probe), kind);
    prepare(&mut probe, of, times);
    let ready = Function::Ready {
        target,
        probe: Some(Box::new(probe)),
        held,
    };
    Ok((format!("{name}, and a probe with the same server"), ready))
}

/// Where there is no project, a program may be meant.
fn or_a_program(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<failure::Failure>() {
        Ok(failure) => failure
            .hint("run this in a project of `cargo fc3 new`, or name a program, as in `--cmd 'python3 app.py'`")
            .into(),
        Err(error) => error,
    }
}

/// The event that the function fails, if one is named.
fn failing_event(of: &Of) -> Result<Option<Vec<u8>>, Failure> {
    of.failing_event.as_deref().map(read).transpose()
}

/// Gives a target what the flags say of every function, the probe beside one too.
fn prepare(target: &mut Target, of: &Of, times: Times) {
    target.idle = times.idle;
    target.patience = times.patience;
    let own = OF_THE_USER.iter().filter_map(|name| {
        let value = std::env::var(name).ok()?;
        Some(((*name).to_owned(), value))
    });
    let asked = of
        .env
        .iter()
        .map(|one| (one.name.clone(), one.value.clone()));
    target.settings = Settings {
        env: own.chain(asked).collect(),
        ..Settings::default()
    };
}
