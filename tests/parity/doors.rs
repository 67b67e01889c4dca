//! Both doors: each run as a user runs it, and what they made compared.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use libtest_mimic::Failed;

use crate::support::disk;
use crate::tool::{Door, Other, failure};

const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

/// Runs the tool with nothing of this machine's settings, which would change what it does.
pub(crate) fn generate(
    tool: &Path,
    (door, template): (Door, &Path),
    name: &str,
    answers: &[(&str, &str)],
    into: &Path,
) -> io::Result<Output> {
    let home = into.join(".home");
    fs::create_dir(&home)?;
    let mut command = Command::new(tool);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", &home)
        .env("CARGO_HOME", &home)
        .env("USER", "tester")
        .current_dir(into)
        .args([
            "generate",
            "--silent",
            "--vcs",
            "none",
            "--no-workspace",
            "--name",
            name,
        ])
        .arg(match door {
            Door::Path => "--path",
            Door::Git => "--git",
        })
        .arg(template);
    for (name, answer) in answers {
        command.args(["--define", &format!("{name}={answer}")]);
    }
    let output = command.output()?;
    fs::remove_dir_all(home)?;
    Ok(output)
}

pub(crate) fn new(name: &str, answers: &[(&str, &str)], into: &Path) -> io::Result<Output> {
    let mut command = Command::new(CLI);
    command
        .args(["new", name, "--vcs", "none", "--yes"])
        .current_dir(into);
    for (name, answer) in answers {
        command.arg(format!("--{}={answer}", name.replace('_', "-")));
    }
    command.output()
}

/// Renders through both doors, and compares paths, bytes, directories and executable bits.
pub(crate) fn compare(
    other: &Other,
    (door, template): (Door, &Path),
    (given, name): (&str, &str),
    answers: &[(&str, &str)],
) -> Result<(), Failed> {
    let (theirs, ours) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let output = generate(&other.tool, (door, template), given, answers, theirs.path())?;
    if !output.status.success() {
        return Err(failure(&output).into());
    }
    let output = new(name, answers, ours.path())?;
    if !output.status.success() {
        return Err(failure(&output).into());
    }
    let (theirs, ours) = (disk::read(theirs.path()), disk::read(ours.path()));
    if !ours.contains_key(&format!("{name}/Cargo.toml")) {
        return Err("nothing was rendered".into());
    }
    if let Some(difference) = difference(&theirs, &ours) {
        return Err(difference.into());
    }
    Ok(())
}

/// The first thing that is not the same.
fn difference(
    theirs: &BTreeMap<String, disk::Node>,
    ours: &BTreeMap<String, disk::Node>,
) -> Option<String> {
    let all = theirs.keys().chain(ours.keys());
    all.into_iter()
        .find_map(|path| match (theirs.get(path), ours.get(path)) {
            (Some(theirs), Some(ours)) if theirs == ours => None,
            (theirs, ours) => Some(format!("{path}:\n{}\n{}", told(theirs), told(ours))),
        })
}

fn told(node: Option<&disk::Node>) -> String {
    match node {
        None => "nothing".to_owned(),
        Some(disk::Node::File { bytes, executable }) => {
            format!(
                "executable: {executable}\n{}",
                String::from_utf8_lossy(bytes)
            )
        }
        Some(node) => format!("{node:?}"),
    }
}
