//! A repository for a project, where one is wanted.

use snapbox::file;

use crate::support::disk;
use crate::support::scratch::Scratch;

#[test]
fn git_is_the_default_where_no_repository_is() {
    let scratch = Scratch::new();
    scratch.fc3(&["new", "one"]).success();
    assert!(
        scratch.path().join("one/.git/HEAD").is_file(),
        "no repository was made"
    );
    scratch.fc3(&["new", "two", "--path", "one/two"]).success();
    assert!(
        !scratch.path().join("one/two/.git").exists(),
        "a repository in a repository"
    );
    scratch
        .fc3(&["new", "three", "--path", "one/three", "--vcs", "git"])
        .success();
    assert!(
        scratch.path().join("one/three/.git/HEAD").is_file(),
        "what was asked for is missing"
    );
    scratch.fc3(&["new", "four", "--vcs", "none"]).success();
    assert!(
        !scratch.path().join("four/.git").exists(),
        "what was refused was made"
    );
}

/// As in a hook, where git's own variables lead to the repository around it.
#[test]
fn a_repository_of_somebody_else_is_not_touched() {
    let scratch = Scratch::new();
    let other = scratch.path().join("other");
    scratch
        .command(&["new", "hello"])
        .env("GIT_DIR", &other)
        .assert()
        .success();
    assert!(
        scratch.path().join("hello/.git/HEAD").is_file(),
        "no repository was made"
    );
    assert!(!other.exists(), "`GIT_DIR` was followed");
}

#[test]
fn without_git_there_is_none_unless_it_was_asked_for() {
    let scratch = Scratch::new();
    let without = |args| scratch.command(args).env("PATH", "").assert();
    without(&["new", "asked", "--vcs", "git"])
        .code(3)
        .stderr_eq(file!["../snapshots/no-git.txt"]);
    assert!(disk::names(scratch.path()).is_empty(), "something was left");
    without(&["new", "default"]).success();
    assert!(
        !scratch.path().join("default/.git").exists(),
        "git was found somewhere"
    );
}
