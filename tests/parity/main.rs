//! The two doors give the same project: `cargo generate`, the real one, and `cargo fc3 new`.
//!
//! The tool is found at `$CARGO_GENERATE`, else on `PATH`, else where `.ci/run` installs it.
//! Without it, every test here is ignored. One kind alone: `cargo test --test parity -- web`.

mod doors;
#[path = "../support/mod.rs"]
mod support;
mod tool;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use cargo_fc3::scaffold::manifest::{Constraint, Placeholder};
use cargo_fc3::scaffold::template::Template;
use doors::{compare, generate, new};
use libtest_mimic::{Arguments, Failed, Trial};
use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;
use support::disk;
use tool::{Door, Other, VERSION, repository, tool};

/// What each door is given as a name, since one of them changes what the other refuses.
const NAMES: [(&str, &str); 4] = [
    ("my-fn", "my-fn"),
    ("my_fn", "my_fn"),
    ("MyFn", "my-fn"),
    ("fn2x", "fn2x"),
];
/// What both accept and some engine, format or shell could read as more than text.
const ACCEPTED: [&str; 10] = [
    "",
    "Größe, 日本語, 🦀",
    "costs $5, not $x",
    "it's one",
    "# not a comment",
    "key: value",
    "a > b &amp; more",
    " spaces around ",
    "%% `date` $(date) ~ ! * ? [x]",
    "- @x | > | % , null",
];
/// What both refuse.
const REFUSED: [&str; 5] = [
    WRONG,
    "back\\slash",
    "an {open brace",
    "two\nlines",
    "<%= 6 * 7 %>",
];
/// What would end the text that it is written into, so that no question allows it.
const WRONG: &str = "say \"hi\"";
/// How often a kind's own questions are answered not by their defaults.
const OTHER_ANSWERS: usize = 2;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(tool) = tool() else {
        println!("ignored: all of this, since cargo-generate {VERSION} is not here");
        let trials = trials(None);
        return libtest_mimic::run(&arguments, trials).exit_code();
    };
    let repository = repository().expect("a copy of this repository");
    let trials = trials(Some(&Arc::new(Other { tool, repository })));
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Check = Box<dyn FnOnce(&Other) -> Result<(), Failed> + Send>;

fn trials(other: Option<&Arc<Other>>) -> Vec<Trial> {
    let mut checks = of_each_kind();
    // Names are rendered alike in all kinds, so that one is given them all.
    for (given, name) in NAMES {
        for door in [Door::Path, Door::Git] {
            let check =
                move |other: &Other| same(other, door, "event", (given, name), "A function");
            checks.push((
                format!("names::{given}_by_{door:?}").to_lowercase(),
                Box::new(check),
            ));
        }
    }
    for (at, description) in ACCEPTED.into_iter().enumerate() {
        let check =
            move |other: &Other| same(other, Door::Path, "event", ("hello", "hello"), description);
        checks.push((format!("values::accepted_{at}"), Box::new(check)));
    }
    for (at, description) in REFUSED.into_iter().enumerate() {
        let check = move |other: &Other| both_refuse(other, &[("description", description)]);
        checks.push((format!("values::refused_{at}"), Box::new(check)));
    }
    let no_default = [("region", "ap-southeast-1"), ("runtime", "custom.debian12")];
    let no_default = no_default.map(|(name, answer)| (name.to_owned(), answer.to_owned()));
    checks.push((
        "values::no_default".to_owned(),
        Box::new(move |other| by_answers(other, &no_default)),
    ));
    checks.push(("the_checkout_itself".to_owned(), Box::new(this_checkout)));
    checks.push((
        "a_difference_is_found".to_owned(),
        Box::new(a_difference_is_found),
    ));

    let trial = |(name, check): (String, Check)| {
        if let Some(other) = other.cloned() {
            return Trial::test(name, move || check(&other));
        }
        let missing = format!("it needs cargo-generate {VERSION}");
        Trial::test(format!("{name} [{missing}]"), || Err(missing.into())).with_ignored_flag(true)
    };
    checks.into_iter().map(trial).collect()
}

/// Every kind through each door, and its own questions: answered not by their defaults, and wrongly.
fn of_each_kind() -> Vec<(String, Check)> {
    let mut checks: Vec<(String, Check)> = Vec::new();
    let manifest = Template::embedded().manifest();
    let mut names = NAMES.into_iter().cycle();
    let mut descriptions = ACCEPTED.into_iter().cycle();
    for kind in manifest.kinds().iter().map(|kind| &kind.value) {
        for door in [Door::Path, Door::Git] {
            let (names, description) = (names.next(), descriptions.next());
            let (names, description) = (names.unwrap_or_default(), description.unwrap_or_default());
            let of = kind.clone();
            let check = move |other: &Other| same(other, door, &of, names, description);
            checks.push((
                format!("{kind}::by_{door:?}").to_lowercase(),
                Box::new(check),
            ));
        }
        let own = manifest.asked_for(kind);
        let own: Vec<_> = own.filter(|asked| asked.only_for.is_some()).collect();
        for at in 0..if own.is_empty() { 0 } else { OTHER_ANSWERS } {
            let mut answers = vec![("kind".to_owned(), kind.clone())];
            answers.extend(
                own.iter()
                    .map(|asked| (asked.name.clone(), other(asked, at))),
            );
            let check = move |other: &Other| by_answers(other, &answers);
            checks.push((format!("{kind}::other_answers_{at}"), Box::new(check)));
        }
        for asked in own {
            let (of, name) = (kind.clone(), asked.name.clone());
            let check = move |other: &Other| both_refuse(other, &[("kind", &of), (&name, WRONG)]);
            checks.push((format!("{kind}::wrong_{}", asked.name), Box::new(check)));
        }
    }
    checks
}

/// An answer that is allowed and not the default: another for each `at`, the same in each run.
fn other(asked: &Placeholder, at: usize) -> String {
    let pattern = match &asked.constraint {
        Constraint::Choices(choices) => {
            let others = choices.iter().map(|choice| &choice.value);
            let mut others = others.filter(|value| **value != asked.default).cycle();
            return others.nth(at).expect("more than one choice").clone();
        }
        Constraint::Pattern(pattern) => pattern.as_str(),
    };
    // The generator makes whole texts, and knows no anchors.
    let whole = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix('$'));
    let texts = string_regex(whole.expect("anchors")).expect(pattern);
    let mut runner = TestRunner::deterministic();
    let drawn = (0..1000).map(|_| texts.new_tree(&mut runner).expect("a text").current());
    let mut allowed = drawn.filter(|text| {
        *text != asked.default && asked.accept(text).is_ok_and(|answer| answer == *text)
    });
    allowed.nth(at).expect("another answer")
}

fn same(
    other: &Other,
    door: Door,
    kind: &str,
    names: (&str, &str),
    description: &str,
) -> Result<(), Failed> {
    let answers = [("kind", kind), ("description", description)];
    compare(other, (door, other.repository.path()), names, &answers)
}

fn by_answers(other: &Other, answers: &[(String, String)]) -> Result<(), Failed> {
    let answers: Vec<_> = answers
        .iter()
        .map(|(name, answer)| (name.as_str(), answer.as_str()))
        .collect();
    compare(
        other,
        (Door::Path, other.repository.path()),
        ("hello", "hello"),
        &answers,
    )
}

/// As in the README: from a checkout in which things were built.
fn this_checkout(other: &Other) -> Result<(), Failed> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    compare(other, (Door::Path, checkout), ("hello", "hello"), &[])
}

fn both_refuse(other: &Other, answers: &[(&str, &str)]) -> Result<(), Failed> {
    let (theirs, ours) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let template = (Door::Path, other.repository.path());
    let output = generate(&other.tool, template, "hello", answers, theirs.path())?;
    let wrote = theirs.path().join("hello/Cargo.toml").exists();
    if output.status.success() || wrote {
        return Err("cargo generate takes it".into());
    }
    let output = new("hello", answers, ours.path())?;
    if output.status.code() != Some(2) || !disk::names(ours.path()).is_empty() {
        return Err(format!("cargo fc3 new takes it: {output:?}").into());
    }
    Ok(())
}

/// One more byte in one file of one kind is told, so the other tests here can fail.
fn a_difference_is_found(other: &Other) -> Result<(), Failed> {
    let changed = repository()?;
    let handler = changed.path().join("template/kinds/event/src/handler.rs");
    let mut bytes = fs::read(&handler)?;
    bytes.push(b'\n');
    fs::write(&handler, bytes)?;
    match compare(other, (Door::Path, changed.path()), ("hello", "hello"), &[]) {
        Err(difference) if told_about(&difference, "hello/src/handler.rs:") => Ok(()),
        Err(failed) => Err(failed),
        Ok(()) => Err("a changed template gives the same project".into()),
    }
}

fn told_about(failed: &Failed, path: &str) -> bool {
    failed
        .message()
        .is_some_and(|message| message.starts_with(path))
}
