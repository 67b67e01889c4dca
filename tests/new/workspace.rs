//! A project in the workspace of somebody else, which must go on working.

use std::fs;
use std::process::Command;

use crate::support::scratch::Scratch;

const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";

/// A workspace with a library, and this setting more.
fn workspace(setting: &str) -> Scratch {
    let scratch = Scratch::new();
    let root = scratch.path();
    fs::create_dir_all(root.join("crates/lib/src")).expect("a folder");
    fs::write(root.join("Cargo.toml"), format!("{WORKSPACE}{setting}")).expect("a manifest");
    let library = "[package]\nname = \"lib\"\nedition = \"2024\"\n";
    fs::write(root.join("crates/lib/Cargo.toml"), library).expect("a manifest");
    fs::write(root.join("crates/lib/src/lib.rs"), "").expect("a library");
    scratch
}

/// What cargo says of the workspace, if it rejects it.
fn rejected(scratch: &Scratch) -> Option<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--format-version=1", "--offline"]);
    let output = cargo.current_dir(scratch.path()).output();
    let output = output.expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then_some(said)
}

/// Creates a project, and returns what was said.
fn new(scratch: &Scratch, path: &str) -> String {
    let args = ["new", "hello", "--vcs", "none", "--path", path];
    let created = scratch.fc3(&args).success();
    String::from_utf8(created.get_output().stderr.clone()).expect("text")
}

#[test]
fn a_workspace_that_takes_it_as_a_member_is_told_how_to_go_on() {
    for (setting, exclude) in [
        ("", "exclude = [\"crates/hello\"]"),
        (
            "exclude = [\"old\"]\n",
            "exclude = [\"old\", \"crates/hello\"]",
        ),
    ] {
        let scratch = workspace(setting);
        assert_eq!(rejected(&scratch), None);
        let said = new(&scratch, "crates/hello");
        let hint = "hint: cargo rejects the workspace in `";
        assert!(
            said.contains(hint) && said.contains(&format!("`{exclude}`")),
            "{said}"
        );
        let problem = rejected(&scratch).expect("it is broken");
        assert!(
            problem.contains("multiple workspace roots found"),
            "{problem}"
        );

        let manifest = format!("{WORKSPACE}{exclude}\n");
        fs::write(scratch.path().join("Cargo.toml"), manifest).expect("a manifest");
        assert_eq!(rejected(&scratch), None, "what was said does not help");
    }
}

#[test]
fn a_workspace_that_does_not_is_not_mentioned() {
    let scratch = workspace("exclude = [\"crates/hello\"]\n");
    for path in ["crates/hello", "hello", "crates/lib/hello"] {
        let said = new(&scratch, path);
        assert!(!said.contains("workspace"), "{path}: {said}");
        assert_eq!(rejected(&scratch), None, "{path}");
    }
}
