//! A project, and whether its files say what it was made from.

use std::collections::BTreeMap;

use cargo_fc3::scaffold::names::FunctionName;
use cargo_fc3::scaffold::render::{Spec, render};
use cargo_fc3::scaffold::template::Template;
use cargo_fc3::scaffold::tree::Tree;
use serde::Deserialize;

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

pub(crate) fn yaml<T: for<'de> Deserialize<'de>>(tree: &Tree, path: &str) -> T {
    serde_saphyr::from_str(text(tree, path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Sees to it that every file that holds a value parses, and holds the very value.
pub(crate) fn says_what_was_said(spec: &Spec, tree: &Tree) {
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
        .filter(|package| package.source.is_none() && package.name != "fc3");
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
pub(crate) fn project(name: &str, description: &str, kind: &str) -> (Spec, Tree) {
    let given = [("kind", kind), ("description", description)];
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
    project_of(name, &BTreeMap::from(given))
}

/// The project of a name and answers that are accepted.
pub(crate) fn project_of(name: &str, given: &BTreeMap<String, String>) -> (Spec, Tree) {
    let template = Template::embedded();
    let name = FunctionName::parse(name, template.dependencies()).expect("the name is accepted");
    let answers = template.manifest().answer(given);
    let answers = answers.expect("the answers are accepted");
    let spec = Spec { name, answers };
    let tree = render(template, &spec).expect("what is accepted renders");
    (spec, tree)
}
