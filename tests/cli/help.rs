//! The help, and the list of kinds.

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use snapbox::{Data, file};

use crate::support::scratch::{CLI, Scratch};

#[test]
fn the_arguments_are_consistent() {
    cargo_fc3::cli::Cli::command().debug_assert();
}

/// The verbs, with the empty one for the program itself.
fn verbs() -> Vec<String> {
    let cli = cargo_fc3::cli::Cli::command();
    let verbs = cli.get_subcommands().map(|verb| verb.get_name().to_owned());
    std::iter::once(String::new()).chain(verbs).collect()
}

#[test]
fn every_verb_has_its_help() {
    let scratch = Scratch::new();
    for verb in verbs() {
        for (flag, suffix) in [("-h", "-short"), ("--help", "")] {
            let args: Vec<_> = verb.split_whitespace().chain([flag]).collect();
            let name = if verb.is_empty() { "fc3" } else { &verb };
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/help");
            let expected = Data::read_from(&folder.join(format!("{name}{suffix}.txt")), None);
            scratch
                .fc3(&args)
                .success()
                .stderr_eq("")
                .stdout_eq(expected);
        }
    }
    scratch
        .fc3(&["--version"])
        .success()
        .stdout_eq("cargo-fc3 [VERSION]\n");
}

#[test]
fn no_help_is_wider_than_a_terminal() {
    let scratch = Scratch::new();
    for verb in verbs() {
        for help in ["-h", "--help"] {
            let args: Vec<_> = verb.split_whitespace().chain([help]).collect();
            let output = scratch.fc3(&args).success().get_output().stdout.clone();
            let text = String::from_utf8(output).expect("text");
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(
                widest <= Some(80),
                "{verb} {help} has a line of {widest:?} columns"
            );
        }
    }
}

#[test]
fn cargo_finds_it_as_a_verb_of_its_own() {
    let scratch = Scratch::new();
    let expected = scratch
        .fc3(&["kinds"])
        .success()
        .get_output()
        .stdout
        .clone();
    let mut path = vec![PathBuf::from(CLI).parent().expect("a directory").to_owned()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").expect("a path"),
    ));
    let path = std::env::join_paths(path).expect("a path");
    let cargo = std::process::Command::new(env!("CARGO"))
        .args(["fc3", "kinds"])
        .current_dir(scratch.path())
        .env("PATH", path)
        .output()
        .expect("cargo runs");
    assert_eq!(
        cargo.stdout,
        expected,
        "{}",
        String::from_utf8_lossy(&cargo.stderr)
    );
}

#[test]
fn kinds_are_a_list_for_people_and_for_programs() {
    let scratch = Scratch::new();
    scratch
        .fc3(&["kinds"])
        .success()
        .stderr_eq("")
        .stdout_eq(file!["../snapshots/kinds.txt"]);
    let json = file!["../snapshots/kinds.json"].is(snapbox::data::DataFormat::Json);
    scratch
        .fc3(&["kinds", "--json"])
        .success()
        .stderr_eq("")
        .stdout_eq(json);
}
