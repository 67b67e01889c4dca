//! What must hold for the template's files, so that two engines render them alike and nothing
//! breaks when it is packaged, checked out or copied.

mod files;
mod parts;
mod placeholders;
mod projects;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use cargo_fc3::scaffold::manifest::Manifest;
use cargo_fc3::scaffold::names::FunctionName;
use cargo_fc3::scaffold::render::{Spec, render};
use cargo_fc3::scaffold::template::{KINDS, SUFFIX, Template};
use cargo_fc3::scaffold::tree::Tree;

use crate::support::disk::{self, Node};

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
