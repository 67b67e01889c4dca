//! What must hold for the template's files, so that two engines render them alike and nothing
//! breaks when it is packaged, checked out or copied.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::disk::{self, Node};
use cargo_fc3::scaffold::manifest::Manifest;
use cargo_fc3::scaffold::names::FunctionName;
use cargo_fc3::scaffold::render::{Spec, render};
use cargo_fc3::scaffold::template::{KINDS, MANIFEST, PARTS, SUFFIX, Template};
use cargo_fc3::scaffold::tree::Tree;
use regex::Regex;
use snapbox::{Assert, Data};
use xtask::template::Change;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn on_disk() -> BTreeMap<String, Node> {
    disk::read(&root().join("template"))
}

fn manifest() -> &'static Manifest {
    Template::embedded().manifest()
}

fn kinds() -> Vec<String> {
    manifest()
        .kinds()
        .iter()
        .map(|kind| kind.value.clone())
        .collect()
}

/// The project `hello` of a kind, with the defaults for all else.
fn project(kind: &str) -> Tree {
    let template = Template::embedded();
    let name = FunctionName::parse("hello", template.dependencies()).expect("a name");
    let given = BTreeMap::from([("kind".to_owned(), kind.to_owned())]);
    let answers = manifest().answer(&given).expect("the defaults");
    render(template, &Spec { name, answers }).expect("a project")
}

/// A template's path as a finished project has it, with the kind that brings it.
fn finished(path: &str) -> (Option<&str>, &str) {
    let path = path.strip_suffix(SUFFIX).unwrap_or(path);
    match path
        .strip_prefix(KINDS)
        .and_then(|inside| inside.split_once('/'))
    {
        Some((kind, inside)) => (Some(kind), inside),
        None => (None, path),
    }
}

/// The files that git has, or would take with `git add`.
fn tracked(root: &Path) -> Vec<String> {
    let git = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .expect("git runs");
    assert!(
        git.status.success(),
        "{}",
        String::from_utf8_lossy(&git.stderr)
    );
    let files = String::from_utf8(git.stdout).expect("UTF-8");
    files.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn what_is_embedded_is_what_is_on_disk() {
    let files = on_disk().into_iter().filter_map(|(path, node)| match node {
        Node::File { bytes, .. } => Some((path, bytes)),
        Node::Directory | Node::Link => None,
    });
    let files: BTreeMap<_, _> = files.collect();
    let embedded = Template::embedded().files();
    assert_eq!(
        embedded.keys().collect::<Vec<_>>(),
        files.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in files {
        assert!(
            embedded[&path] == bytes,
            "{path} is embedded with other bytes"
        );
    }
}

/// With two, `cargo generate` asks which one is meant, or takes the first.
#[test]
fn there_is_one_manifest_in_the_whole_repository() {
    let all = tracked(root());
    let manifests = all
        .iter()
        .filter(|path| path.rsplit('/').next() == Some(MANIFEST));
    assert_eq!(
        manifests.collect::<Vec<_>>(),
        [&format!("template/{MANIFEST}")]
    );
}

#[test]
fn git_has_every_file_of_the_template() {
    let all: BTreeSet<_> = tracked(root()).into_iter().collect();
    for path in Template::embedded().files().keys() {
        assert!(
            all.contains(&format!("template/{path}")),
            "git ignores template/{path}"
        );
    }
}

#[test]
fn the_whole_files_are_what_their_parts_make() {
    let changes = xtask::template::changes(&root().join("template")).expect("parts");
    let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
    assert!(
        changes.is_empty(),
        "run `cargo xtask template`: {changes:#?}"
    );
}

/// A template with these files, and what has to be done until its whole files are current.
fn changes(files: &[(&str, &str)]) -> Result<Vec<(String, Option<String>)>, String> {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let changes = xtask::template::changes(folder.path()).map_err(|error| error.to_string())?;
    let change = |change| match change {
        Change::Write { path, text } => (path, Some(text)),
        Change::Remove { path } => (path, None),
    };
    Ok(changes.into_iter().map(change).collect())
}

#[test]
fn a_fragment_takes_the_place_of_its_slot() {
    let base = ("parts/s.yaml.liquid", "a:\n  #: trigger\nz: 1\n");
    let own = "t:\n  #: retries\n\n  u: 2\n";
    let own = ("kinds/kafka/parts/trigger.yaml", own);
    let shared = ("parts/shared/retries.yaml", "r: 3\n");
    let copy = ("kinds/event/s.yaml.liquid", "a:\nz: 1\n");
    assert_eq!(
        changes(&[base, own, shared, copy]),
        Ok(vec![
            ("s.yaml.liquid".to_owned(), Some("a:\nz: 1\n".to_owned())),
            ("kinds/event/s.yaml.liquid".to_owned(), None),
            (
                "kinds/kafka/s.yaml.liquid".to_owned(),
                Some("a:\n  t:\n    r: 3\n\n    u: 2\nz: 1\n".to_owned())
            ),
        ])
    );
}

/// Each would otherwise be lost without a word.
#[test]
fn a_part_with_a_wrong_name_is_refused() {
    let base = ("parts/s.yaml.liquid", "#: trigger\n");
    let misspelt = ("kinds/oss/parts/triger.yaml", "t: 1\n");
    let unused = "template/kinds/oss/parts/triger.yaml fills no slot".to_owned();
    assert_eq!(changes(&[base, misspelt]), Err(unused));
    let unfilled = "no kind has parts/trigger.yaml, for which there is a slot".to_owned();
    assert_eq!(changes(&[base]), Err(unfilled));
    let endless = ("kinds/oss/parts/trigger.yaml", "#: trigger\n");
    let itself = "template/kinds/oss/parts/trigger.yaml contains itself".to_owned();
    assert_eq!(changes(&[base, endless]), Err(itself));
}

/// Liquid and Handlebars read no more than this alike.
#[test]
fn rendered_files_hold_known_placeholders_and_nothing_else_that_an_engine_reads() {
    let placeholder = Regex::new(r"^\{\{ ?([a-z_-]+) ?\}\}").expect("a pattern");
    for (path, bytes) in Template::embedded().files() {
        let (kind, finished) = finished(path);
        if !manifest().renders(finished) {
            continue;
        }
        let text = std::str::from_utf8(bytes).expect("text");
        for forbidden in ["\\{{", "{{{", "{%"] {
            assert!(!text.contains(forbidden), "{path} holds {forbidden}");
        }
        let known = manifest().placeholders().filter(|placeholder| match kind {
            Some(kind) => placeholder.is_asked_for(kind),
            None => placeholder.only_for.is_none(),
        });
        let known: Vec<_> = known.map(|placeholder| placeholder.name.as_str()).collect();
        for (at, _) in text.match_indices("{{") {
            let rest: String = text[at..].chars().take(40).collect();
            let name = placeholder.captures(&rest).map(|found| found[1].to_owned());
            let name = name.unwrap_or_else(|| panic!("{path} holds {rest:?}"));
            let fixed = name == "project-name" || name == "crate_name";
            assert!(
                fixed || known.contains(&&*name),
                "{path} holds the unknown `{name}`"
            );
        }
    }
}

/// A placeholder in a file that is copied would reach the user as it is.
#[test]
fn copied_files_hold_no_placeholder() {
    let names = manifest()
        .placeholders()
        .map(|placeholder| placeholder.name.as_str());
    let names: Vec<_> = names.chain(["project-name", "crate_name"]).collect();
    let placeholder = Regex::new(&format!(r"\{{\{{ ?({}) ?\}}\}}", names.join("|")));
    let placeholder = placeholder.expect("a pattern");
    for (path, bytes) in Template::embedded().files() {
        let finished = finished(path).1;
        if !manifest().renders(finished) && !finished.starts_with(PARTS) {
            let text = String::from_utf8_lossy(bytes);
            assert!(!placeholder.is_match(&text), "{path} holds a placeholder");
        }
    }
}

#[test]
fn every_rendered_file_is_in_every_kind() {
    for kind in kinds() {
        let project = project(&kind);
        for path in manifest().include() {
            assert!(project.get(path).is_some(), "{kind} has no {path}");
        }
    }
}

#[test]
fn the_files_are_such_as_both_doors_copy() {
    let nodes = on_disk();
    for (path, node) in &nodes {
        assert!(
            !path.contains(['{', '}', '\\']),
            "{path} has a name that is rendered"
        );
        match node {
            Node::Link => panic!("{path} is a link, which one door leaves out"),
            Node::Directory => {
                let inside = format!("{path}/");
                let holds = nodes.keys().any(|other| other.starts_with(&inside));
                assert!(holds, "{path} is empty, which git does not keep");
            }
            Node::File { .. } => {
                let twin = format!("{path}{SUFFIX}");
                assert!(
                    !nodes.contains_key(&twin),
                    "{path} and {twin} become one file"
                );
                let liquid = Path::new(path)
                    .extension()
                    .is_some_and(|end| end == "liquid");
                let finished = finished(path).1;
                if liquid && !manifest().renders(finished) && !finished.starts_with(PARTS) {
                    let plain = path.strip_suffix(SUFFIX).expect("it ends so");
                    let name = plain.rsplit('/').next();
                    assert_eq!(
                        name,
                        Some(".gitignore"),
                        "{path} ends in {SUFFIX} for no reason"
                    );
                }
            }
        }
    }
}

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

/// What is embedded has no modes, so a script is told by its first line, and must have the mode.
#[cfg(unix)]
#[test]
fn scripts_are_executable_and_nothing_else_is() {
    let modes = Command::new("git")
        .args(["ls-files", "-z", "--stage", "template"])
        .current_dir(root())
        .output()
        .expect("git runs");
    let modes = String::from_utf8(modes.stdout).expect("UTF-8");
    let in_git: BTreeSet<_> = modes
        .split_terminator('\0')
        .filter_map(|line| line.strip_prefix("100755 ")?.split_once('\t'))
        .map(|(_, path)| path.to_owned())
        .collect();
    let listed = modes
        .split_terminator('\0')
        .filter_map(|line| line.split_once('\t'));
    let listed: BTreeSet<_> = listed.map(|(_, path)| path).collect();
    for (path, node) in on_disk() {
        let Node::File { bytes, executable } = node else {
            continue;
        };
        let script = bytes.starts_with(b"#!/");
        assert_eq!(
            executable, script,
            "the mode of {path} does not agree with its first line"
        );
        let path = format!("template/{path}");
        if listed.contains(&*path) {
            assert_eq!(
                in_git.contains(&path),
                script,
                "git's mode of {path} does not agree"
            );
        }
    }
}

#[test]
fn every_kind_is_a_choice_and_a_folder() {
    let nodes = on_disk();
    let folders = nodes.iter().filter(|(_, node)| **node == Node::Directory);
    let folders = folders.filter_map(|(path, _)| path.strip_prefix(KINDS));
    let folders: BTreeSet<_> = folders.filter(|path| !path.contains('/')).collect();
    let choices = kinds();
    assert_eq!(folders, choices.iter().map(String::as_str).collect());
    assert!(
        manifest()
            .kinds()
            .iter()
            .all(|kind| !kind.about().is_empty()),
        "a kind has no label"
    );
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

/// A terminal has 80 columns, of which the frame of a question takes three.
#[test]
fn a_question_fits_into_a_line() {
    for placeholder in manifest().placeholders() {
        let prompt = &placeholder.prompt;
        assert!(prompt.chars().count() <= 77, "too long to ask: {prompt}");
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
