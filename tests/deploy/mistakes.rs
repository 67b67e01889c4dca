//! Whether the check finds mistakes: it must name each of them, and refuse nothing that is right.

use std::fs;

use libtest_mimic::Failed;
use serde_json::{Map, Value, json};

use super::mutations::{self, Mutation};
use super::rendered::{ARCHIVE, Answers, IMAGE, NAME, Rendered, base};
use super::serverless::{Finding, Serverless};
use super::{Kind, ensure, schema, swaps};

/// Of the base all mistakes are tried, of another kind those in its trigger.
pub(crate) fn are_found(serverless: &Serverless, kind: &Kind) -> Result<(), Failed> {
    let props = kind.props(serverless)?;
    let mut mutations = swaps::of_types(props);
    let place = if kind.name == base() { "" } else { "/triggers" };
    mutations.extend(mutations::below(props, place));
    are_told(serverless, props, &mutations)
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
    let right = std::iter::once(right);
    let props = right.chain(all.iter().map(|mutation| &mutation.props));
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
    })
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
    let document = json!({
        "edition": "3.0.0",
        "name": NAME,
        "access": "default",
        "resources": {"function": {"component": "fc3", "props": props}},
    });
    let folder = tempfile::tempdir()?;
    // JSON is YAML.
    let file = folder.path().join(ARCHIVE);
    fs::write(&file, document.to_string())?;
    Ok(serverless.findings(&file, &schema::of_many(schema))?)
}

/// Where one of the functions is, which is no beginning of where another is.
fn place(at: usize) -> String {
    format!("function/props/case{at}.")
}
