//! Prompts on a terminal, for every option that no flag has set.

mod plain;
mod rich;

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, IsTerminal};

use crate::cli::failure::Failure;
use crate::scaffold::manifest::{Constraint, Placeholder};
use crate::scaffold::names::FunctionName;
use crate::scaffold::template::Template;

/// Whether a person can see a prompt and answer it.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for the function's name until it is valid.
pub(super) fn name(template: &'static Template) -> anyhow::Result<FunctionName> {
    const QUESTION: &str = "Name of the function";
    let parse = |name: &str| FunctionName::parse(name, template.dependencies());
    let check = move |name: &str| match parse(name) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("{error}; try `{}`", error.suggestion())),
    };
    let name = answered(if plain::is_needed() {
        plain::line(QUESTION, None, check)
    } else {
        rich::line(QUESTION, None, "my-function", check)
    })?;
    Ok(parse(&name).map_err(Failure::from)?)
}

/// Asks for every option that `given` does not contain. The kind comes first, since it decides
/// which other options exist.
pub(super) fn answers(
    template: &'static Template,
    given: &mut BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let manifest = template.manifest();
    let kind = answer(manifest.kind(), given)?;
    // A flag that this kind does not have, or an invalid value, is reported before the next prompt.
    manifest.refuse_wrong(given).map_err(Failure::from)?;
    for placeholder in manifest.asked_for(&kind) {
        answer(placeholder, given)?;
    }
    Ok(())
}

/// Returns the value in `given`, or asks for it and adds it.
fn answer(
    placeholder: &'static Placeholder,
    given: &mut BTreeMap<String, String>,
) -> anyhow::Result<String> {
    if let Some(answer) = given.get(&placeholder.name) {
        return Ok(answer.clone());
    }
    let answer = answered(ask(placeholder))?;
    given.insert(placeholder.name.clone(), answer.clone());
    Ok(answer)
}

fn ask(placeholder: &'static Placeholder) -> io::Result<String> {
    let (prompt, default) = (&placeholder.prompt, &placeholder.default);
    let Constraint::Choices(choices) = &placeholder.constraint else {
        // An empty line means the default, which is valid.
        let check = |value: &str| match placeholder.constraint.accept(value) {
            Err(why) if !value.is_empty() => Err(format!("It {why}")),
            _ => Ok(()),
        };
        return if plain::is_needed() {
            plain::line(prompt, Some(default), check)
        } else {
            rich::line(prompt, Some(default), "", check)
        };
    };
    if plain::is_needed() {
        plain::choice(prompt, choices, default)
    } else {
        rich::choice(prompt, choices, default)
    }
}

/// Esc, Ctrl-C and Ctrl-D cancel a prompt.
fn answered<T>(answer: io::Result<T>) -> anyhow::Result<T> {
    match answer {
        Err(error) if error.kind() == ErrorKind::Interrupted => Err(Failure::cancelled().into()),
        answer => Ok(answer?),
    }
}
