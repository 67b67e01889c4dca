//! The function of the project in the current directory, with a probe.

mod variables;

use std::collections::BTreeMap;
use std::path::Path;
use std::slice::from_ref;

use super::arguments::{Limits, SubjectArgs, read_file};
use super::first_call::CallOptions;
use super::function::Function;
use super::target::{failing_event, prepare};
use super::{probe, start};
use crate::cli::build;
use crate::cli::failure::Failure;
use crate::cli::project::{Project, relative};
use crate::cli::s_yaml;
use crate::conformance::{FunctionKind, Target};
use crate::emulator::Launch;
use crate::stop::Stop;
use crate::text::printable_path;

/// The sample event that every kind has.
const SAMPLE: &str = "events/invoke.json";

/// Builds the current project's function as for deployment, and a probe.
pub(super) fn build_and_start(
    flags: &SubjectArgs,
    limits: Limits,
    stop: &Stop,
) -> anyhow::Result<(String, Function)> {
    let project = Project::here().map_err(or_suggest_cmd)?;
    s_yaml::ensure_valid(from_ref(&project))?;
    let kind = match project.kind().as_deref() {
        Some("web") => FunctionKind::Web,
        _ => FunctionKind::Event,
    };
    let sample = project.dir().join(SAMPLE);
    let file = flags.event.clone().unwrap_or(sample);
    let event = read_file(&file)?;
    let failing_event = failing_event(flags)?;
    let is_old = project.has_old_layout();
    let variables = project.variables();
    let variables_hint = variables::announce(&variables, flags);
    let program = build::by_cargo(&project, &[], stop)?;
    let mut target = Target::function(Launch::new(program), kind, event);
    prepare(&mut target, flags, limits, &variables.set);
    target.failing_event = failing_event;
    let options = CallOptions {
        kind: Some(kind),
        event: printable_path(&relative(&file)),
        is_in_project: true,
        variables: variables_hint
            .clone()
            .unwrap_or_else(|| variables::HINT.to_owned()),
    };
    let name = project.dir().file_name().unwrap_or_default();
    let name = format!("`{}`", printable_path(Path::new(name)));
    // A probe takes a while to build and is useless if the function cannot be called.
    let (name, function) = start::ready(name, target, options, stop)?;
    let (target, lock) = match function {
        Function::Ready { target, lock, .. } => (target, lock),
        Function::Broken { violation, .. } => {
            let hint = variables_hint.map(|hint| format!("see its log. {hint}"));
            return Ok((name, Function::Broken { violation, hint }));
        }
        Function::Unanswered(_) => return Ok((name, function)),
    };
    if is_old {
        // The old layout has no runtime crate that a probe could depend on.
        return Ok((
            name,
            Function::Ready {
                target,
                probe: None,
                lock,
            },
        ));
    }
    let probe_program = probe::build(&project, kind, stop)?;
    let mut probe = Target::probe(Launch::new(probe_program), kind);
    // The variables of the function may change what the probe logs.
    prepare(&mut probe, flags, limits, &BTreeMap::new());
    let ready = Function::Ready {
        target,
        probe: Some(Box::new(probe)),
        lock,
    };
    Ok((format!("{name}, and a probe with the same server"), ready))
}

/// Outside a project, the user may want to check a program.
fn or_suggest_cmd(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) => failure
            .hint(
                "run this in a project created with `cargo fc3 new`, or pass a program, for example \
                 `--cmd 'python3 app.py'`",
            )
            .into(),
        Err(error) => error,
    }
}
