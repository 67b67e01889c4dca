//! Whatever name and description are accepted, the project is one: its files parse, and say what
//! was said. Whatever is refused leaves nothing, and the hint is accepted.

#[path = "support/disk.rs"]
mod disk;

use std::collections::BTreeMap;
use std::process::Command;

use cargo_fc3::manifest::Rule;
use cargo_fc3::render::render;
use cargo_fc3::spec::{FunctionName, Spec};
use cargo_fc3::template::Template;
use cargo_fc3::tree::Tree;
use proptest::prelude::*;
use serde::Deserialize;

const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

#[derive(Deserialize)]
struct Cargo {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    description: String,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Deployment {
    name: String,
    resources: Resources,
}

#[derive(Deserialize)]
struct Resources {
    function: Resource,
}

#[derive(Deserialize)]
struct Resource {
    props: Props,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Props {
    function_name: String,
    description: String,
    runtime: String,
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    let entry = tree
        .get(path)
        .unwrap_or_else(|| panic!("there is no {path}"));
    std::str::from_utf8(&entry.bytes).expect("text")
}

fn toml<T: for<'de> Deserialize<'de>>(tree: &Tree, path: &str) -> T {
    toml::from_str(text(tree, path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

fn yaml<T: for<'de> Deserialize<'de>>(tree: &Tree, path: &str) -> T {
    serde_saphyr::from_str(text(tree, path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Sees to it that every file that holds a value parses, and holds the very value.
fn says_what_was_said(spec: &Spec, tree: &Tree) {
    let answers: BTreeMap<_, _> = spec.answers.iter().collect();
    let (name, description) = (spec.name.as_str(), answers["description"]);

    let cargo: Cargo = toml(tree, "Cargo.toml");
    assert_eq!(
        (&*cargo.package.name, &*cargo.package.description),
        (name, description)
    );

    let lock: Lock = toml(tree, "Cargo.lock");
    let own = lock
        .package
        .iter()
        .filter(|package| package.source.is_none());
    assert_eq!(
        own.map(|package| &*package.name).collect::<Vec<_>>(),
        [name]
    );
    let same = lock.package.iter().filter(|package| package.name == name);
    assert_eq!(same.count(), 1, "{name} is a dependency too");

    let kept: toml::Table = toml(tree, "fc3.toml");
    assert_eq!(kept["name"].as_str(), Some(name));
    for (name, answer) in &answers {
        assert_eq!(kept[*name].as_str(), Some(*answer), "{name}");
    }

    for path in ["s.yaml", "s.container.yaml"] {
        let deployment: Deployment = yaml(tree, path);
        let props = deployment.resources.function.props;
        assert_eq!(deployment.name, name, "{path}");
        assert_eq!(props.function_name, name, "{path}");
        assert_eq!(props.description, description, "{path}");
        if path == "s.yaml" {
            assert_eq!(props.runtime, answers["runtime"], "{path}");
        }
    }
}

/// The project of a name and a description that are accepted.
fn project(name: &str, description: &str, kind: &str) -> (Spec, Tree) {
    let given = [("kind", kind), ("description", description)];
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
    project_of(name, &BTreeMap::from(given))
}

/// The project of a name and answers that are accepted.
fn project_of(name: &str, given: &BTreeMap<String, String>) -> (Spec, Tree) {
    let template = Template::embedded();
    let name = FunctionName::parse(name, template.dependencies()).expect("the name is accepted");
    let answers = template.manifest().answer(given);
    let answers = answers.expect("the answers are accepted");
    let spec = Spec { name, answers };
    let tree = render(template, &spec).expect("what is accepted renders");
    (spec, tree)
}

fn a_kind() -> impl Strategy<Value = String> {
    let kinds = Template::embedded().manifest().kinds();
    prop::sample::select(
        kinds
            .iter()
            .map(|kind| kind.value.clone())
            .collect::<Vec<_>>(),
    )
}

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

/// A kind, and answers to what it alone asks: any texts that the manifest's expressions describe.
fn a_kind_with_answers() -> impl Strategy<Value = BTreeMap<String, String>> {
    a_kind().prop_flat_map(|kind| {
        let asked = Template::embedded().manifest().asked_for(&kind);
        let own = asked.filter(|placeholder| placeholder.only_for.is_some());
        let answers: Vec<_> = own
            .map(|placeholder| {
                let Rule::Pattern(pattern) = &placeholder.rule else {
                    panic!("{} has choices: try them here", placeholder.name);
                };
                (Just(placeholder.name.clone()), matching(pattern.as_str()))
            })
            .collect();
        (Just(kind), answers).prop_map(|(kind, answers)| {
            let kind = ("kind".to_owned(), kind);
            answers.into_iter().chain([kind]).collect()
        })
    })
}

/// Any text that a whole expression describes. Strategies know no anchors.
fn matching(pattern: &str) -> impl Strategy<Value = String> + use<> {
    let pattern = pattern.strip_prefix('^').expect("an anchor");
    let pattern = pattern.strip_suffix('$').expect("an anchor");
    prop::string::string_regex(pattern).expect("an expression that generates")
}

/// Whether a text is in some text of a document.
fn is_somewhere(text: &str, document: &serde_json::Value) -> bool {
    use serde_json::Value;
    match document {
        Value::String(held) => held.contains(text),
        Value::Array(list) => list.iter().any(|inner| is_somewhere(text, inner)),
        Value::Object(object) => object.values().any(|inner| is_somewhere(text, inner)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Any text that the manifest's own expression describes, and texts of what means something to
/// TOML, YAML, a shell or an engine.
fn a_description() -> impl Strategy<Value = String> {
    let manifest = Template::embedded().manifest();
    let mut placeholders = manifest.placeholders();
    let description = placeholders.find(|placeholder| placeholder.name == "description");
    let Some(Rule::Pattern(pattern)) = description.map(|description| &description.rule) else {
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

/// Descriptions with one character that is not allowed, or with too many.
fn a_wrong_description() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{1,20}[\"\\\\{}<\\x01-\\x1f\\x7f-\\x9f\u{2028}\u{2029}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}][a-z ]{0,20}",
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
    fn what_a_kind_is_told_is_where_it_is_deployed(given in a_kind_with_answers()) {
        let (spec, tree) = project_of("hello", &given);
        says_what_was_said(&spec, &tree);
        for path in ["s.yaml", "s.container.yaml"] {
            let mut deployment: serde_json::Value = yaml(&tree, path);
            let triggers = deployment["resources"]["function"]["props"]["triggers"].take();
            let own = spec.answers.iter().filter(|(name, _)| given.contains_key(*name));
            for (name, answer) in own.filter(|(name, _)| *name != "kind") {
                prop_assert!(is_somewhere(answer, &triggers), "{}: {:?} {:#}", path, name, triggers);
            }
        }
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
    ("1st", "begins with `1`"),
    ("test", "Rust comes with"),
    ("proc-macro", "Rust comes with"),
    ("nul", "Windows"),
    ("com1", "Windows"),
    ("build", "cargo writes"),
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
