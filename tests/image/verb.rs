//! `cargo fc3 build --docker`, which leaves the work to the Dockerfile.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use cargo_fc3::emulator::{Instance, Launch, Settings};
use libtest_mimic::Failed;

use crate::KIND;
use crate::engine::Engine;
use crate::support::disk;
use crate::support::project::{self, CLI};

/// It makes the program that is deployed, whatever was in its place before.
pub(crate) fn builds(engine: &dyn Engine) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let project = folder.path().join(format!("kind-{KIND}"));
    let mut new = Command::new(CLI);
    new.args(["new", &format!("kind-{KIND}"), "--kind", KIND]);
    new.args(["--vcs", "none", "--yes", "--path"]).arg(&project);
    project::succeed(&mut new)?;
    let package = project.join("target/fc/bin");
    fs::create_dir_all(&package)?;
    fs::write(package.join("bootstrap"), "of another build")?;

    let mut build = Command::new(CLI);
    build.args(["build", "--docker"]).current_dir(&project);
    let build_of_engine = engine.build()?;
    // buildah takes the arguments of Docker, but not its name.
    if build_of_engine.get_program() == "buildah" {
        let programs = folder.path().join("programs");
        stand_in(&programs, &build_of_engine)?;
        let path = env::var_os("PATH").unwrap_or_default();
        let path = [programs].into_iter().chain(env::split_paths(&path));
        build.env("PATH", env::join_paths(path)?);
    }
    project::succeed(&mut build)?;
    assert_eq!(disk::names(&package), ["bootstrap"]);
    let launch = Launch::new(package.join("bootstrap"));
    let instance = Instance::start(&launch, &Settings::default())?;
    assert_eq!(instance.invoke(b"an event")?.text(), "an event");
    Ok(())
}

/// A `docker` that answers, and builds by `build` with the arguments it is given.
fn stand_in(folder: &Path, build: &Command) -> io::Result<()> {
    let quote = |word: &OsStr| {
        let word = word.to_str().ok_or(io::ErrorKind::InvalidData)?;
        let quoted = shlex::try_quote(word).map_err(io::Error::other)?;
        Ok::<_, io::Error>(quoted.into_owned())
    };
    let mut words = vec!["exec env".to_owned()];
    for (name, value) in build.get_envs() {
        let value = quote(value.unwrap_or_default())?;
        words.push(format!("{}={value}", quote(name)?));
    }
    words.push(quote(build.get_program())?);
    for argument in build.get_args() {
        words.push(quote(argument)?);
    }
    let build = words.join(" ");
    let script = format!(
        "#!/bin/sh\ncase $1 in\nversion) ;;\nbuild) shift; {build} \"$@\" ;;\n*) exit 1 ;;\nesac\n"
    );
    fs::create_dir(folder)?;
    let program = folder.join("docker");
    fs::write(&program, script)?;
    executable(&program)
}

#[cfg(unix)]
fn executable(program: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))
}

/// Only where buildah is, a program of Linux, this is asked for.
#[cfg(not(unix))]
fn executable(_program: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
