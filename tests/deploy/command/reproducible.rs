//! The same sources make the same bytes, wherever they lie and whatever they are built beside.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use super::newcomer::{NAME, Newcomer};
use crate::support::environment::environment;
use crate::support::project::{self, CLI, Project};

/// The program that `s deploy` built in its fresh folder is the one that the tests of the kinds build
/// in theirs, where all projects share what they have in common.
pub(crate) fn built_in_two_folders(newcomer: &Newcomer) -> Result<(), Failed> {
    let here = newcomer.deployed()?.bytes()?;
    let there = fs::read(Project::render(NAME, "event", &[])?.build()?.program)?;
    assert_equal(&here, &there);
    Ok(())
}

/// And so are the packages that `cargo fc3 build` makes of both.
pub(crate) fn packed_in_two_folders(newcomer: &Newcomer) -> Result<(), Failed> {
    let (first, _) = newcomer.first()?;
    let other = Project::render(NAME, "event", &[])?;
    // While cargo installs a program, the folder of the package holds another one.
    let _lock = project::lock(NAME)?;
    let here = packed(&first.dir(), [])?;
    let shared = [
        ("CARGO_BUILD_BUILD_DIR".into(), project::target().into()),
        ("CARGO_TARGET_DIR".into(), other.dir.join("target").into()),
    ];
    let there = packed(&other.dir, shared)?;
    assert_equal(&here, &there);
    Ok(())
}

fn packed<const N: usize>(dir: &Path, variables: [(OsString, OsString); N]) -> io::Result<Vec<u8>> {
    let scratch = tempfile::tempdir()?;
    let zip = scratch.path().join("package.zip");
    let mut build = Command::new(CLI);
    build.env_clear().envs(environment()?).envs(variables);
    build.args(["build", "--zip"]).arg(&zip).current_dir(dir);
    project::succeed(&mut build)?;
    fs::read(zip)
}

fn assert_equal(here: &[u8], there: &[u8]) {
    assert_eq!(here.len(), there.len(), "the sizes of the two");
    let mut pairs = here.iter().zip(there);
    let differs = pairs.position(|(here, there)| here != there);
    assert_eq!(differs, None, "the first byte that differs");
}
