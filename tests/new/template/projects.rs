//! What a user receives.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use cargo_fc3::scaffold::template::{KINDS, MANIFEST, PARTS, SUFFIX};
use cargo_fc3::scaffold::tree::Tree;
use snapbox::{Assert, Data};

use super::{kinds, project, root};
use crate::support::disk;

#[test]
fn no_project_keeps_a_trace_of_the_template() {
    for kind in kinds() {
        for (path, _) in project(&kind).iter() {
            let trace = path == MANIFEST
                || path.starts_with(KINDS)
                || path.starts_with(PARTS)
                || path.contains(SUFFIX)
                || Path::new(path).extension().is_some_and(|end| end == "rhai");
            assert!(!trace, "{kind} has {path}");
        }
    }
}

#[test]
fn projects_name_the_version_of_this_program() {
    for kind in kinds() {
        let project = project(&kind);
        let answers = project.get("fc3.toml").expect("the answers are kept");
        let answers: toml::Table =
            toml::from_str(std::str::from_utf8(&answers.bytes).expect("text")).expect("TOML");
        assert_eq!(
            answers["template"].as_str(),
            Some(env!("CARGO_PKG_VERSION"))
        );
        assert_eq!(answers["kind"].as_str(), Some(&*kind));
    }
}

/// What a user receives: the paths, and of the short files that hold the answers, what sets a kind
/// apart from the first.
#[test]
fn every_kind_renders_what_was_reviewed() {
    let folder = root().join("tests/snapshots/tree");
    let first = project(&kinds()[0]);
    for kind in kinds() {
        let project = project(&kind);
        let mut text = String::new();
        for (path, entry) in project.iter() {
            let mark = if entry.executable() { " *" } else { "" };
            writeln!(text, "{path}{mark}").expect("memory");
        }
        for path in ["Cargo.toml", "fc3.toml", "s.yaml"] {
            let held = |project: &Tree| {
                let entry = project.get(path).expect("every kind has it");
                String::from_utf8_lossy(&entry.bytes).into_owned()
            };
            let common = if project == first {
                String::new()
            } else {
                held(&first)
            };
            let common: BTreeSet<_> = common.lines().collect();
            write!(text, "\n=== {path}\n").expect("memory");
            for line in held(&project).lines().filter(|line| !common.contains(line)) {
                writeln!(text, "{line}").expect("memory");
            }
        }
        let expected: PathBuf = folder.join(format!("{kind}.txt"));
        Assert::new()
            .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
            .eq(text, Data::read_from(&expected, None).raw());
    }
    let kept = disk::names(&folder)
        .into_iter()
        .map(|name| name.replace(".txt", ""));
    let known = kinds();
    for kind in kept {
        assert!(known.contains(&kind), "{kind}.txt is of no kind");
    }
}

/// The repository tests the runtime where it lies. Only what cannot be the same there may differ.
#[test]
fn the_runtime_is_tested_with_the_manifest_that_projects_get() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| -> toml::Table {
        let text = std::fs::read_to_string(root.join(path)).expect(path);
        text.parse().expect(path)
    };
    let mut rendered = read("template/fc3/Cargo.toml.liquid");
    let mut tested = read("tests/runtime/Cargo.toml");
    tested.remove("lib").expect("the path of the sources");
    let own = tested.remove("dev-dependencies").expect("what tests need");
    let needed = rendered.remove("dev-dependencies");
    for (name, version) in needed
        .as_ref()
        .and_then(|table| table.as_table())
        .expect("a table")
    {
        assert_eq!(own.get(name), Some(version), "{name}");
    }
    let package = |manifest: &mut toml::Table, key: &str| {
        let package = manifest["package"].as_table_mut().expect("a table");
        package.remove(key).expect(key)
    };
    package(&mut rendered, "readme");
    package(&mut tested, "publish");
    assert_eq!(rendered, tested);
}
