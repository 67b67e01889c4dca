//! The shape of the file around its functions.

use super::Mistake;
use super::check::Check;
use super::document::{Key, Node, Value};
use super::words::{nearest, shown, unknown_key};
use super::{rules, schema};

/// The component that deploys functions.
const COMPONENT: &str = "fc3";
/// The version of the file format, which version 3 of Serverless Devs reads.
const EDITION: &str = "3.0.0";

/// The keys that Serverless Devs knows at the top of a file.
const OF_FILE: [&str; 10] = [
    "access",
    "actions",
    "edition",
    "env",
    "extend",
    "flow",
    "name",
    "resources",
    "template",
    "vars",
];

/// The keys that it knows in a resource.
const OF_RESOURCE: [&str; 5] = ["access", "actions", "component", "extend", "props"];

/// The keys that it knows in an action.
const OF_ACTION: [&str; 5] = ["args", "component", "path", "plugin", "run"];

/// All mistakes in a file.
pub(super) fn mistakes(document: &Node) -> Vec<Mistake> {
    let mut mistakes = misspelled(document, &OF_FILE);
    // The rest of the file is another one, so this one alone may lack anything.
    let is_partial = document.get("extend").is_some();
    if !is_partial {
        mistakes.extend(edition(document));
    }
    match document.get("resources") {
        Some(Node {
            value: Value::Map(resources),
            ..
        }) => {
            for (key, resource) in resources {
                mistakes.extend(function(key, resource, is_partial));
            }
        }
        Some(node) if !matches!(node.value, Value::Unknown) => {
            let message = format!(
                "`resources` is {}; expected a map of functions",
                shown(&node.value)
            );
            mistakes.push(Mistake::new(node.place, "resources", message));
        }
        None if !is_partial => {
            let message = "`resources` is missing: the file describes no function";
            mistakes.push(Mistake::new(document.place, "resources", message));
        }
        _ => {}
    }
    mistakes
}

fn edition(document: &Node) -> Option<Mistake> {
    let Some(node) = document.get("edition") else {
        let message = format!("`edition: {EDITION}` is missing");
        return Some(Mistake::new(document.place, "edition", message));
    };
    if matches!(node.value, Value::Unknown) || node.text() == Some(EDITION) {
        return None;
    }
    let message = format!("`edition` is {}; expected `{EDITION}`", shown(&node.value));
    Some(Mistake::new(node.place, "edition", message))
}

/// The keys of a map that were probably meant to be others. Any more keys are allowed, for example for
/// anchors.
fn misspelled(node: &Node, known: &[&str]) -> Vec<Mistake> {
    let keys = node.entries().map(|(key, _)| key);
    let unknown = keys.filter(|key| !known.contains(&&*key.name));
    let misspelled = unknown.filter(|key| nearest(&key.name, known).is_some());
    let mistake = |key: &Key| {
        let message = unknown_key(&key.name, known.iter().copied());
        Mistake::new(key.place, &key.name, message)
    };
    misspelled.map(mistake).collect()
}

/// The misspelled keys of a resource and of its actions.
fn misspelled_in(resource: &Node) -> Vec<Mistake> {
    let mut mistakes = misspelled(resource, &OF_RESOURCE);
    let actions = resource.get("actions").into_iter().flat_map(Node::entries);
    for action in actions.flat_map(|(_, actions)| actions.items()) {
        mistakes.extend(misspelled(action, &OF_ACTION));
    }
    mistakes
}

/// A component that Serverless Devs would load from a folder beside the file.
pub(super) fn local_components(document: &Node, is_folder: impl Fn(&str) -> bool) -> Vec<Mistake> {
    let resources = document.get("resources").into_iter();
    let components = resources
        .flat_map(Node::entries)
        .filter_map(|(_, resource)| resource.get("component"));
    let local = components.filter(|node| node.text() == Some(COMPONENT) && is_folder(COMPONENT));
    let mistake = |node: &Node| {
        let message = format!(
            "`component` is `{COMPONENT}`, so that Serverless Devs would load the folder \
             `{COMPONENT}` beside this file; expected `{COMPONENT}@`"
        );
        Mistake::new(node.place, "component", message)
    };
    local.map(mistake).collect()
}

/// Whether a resource is a function, if it names its component.
pub(super) fn is_function(resource: &Node) -> Option<bool> {
    let component = resource.get("component")?.text();
    let name = component.and_then(|component| component.split('@').next());
    Some(name == Some(COMPONENT))
}

/// The mistakes of one resource. Only functions are known here.
fn function(key: &Key, resource: &Node, is_partial: bool) -> Vec<Mistake> {
    match is_function(resource) {
        Some(true) => {}
        Some(false) => return Vec::new(),
        // The file that this one extends names it.
        None if is_partial => {}
        None => {
            let message = format!("`component: {COMPONENT}@` is missing in `{}`", key.name);
            let missing = Mistake::new(key.place, "component", message);
            return [vec![missing], misspelled_in(resource)].concat();
        }
    }
    let is_partial = is_partial || resource.get("extend").is_some();
    let mut entries = resource.entries();
    let Some((props_key, props)) = entries.find(|(key, _)| key.name == "props") else {
        let message = format!("`props` is missing in `{}`", key.name);
        let missing = (!is_partial).then(|| Mistake::new(key.place, "props", message));
        return missing.into_iter().chain(misspelled_in(resource)).collect();
    };
    let mut mistakes = misspelled_in(resource);
    mistakes.extend(Check::of(&schema::FUNCTION, props_key, props, is_partial));
    mistakes.extend(rules::mistakes(props));
    without_consequences(mistakes)
}

/// Leaves out what would not be a mistake if another value, which is one itself, were right.
fn without_consequences(mistakes: Vec<Mistake>) -> Vec<Mistake> {
    let wrong: Vec<_> = mistakes
        .iter()
        .map(|mistake| mistake.about.clone())
        .collect();
    let is_consequence = |mistake: &Mistake| {
        let because = mistake.because.as_ref();
        because.is_some_and(|because| wrong.contains(because))
    };
    let causes = mistakes.into_iter();
    causes.filter(|mistake| !is_consequence(mistake)).collect()
}
