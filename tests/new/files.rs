//! What the files of a project say, and that they agree with each other across kinds.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use crate::support::disk::{self, Node};
use crate::support::project::{CLI, kinds, succeed};
use cargo_fc3::scaffold::manifest::Choice;
use cargo_fc3::scaffold::template::Template;
use regex::Regex;
use serde_json::Value;

type Files = BTreeMap<String, String>;

/// The files of a project by path. Each kind is rendered once.
fn files(kind: &str) -> Files {
    static RENDERED: LazyLock<BTreeMap<String, Files>> = LazyLock::new(|| {
        let kinds = kinds().into_iter();
        kinds.map(|kind| (kind.clone(), render(&kind))).collect()
    });
    RENDERED[kind].clone()
}

fn render(kind: &str) -> Files {
    let parent = tempfile::tempdir().expect("a temporary directory");
    let project = parent.path().join("hello");
    let mut new = Command::new(CLI);
    new.args([
        "new", "hello", "--kind", kind, "--vcs", "none", "--yes", "--path",
    ])
    .arg(&project);
    succeed(&mut new).expect("a project");
    let nodes = disk::read(&project)
        .into_iter()
        .filter_map(|(path, node)| match node {
            // Only a sample event may be anything but text.
            Node::File { bytes, .. } => Some((path, String::from_utf8_lossy(&bytes).into_owned())),
            Node::Directory | Node::Link => None,
        });
    nodes.collect()
}

fn toml(files: &Files, path: &str) -> toml::Table {
    files[path].parse().expect(path)
}

#[test]
fn the_server_is_the_same_in_every_kind() {
    let server = |kind: &str| -> Files {
        let files = files(kind).into_iter();
        files.filter(|(path, _)| path.starts_with("fc3/")).collect()
    };
    let base = server("event");
    assert!(base.len() > 10, "{:?}", base.keys());
    for kind in kinds() {
        assert_eq!(server(&kind), base, "{kind}");
    }
}

#[test]
fn kinds_differ_in_their_dependencies_only() {
    let lean = |kind: &str| {
        let mut manifest = toml(&files(kind), "Cargo.toml");
        manifest.remove("dev-dependencies");
        let own = manifest.remove("dependencies").expect("dependencies");
        let mut own = own.as_table().expect("a table").clone();
        let runtime = own.remove("fc3").expect("the runtime");
        assert_eq!(runtime["path"].as_str(), Some("fc3"), "{kind}");
        (manifest, own)
    };
    let (base, needed) = lean("event");
    for kind in kinds() {
        let (manifest, dependencies) = lean(&kind);
        assert_eq!(manifest, base, "{kind}");
        for (name, version) in &needed {
            assert_eq!(dependencies.get(name), Some(version), "{kind}: {name}");
        }
    }
}

#[test]
fn all_kinds_lock_the_same_versions() {
    let locked = |kind: &str| -> BTreeMap<String, String> {
        let lock = toml(&files(kind), "Cargo.lock");
        let packages = lock["package"].as_array().expect("packages").iter();
        let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
        packages
            .map(|package| (text(package, "name"), text(package, "version")))
            .collect()
    };
    let base = locked("event");
    for kind in kinds() {
        let locked = locked(&kind);
        for (name, version) in &base {
            assert_eq!(locked.get(name), Some(version), "{kind}: {name}");
        }
    }
}

#[test]
fn both_languages_have_the_same_commands() {
    for kind in kinds() {
        let files = files(&kind);
        let commands = |path: &str| -> Vec<String> {
            let blocks = files[path].split("```").skip(1).step_by(2);
            blocks.map(str::to_owned).collect()
        };
        for name in ["README", "DEPLOY"] {
            let english = commands(&format!("{name}.md"));
            assert!(!english.is_empty());
            assert_eq!(english, commands(&format!("{name}.zh-CN.md")), "{kind}");
        }
    }
}

/// A newcomer reads all of it.
#[test]
fn a_read_me_is_short() {
    for (path, most) in [
        ("README.md", 70),
        ("README.zh-CN.md", 70),
        ("AGENTS.md", 40),
    ] {
        let lines = files("event")[path].lines().count();
        assert!(lines <= most, "{path} has {lines} lines");
    }
}

fn is_markdown(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "md")
}

/// By their paths, and by the headlines inside of them.
#[test]
fn links_between_the_pages_lead_somewhere() {
    let link = Regex::new(r"\]\(([^):]+)\)").expect("a pattern");
    for kind in kinds() {
        let files = files(&kind);
        let pages = files
            .iter()
            .filter(|(path, _)| !path.contains('/') && is_markdown(path));
        for (page, text) in pages {
            for target in link.captures_iter(text).map(|found| found[1].to_owned()) {
                let (path, headline) = target.split_once('#').unwrap_or((&target, ""));
                assert!(files.contains_key(path), "{kind}: {page} leads to {target}");
                let mut headlines = files[path]
                    .lines()
                    .filter_map(|line| line.strip_prefix("## "));
                let anchor = |title: &str| title.to_lowercase().replace(' ', "-");
                let found = headline.is_empty() || headlines.any(|title| anchor(title) == headline);
                assert!(found, "{kind}: {page} leads to {target}");
            }
        }
    }
}

#[test]
fn the_answers_are_kept() {
    for kind in kinds() {
        let answers = toml(&files(&kind), "fc3.toml");
        assert_eq!(answers["kind"].as_str(), Some(kind.as_str()));
        assert_eq!(answers["name"].as_str(), Some("hello"));
        assert_eq!(answers["region"].as_str(), Some("cn-hangzhou"));
        assert_eq!(
            answers["template"].as_str(),
            Some(env!("CARGO_PKG_VERSION"))
        );
    }
}

#[test]
fn each_kind_explains_its_own_trigger() {
    let mut told = BTreeMap::new();
    for kind in kinds() {
        let trigger = files(&kind).remove("TRIGGER.md").expect("TRIGGER.md");
        assert!(trigger.starts_with("# "), "{kind} has no headline");
        if let Some(other) = told.insert(trigger, kind.clone()) {
            panic!("{kind} says what {other} says");
        }
    }
}

/// A sample that no test reads may be out of date.
#[test]
fn the_handlers_tests_read_every_sample_event() {
    for kind in kinds() {
        let files = files(&kind);
        let handler = &files["src/handler.rs"];
        let (_, tests) = handler.split_once("#[cfg(test)]").expect("tests");
        let all = tests.contains("samples()?");
        let mut samples = files.keys().filter(|path| path.starts_with("events/"));
        // The README of each kind sends it.
        assert!(files.contains_key("events/invoke.json"), "{kind}");
        let unread = samples.find(|path| {
            let name = path.trim_start_matches("events/");
            !all && !tests.contains(&format!("sample({name:?})"))
        });
        assert_eq!(unread, None, "{kind}");
    }
}

/// In the order and, where it is English, in the words of `cargo fc3 kinds`.
#[test]
fn our_own_read_mes_name_every_kind() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows = |path: &str| -> Vec<(String, String)> {
        let text = std::fs::read_to_string(root.join(path)).expect(path);
        let rows = text.lines().filter_map(|line| {
            let (kind, about) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some((kind.to_owned(), about.strip_suffix(" |")?.to_owned()))
        });
        rows.collect()
    };
    let kinds = Template::embedded().manifest().kinds();
    let words = |kind: &Choice| (kind.value.clone(), kind.about().to_owned());
    assert_eq!(
        rows("README.md"),
        kinds.iter().map(words).collect::<Vec<_>>()
    );
    let chinese = rows("README.zh-CN.md");
    let named: Vec<_> = chinese.iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        named,
        kinds.iter().map(|kind| &kind.value).collect::<Vec<_>>()
    );
    for (kind, about) in &chinese {
        assert!(!about.is_ascii(), "{kind} is not told in Chinese");
    }
}

/// What was reviewed of a kind that is no more would lie there unseen.
#[test]
fn no_snapshot_is_of_no_kind() {
    let mut known = kinds();
    known.sort();
    for folder in ["replies", "tree", "triggers"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
        let reviewed = disk::names(&path.join(folder)).into_iter();
        let reviewed = reviewed.map(|name| name.split('.').next().map(str::to_owned));
        let reviewed: Option<Vec<_>> = reviewed.collect();
        assert_eq!(reviewed.as_ref(), Some(&known), "{folder}");
    }
}

/// A newcomer may render it anywhere: below this repository, or inside a workspace.
#[test]
fn a_project_stands_alone_inside_a_workspace() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let workspace = "[workspace]\nmembers = [\"other\"]\n";
    std::fs::write(folder.path().join("Cargo.toml"), workspace).expect("a workspace");
    for kind in kinds() {
        let project = folder.path().join(&kind);
        let mut new = Command::new(CLI);
        new.args(["new", "hello", "--kind", &kind, "--yes", "--path"])
            .arg(&project);
        succeed(&mut new).expect("a project");
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["metadata", "--locked", "--format-version=1"])
            .current_dir(&project);
        let metadata = succeed(&mut cargo).expect("cargo takes it").stdout;
        let metadata: Value = serde_json::from_slice(&metadata).expect("JSON");
        let root = metadata["workspace_root"].as_str().map(Path::new);
        let here = project.canonicalize().expect("a path");
        assert_eq!(root, Some(here.as_path()), "{kind}");
    }
}

/// As the projects' DEPLOY.md says: the functions of one workspace share one runtime, since a workspace
/// cannot have two packages of one name.
#[test]
fn two_functions_in_a_workspace_share_a_runtime() {
    let workspace = tempfile::tempdir().expect("a temporary directory");
    let root = workspace.path();
    let mut members = Vec::new();
    for kind in ["oss", "timer"] {
        let name = format!("{kind}-fn");
        let mut new = Command::new(CLI);
        new.args([
            "new", &name, "--kind", kind, "--vcs", "none", "--yes", "--path",
        ])
        .arg(root.join(&name));
        succeed(&mut new).expect("a project");
        let path = root.join(&name).join("Cargo.toml");
        let mut manifest: toml::Table = std::fs::read_to_string(&path)
            .expect("a manifest")
            .parse()
            .expect("TOML");
        manifest.remove("workspace").expect("it stands alone");
        manifest.remove("profile").expect("a profile");
        std::fs::write(&path, manifest.to_string()).expect("a manifest");
        members.push(name);
    }
    let text = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    std::fs::write(root.join("Cargo.toml"), text).expect("a workspace");
    let metadata = || {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["metadata", "--format-version=1"]);
        succeed(cargo.current_dir(root))
    };
    let error = metadata().expect_err("each has a runtime").to_string();
    assert!(error.contains("two packages named `fc3`"), "{error}");

    std::fs::rename(root.join("oss-fn/fc3"), root.join("fc3")).expect("moved");
    std::fs::remove_dir_all(root.join("timer-fn/fc3")).expect("removed");
    for name in &members {
        let path = root.join(name).join("Cargo.toml");
        let manifest = std::fs::read_to_string(&path).expect("a manifest");
        let manifest = manifest.replace("path = \"fc3\"", "path = \"../fc3\"");
        std::fs::write(&path, manifest).expect("a manifest");
    }
    let metadata: Value =
        serde_json::from_slice(&metadata().expect("one runtime").stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let runtimes = packages.iter().filter(|package| package["name"] == "fc3");
    assert_eq!(runtimes.count(), 1);
}
