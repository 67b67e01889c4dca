//! What `DEPLOY.md` has for a file `.env`, where `s deploy` shall build without Linux's own tools.

use std::fs;
use std::process::Command;

use libtest_mimic::Failed;

use super::newcomer::{NAME, Newcomer, Project, quoted};
use crate::support::environment::path_with;
use crate::support::project::succeed;

/// Stands in for a program that builds: keeps the words that it is given, and leaves a program in the
/// folder that they name.
const BUILDER: &str = r#"#!/bin/sh
printf '%s\n' "$@" >"$0.words"
while [ $# -gt 0 ]; do
    case $1 in
        type=local,dest=*) folder=${1#*dest=} ;;
        --root) folder=$2/bin ;;
    esac
    shift
done
mkdir -p "$folder" && cp PROGRAM "$folder/bootstrap"
"#;

pub(crate) fn builds_by_docker(newcomer: &Newcomer) -> Result<(), Failed> {
    let words = "build --platform linux/amd64 --target bootstrap --output \
                 type=local,dest=target/fc/bin .";
    builds_by(newcomer, "BUILD=docker ", "docker", words)?;
    Ok(())
}

/// It brings a lock file that is behind up to date, as cargo does, and builds what that says.
pub(crate) fn builds_by_zig(newcomer: &Newcomer) -> Result<(), Failed> {
    let words = "install --path . --root target/fc --target-dir target --bin bootstrap --target \
                 x86_64-unknown-linux-gnu.2.24 --locked --force --no-track";
    let line = "BUILD=cargo fetch ";
    let project = builds_by(newcomer, line, "cargo-zigbuild", words)?;
    let lock = fs::read_to_string(project.file("Cargo.lock"))?;
    assert!(lock.contains("version = \"0.1.9\""), "{lock}");
    Ok(())
}

/// The line reaches that program word by word, and what it leaves is deployed.
fn builds_by(newcomer: &Newcomer, line: &str, name: &str, words: &str) -> Result<Project, Failed> {
    let first = newcomer.deployed()?;
    let project = Project::render(NAME)?;
    let lines = project.lines_for_dot_env(line)?;
    let [line] = lines.as_slice() else {
        return Err(format!("DEPLOY.md has these lines: {lines:?}").into());
    };
    project.replace("Cargo.toml", "version = \"0.1.0\"", "version = \"0.1.9\"")?;
    fs::write(project.file(".env"), line)?;

    let programs = tempfile::tempdir()?;
    let builder = programs.path().join(name);
    let script = BUILDER.replace("PROGRAM", &quoted(&first.program().program)?);
    fs::write(&builder, script)?;
    succeed(Command::new("chmod").arg("+x").arg(&builder))?;
    let path = path_with(Some(programs.path()))?;
    let run = newcomer.deploys(&project, &[], &[("PATH", &path)])?;

    let deployed = run.deployed()?;
    let heard = fs::read_to_string(programs.path().join(format!("{name}.words")))?;
    let words: Vec<_> = words.split(' ').collect();
    assert_eq!(heard.lines().collect::<Vec<_>>(), words);
    assert_eq!(deployed.packed()?, first.packed()?);
    assert!(
        deployed.bytes()? == first.bytes()?,
        "it deployed something else"
    );
    Ok(project)
}
