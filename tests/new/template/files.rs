//! What lies in `template/`: on disk, in git, and embedded.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

use cargo_fc3::scaffold::template::{KINDS, MANIFEST, PARTS, SUFFIX, Template};

use super::{finished, kinds, manifest, on_disk, root, tracked};
use crate::support::disk::Node;

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
