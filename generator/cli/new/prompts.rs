//! Questions to a person at a terminal, for what no flag has answered.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, IsTerminal};

use crate::cli::failure::Failure;
use crate::scaffold::manifest::{Constraint, Placeholder};
use crate::scaffold::names::FunctionName;
use crate::scaffold::template::Template;

/// More choices than this are shown as a part, which typing narrows.
const ROWS: usize = 10;

/// Whether somebody is there who sees a question and can answer.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for the function's name, until it is one.
pub(super) fn name(template: &'static Template) -> anyhow::Result<FunctionName> {
    let parse = |name: &str| FunctionName::parse(name, template.dependencies());
    let name: String = answered(
        cliclack::input("What is the function called?")
            .placeholder("my-function")
            .validate(move |name: &String| match parse(name) {
                Ok(_) => Ok(()),
                Err(error) => Err(format!("{error}; `{}` would do", error.suggestion())),
            })
            .interact(),
    )?;
    Ok(parse(&name).map_err(Failure::from)?)
}

/// Asks what `given` does not answer. The kind comes first, since it decides what else is asked.
pub(super) fn answers(
    template: &'static Template,
    given: &mut BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let manifest = template.manifest();
    let kind = answer(manifest.kind(), given)?;
    // A flag that this kind does not have, or a value that it refuses, is told before more is
    // asked.
    manifest.refuse_wrong(given).map_err(Failure::from)?;
    for placeholder in manifest.asked_for(&kind) {
        answer(placeholder, given)?;
    }
    Ok(())
}

/// What `given` has, or will have after it is asked.
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
    let Constraint::Choices(choices) = &placeholder.constraint else {
        return cliclack::input(&placeholder.prompt)
            .default_input(&placeholder.default)
            // An empty line takes the default, which is allowed.
            .validate(
                |value: &String| match placeholder.constraint.accept(value) {
                    Err(why) if !value.is_empty() => Err(format!("It {why}")),
                    _ => Ok(()),
                },
            )
            .interact();
    };
    let mut select = cliclack::select(&placeholder.prompt).initial_value(&*placeholder.default);
    for choice in choices {
        select = select.item(&*choice.value, &choice.label, "");
    }
    if choices.len() > ROWS {
        select = select.max_rows(ROWS).filter_mode();
    }
    select.interact().map(str::to_owned)
}

/// Esc and Ctrl-C leave a question.
fn answered<T>(answer: io::Result<T>) -> anyhow::Result<T> {
    match answer {
        Err(error) if error.kind() == ErrorKind::Interrupted => Err(Failure::cancelled().into()),
        answer => Ok(answer?),
    }
}
