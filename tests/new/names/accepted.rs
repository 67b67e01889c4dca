//! Names and descriptions, which every kind is given.

use std::process::Command;

use cargo_fc3::scaffold::manifest::Constraint;
use cargo_fc3::scaffold::names::FunctionName;
use cargo_fc3::scaffold::template::Template;
use proptest::prelude::*;

use super::answers::{a_kind, matching};
use super::said::{project, says_what_was_said};
use crate::support::disk;

const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

/// Names in both cases, up to the greatest length. No keyword, device or package begins as they do.
fn a_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "zq[a-z0-9]{0,7}(-[a-z0-9]{1,7}){0,6}",
        "zq[a-z0-9]{0,7}(_[a-z0-9]{1,7}){0,6}",
        "zq[a-z0-9]{50,62}",
    ]
}

/// Names that break one rule each.
fn a_wrong_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "zq[a-z0-9]{0,5}[^a-zA-Z0-9_\\-\\x00][a-z0-9]{0,5}",
        "[0-9][a-z0-9]{0,10}",
        "zq[a-z0-9]{63,80}",
        "zq[a-z]{0,5}[A-Z][a-z]{0,5}",
        "zq(-[a-z]{1,5}_|_[a-z]{1,5}-|--|__)[a-z]{1,5}",
        prop::sample::select(vec!["fn", "gen", "test", "nul", "build", "serde-json", ""])
            .prop_map(str::to_owned),
    ]
}

/// Any text that the manifest's own expression describes, and texts of what means something to
/// TOML, YAML, a shell or an engine.
fn a_description() -> impl Strategy<Value = String> {
    let manifest = Template::embedded().manifest();
    let mut placeholders = manifest.placeholders();
    let description = placeholders.find(|placeholder| placeholder.name == "description");
    let Some(Constraint::Pattern(pattern)) = description.map(|description| &description.constraint)
    else {
        panic!("the description has no expression");
    };
    prop_oneof![
        matching(pattern.as_str()),
        "[ !#-;=-\\[\\]-z|~]{0,256}",
        "[-:#&*!|>'%@`,?$~=\\[\\]() \u{a0}é日🦀]{0,20}",
        prop::sample::select(vec!["null", "1e3", "--- # x", "~", "- x", "yes", "0x1F"])
            .prop_map(str::to_owned),
    ]
}

/// Descriptions with one character that is not allowed, and not in front, where white space is dropped;
/// or with too many.
fn a_wrong_description() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z ]{0,19}[\"\\\\{}<\\x01-\\x1f\\x7f-\\x9f\u{2028}\u{2029}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}][a-z ]{0,20}",
        "[a-z日🦀]{257,300}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_accepted_is_what_the_project_says(
        name in a_name(),
        description in a_description(),
        kind in a_kind(),
    ) {
        let (spec, tree) = project(&name, &description, &kind);
        let said = spec.answers.iter().find(|(name, _)| *name == "description");
        prop_assert_eq!(said, Some(("description", description.trim_start())));
        says_what_was_said(&spec, &tree);
    }

    #[test]
    fn a_suggested_name_is_accepted(name in prop_oneof![any::<String>(), a_wrong_name()]) {
        let dependencies = Template::embedded().dependencies();
        if let Err(error) = FunctionName::parse(&name, dependencies) {
            FunctionName::parse(error.suggestion(), dependencies)?;
        }
    }
}

proptest! {
    // Each case is a run of the program.
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_refused_leaves_nothing_and_is_told_with_a_hint(
        (name, description) in prop_oneof![
            (a_wrong_name(), a_description()),
            (a_name(), a_wrong_description()),
        ],
    ) {
        let scratch = tempfile::tempdir().expect("a temporary directory");
        let output = Command::new(CLI)
            .args(["new", "--vcs=none", &format!("--description={description}"), "--", &name])
            .current_dir(scratch.path())
            .output()
            .expect("it runs");
        let said = String::from_utf8(output.stderr).expect("text");
        prop_assert_eq!(output.status.code(), Some(2), "{}", said);
        prop_assert!(output.stdout.is_empty());
        prop_assert_eq!(disk::names(scratch.path()), Vec::<String>::new());
        prop_assert!(said.starts_with("error: ") && said.contains("\nhint: "), "{}", said);
        prop_assert!(!said.contains(|char: char| char.is_control() && char != '\n'), "{:?}", said);
    }
}

/// Each with the word by which its reason is known.
const REFUSED: [(&str, &str); 20] = [
    ("MyFn", "kebab-case"),
    ("my-fn_2", "kebab-case"),
    ("my--fn", "kebab-case"),
    ("_hidden", "kebab-case"),
    ("fn", "keyword"),
    ("gen", "keyword"),
    ("async", "keyword"),
    ("1st", "not with `1`"),
    ("test", "Rust has a built-in crate"),
    ("proc-macro", "Rust has a built-in crate"),
    ("nul", "Windows"),
    ("com1", "Windows"),
    ("build", "cargo creates"),
    ("tokio", "depends on"),
    ("serde-json", "depends on"),
    ("pin_project_lite", "depends on"),
    ("my fn", "` ` is not a letter"),
    ("funktión", "`ó` is not a letter"),
    ("a/b", "`/` is not a letter"),
    ("", "it is empty"),
];

#[test]
fn a_refused_name_leaves_nothing_and_the_hint_is_accepted() {
    let scratch = tempfile::tempdir().expect("a temporary directory");
    let long = "a".repeat(65);
    let refused = REFUSED.into_iter().chain([(&*long, "at most 64")]);
    for (name, reason) in refused {
        let fc3 = |args: &[&str]| {
            let output = Command::new(CLI)
                .args(args)
                .current_dir(scratch.path())
                .output();
            output.expect("it runs")
        };
        let output = fc3(&["new", name]);
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains(reason), "{name}: {stderr}");
        assert!(
            disk::names(scratch.path()).is_empty(),
            "{name} left something"
        );

        let hint = stderr.split_once("hint: use `").expect("a hint").1;
        let hint = hint.split_once('`').expect("a name").0;
        let output = fc3(&["new", hint, "--dry-run"]);
        assert!(
            output.status.success(),
            "the hint for {name}, {hint}, is refused too"
        );
    }
}

#[test]
fn a_description_may_be_as_long_as_the_platform_takes() {
    for description in [
        "",
        "x",
        &"x".repeat(256),
        &"日".repeat(256),
        "it's $HOME: #1 &amp;",
    ] {
        for kind in Template::embedded().manifest().kinds() {
            let (spec, tree) = project("hello", description, &kind.value);
            says_what_was_said(&spec, &tree);
        }
    }
}
