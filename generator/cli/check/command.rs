//! The program of `--cmd`, and how to call it.

use std::collections::BTreeMap;

use super::arguments::{Limits, SubjectArgs, read_file};
use super::first_call::CallOptions;
use super::function::Function;
use super::start::ready;
use super::target::{failing_event, prepare};
use crate::cli::failure::{Exit, Failure};
use crate::conformance::{FunctionKind, Target};
use crate::emulator::Launch;
use crate::stop::Stop;
use crate::text::{excerpt, printable, printable_path};

/// The event for a function of which nothing is known.
const EVENT: &[u8] = b"{}";

/// Parses the program and its arguments.
pub(super) fn start(
    command: &str,
    flags: &SubjectArgs,
    limits: Limits,
    stop: &Stop,
) -> anyhow::Result<(String, Function)> {
    let mut words = shlex::split(command)
        .ok_or(": a quote is not closed")
        .and_then(|words| if words.is_empty() { Err("") } else { Ok(words) })
        .map_err(|why| {
            let message = format!("invalid value `{}` for `--cmd`{why}", excerpt(command));
            Failure::new(Exit::Usage, message)
                .hint("pass a program and its arguments, for example `--cmd 'python3 app.py'`")
        })?
        .into_iter();
    let launch = Launch::new(words.next().unwrap_or_default());
    let launch = words.fold(launch, Launch::arg);
    let event = flags.event.as_deref().map(read_file).transpose()?;
    let mut target = Target::function(
        launch,
        FunctionKind::Event,
        event.unwrap_or_else(|| EVENT.into()),
    );
    prepare(&mut target, flags, limits, &BTreeMap::new());
    target.failing_event = failing_event(flags)?;
    target.settings.code_dir = Some(std::env::current_dir()?);
    target.settings.fixed_port = flags.port;
    let options = CallOptions {
        kind: match (&flags.path, flags.probe, &flags.event) {
            (Some(_), ..) => Some(FunctionKind::Web),
            (None, true, _) | (None, _, Some(_)) => Some(FunctionKind::Event),
            _ => None,
        },
        event: flags
            .event
            .as_deref()
            .map_or("{}".to_owned(), printable_path),
        is_in_project: false,
        variables: "Set a variable it needs with `--env K=V`".to_owned(),
    };
    if let Some(path) = &flags.path {
        target.path.clone_from(path);
    }
    if flags.probe {
        let probe = Target::probe(target.launch.clone(), FunctionKind::Event);
        (target.probe, target.event) = (true, probe.event);
    }
    let name = printable(command);
    ready(format!("`{name}`"), target, options, stop)
}
