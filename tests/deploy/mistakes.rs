//! Whether the check finds mistakes: it must name each of them, and refuse nothing that is right.

use std::fs;

use cargo_fc3::deployment::Deployment;
use libtest_mimic::Failed;
use serde_json::{Map, Value, json};

use super::kind::Kind;
use super::mutations::{self, Mutation};
use super::rendered::{ARCHIVE, Answers, IMAGE, NAME, Rendered, base};
use super::serverless::Finding;
use super::{ensure, schema, swaps};
use crate::support::serverless::Serverless;

/// Of the base all mistakes are tried, of another kind those in its trigger.
pub(crate) fn are_found(serverless: &Serverless, kind: &Kind) -> Result<(), Failed> {
    let props = kind.props(serverless)?;
    let mut mutations = swaps::of_types(props);
    let place = if kind.name == base() { "" } else { "/triggers" };
    mutations.extend(mutations::below(props, place));
    are_told(serverless, props, &mutations)
}

/// The same of a function whose trigger no kind has.
pub(crate) fn in_the_trigger(serverless: &Serverless, props: &Value) -> Result<(), Failed> {
    let mut mutations = swaps::of_types(props);
    mutations.extend(mutations::below(props, "/triggers"));
    are_told(serverless, props, &mutations)
}

/// One mistake in each file as it is rendered, for a user who types `s verify`: so what passes there
/// could fail.
pub(crate) fn one_is_told_to_a_user(serverless: &Serverless, kind: &Kind) -> Result<(), Failed> {
    let rendered = Rendered::new(kind.name, &Answers::new())?;
    for (name, schema) in [(ARCHIVE, schema::whole()), (IMAGE, schema::plain())] {
        let right = rendered.text(name)?;
        let wrong = right.replacen("      timeout: 60\n", "      timeout: 0\n", 1);
        ensure(wrong != right, || format!("{name} has no time-out"))?;
        fs::write(rendered.file(name), wrong)?;
        let verified = serverless.verify(&rendered.file(name), &schema);
        let said = verified.map_or_else(|why| why.to_string(), |()| "it passed".to_owned());
        ensure(said.contains("props/timeout must be >= 1"), || {
            format!("{name}: {said}")
        })?;
    }
    Ok(())
}

pub(crate) fn of_the_runtime(serverless: &Serverless, base: &Kind) -> Result<(), Failed> {
    let rendered = Rendered::new(base.name, &Answers::new())?;
    let mut image = serverless.preview(&rendered.file(IMAGE))?;
    let image = image["resources"]["function"]["props"].take();
    let archive = base.props(serverless)?;
    let mut mutations = swaps::of_runtimes(archive, &image);
    mutations.extend(mutations::below(&image, "/customContainerConfig"));
    are_told(serverless, archive, &mutations)
}

/// Puts every mutation into one file, beside what is right.
fn are_told(serverless: &Serverless, right: &Value, all: &[Mutation]) -> Result<(), Failed> {
    let props = std::iter::once(right).chain(all.iter().map(|mutation| &mutation.props));
    let findings = check(serverless, props, schema::plain())?;
    let wrong = findings
        .iter()
        .find(|finding| finding.place.starts_with(&place(0)));
    ensure(wrong.is_none(), || {
        format!("what is right is refused: {wrong:?}")
    })?;
    let untold = (1..).zip(all);
    let untold = untold.filter(|(at, mutation)| !mutation.is_told(&place(*at), &findings));
    let untold: Vec<_> = untold.map(|(_, mutation)| &*mutation.what).collect();
    ensure(untold.is_empty(), || {
        format!("not told:\n{}", untold.join("\n"))
    })?;
    the_command_line_agrees(serverless, right, all)
}

/// The command line, which reads the same schema by itself, finds a mistake in each file in which the
/// validator of Serverless Devs does.
fn the_command_line_agrees(
    serverless: &Serverless,
    right: &Value,
    all: &[Mutation],
) -> Result<(), Failed> {
    let ours = |props: &Value| -> Result<Vec<String>, Failed> {
        let document = document(props);
        let deployment = Deployment::read(&document.to_string())?;
        Ok(deployment
            .mistakes(|_| false)
            .iter()
            .map(ToString::to_string)
            .collect())
    };
    let refused = ours(right)?;
    ensure(refused.is_empty(), || {
        format!("what is right is refused: {refused:?}")
    })?;
    let props = all.iter().map(|mutation| &mutation.props);
    let findings = check(serverless, props, schema::of_the_command_line())?;
    for (at, mutation) in all.iter().enumerate() {
        let is_wrong = findings
            .iter()
            .any(|finding| finding.place.starts_with(&place(at)));
        if is_wrong && ours(&mutation.props)?.is_empty() {
            return Err(format!("the command line does not find {}", mutation.what).into());
        }
    }
    Ok(())
}

pub(crate) fn of_memory(serverless: &Serverless, base: &Kind) -> Result<(), Failed> {
    let pairs = swaps::of_memory(base.props(serverless)?);
    let props = pairs.iter().map(|(mutation, _)| &mutation.props);
    let findings = check(serverless, props, schema::whole())?;
    for (at, (mutation, broken)) in pairs.iter().enumerate() {
        let refused = findings
            .iter()
            .any(|finding| finding.place.starts_with(&place(at)));
        let told = mutation.is_told(&place(at), &findings);
        ensure(
            (refused, told) == (broken.is_some(), broken.is_some()),
            || format!("{}: {findings:#?}", mutation.what),
        )?;
    }
    Ok(())
}

/// What the validator finds in many functions, which are the properties of one.
fn check<'a>(
    serverless: &Serverless,
    all: impl Iterator<Item = &'a Value>,
    schema: Value,
) -> Result<Vec<Finding>, Failed> {
    let all = all
        .enumerate()
        .map(|(at, props)| (format!("case{at}."), props.clone()));
    let props: Map<_, _> = all.collect();
    let document = document(&props.into());
    let folder = tempfile::tempdir()?;
    // JSON is YAML.
    let file = folder.path().join(ARCHIVE);
    fs::write(&file, document.to_string())?;
    Ok(serverless.findings(&file, &schema::of_many(schema))?)
}

/// A file with one function.
fn document(props: &Value) -> Value {
    json!({
        "edition": "3.0.0",
        "name": NAME,
        "access": "default",
        "resources": {"function": {"component": "fc3", "props": props}},
    })
}

/// Where one of the functions is, which is no beginning of where another is.
fn place(at: usize) -> String {
    format!("function/props/case{at}.")
}
