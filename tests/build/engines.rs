//! What becomes of what an engine does. It is pretended here, by a script; `tests/image` has a real one.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use libtest_mimic::Failed;

use crate::place::{Fresh, build, says, shared};
use crate::support::environment::path_with;
use crate::support::project::succeed;

/// `cargo fc3 build --docker` with an engine whose builds do what `script` says, in the project.
fn by(fresh: &Fresh, script: &str) -> Result<Command, Failed> {
    let answer = format!("case $1 in\nversion) exit 0 ;;\nesac\n{script}");
    let programs = fresh.programs(&[("docker", &answer)])?;
    let mut command = build(&fresh.dir(), &["--docker"]);
    command.env("PATH", path_with(Some(&programs))?);
    Ok(command)
}

/// A program that may not be run is given the right to be, and what lies beside it is told.
pub(crate) fn leaves_a_program() -> Result<(), Failed> {
    let program = shared()?.build()?.program;
    let program = shlex::try_quote(program.to_str().ok_or("a path")?)?.into_owned();
    let fresh = Fresh::new()?;
    let package = fresh.dir().join("target/fc/bin");
    // As a build leaves it that was killed while it put a program in its place.
    fs::create_dir_all(package.join("cargo-installA1b2C3"))?;
    fs::write(package.join("cargo-installA1b2C3/bootstrap"), "half of one")?;
    fs::write(package.join("names.txt"), "one\n")?;
    let script =
        format!("cp {program} target/fc/bin/bootstrap && chmod 0600 target/fc/bin/bootstrap");
    says(&by(&fresh, &script)?.output()?, 0, "engine", fresh.beside())?;
    succeed(
        Command::new("test")
            .arg("-x")
            .arg(package.join("bootstrap")),
    )?;
    assert!(!package.join("cargo-installA1b2C3").exists());
    Ok(())
}

pub(crate) fn leaves_nothing() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    says(
        &by(&fresh, "exit 0")?.output()?,
        1,
        "engine-nothing",
        fresh.beside(),
    )
}

pub(crate) fn leaves_another_program() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let script = "mkdir -p target/fc/bin && echo '#!/bin/sh' >target/fc/bin/bootstrap";
    says(
        &by(&fresh, script)?.output()?,
        1,
        "engine-script",
        fresh.beside(),
    )
}

/// Its own words, as `BuildKit` says them.
pub(crate) fn lacks_the_image() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let script = "echo 'ERROR: failed to solve: rust:1-slim-bookworm: failed to resolve source metadata for \
                  docker.io/library/rust:1-slim-bookworm: dial tcp: i/o timeout' >&2; exit 1";
    says(
        &by(&fresh, script)?.output()?,
        3,
        "engine-no-image",
        fresh.beside(),
    )
}

/// It is told to end, can clean up, and is gone before we are; the earlier program is back.
pub(crate) fn is_stopped() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let package = fresh.dir().join("target/fc/bin");
    fs::create_dir_all(&package)?;
    fs::write(package.join("bootstrap"), "of an earlier build")?;
    let script =
        "trap 'echo cleaned >cleaned; exit 1' TERM\necho started >&2\nwhile :; do sleep 0.1; done";
    let mut running = by(&fresh, script)?.stderr(Stdio::piped()).spawn()?;
    let stderr = running.stderr.take().ok_or("no stderr")?;
    let mut lines = BufReader::new(stderr).lines();
    let started = lines.any(|line| line.is_ok_and(|line| line == "started"));
    assert!(started, "the engine did not start");
    succeed(Command::new("kill").args(["-INT", &running.id().to_string()]))?;
    let rest: Vec<_> = lines.map_while(Result::ok).collect();
    assert_eq!(running.wait()?.code(), Some(130), "{rest:?}");
    assert!(
        rest.contains(&"error: stopped by a signal".to_owned()),
        "{rest:?}"
    );
    assert_eq!(
        fs::read_to_string(fresh.dir().join("cleaned"))?,
        "cleaned\n"
    );
    assert_eq!(fs::read(package.join("bootstrap"))?, b"of an earlier build");
    Ok(())
}

/// One waits for the other, and both packages are whole.
pub(crate) fn runs_twice_at_once() -> Result<(), Failed> {
    let program = shared()?.build()?.program;
    let program = shlex::try_quote(program.to_str().ok_or("a path")?)?.into_owned();
    let fresh = Fresh::new()?;
    // Whoever finds the other at work fails.
    let script = format!(
        "mkdir working && mkdir -p target/fc/bin && cp {program} target/fc/bin/bootstrap && rmdir working"
    );
    let builds: Vec<_> = ["a.zip", "b.zip"]
        .into_iter()
        .map(|zip| {
            Ok(by(&fresh, &script)?
                .args(["--zip", zip])
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()?)
        })
        .collect::<Result<_, Failed>>()?;
    for build in builds {
        let output = build.wait_with_output()?;
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let packages = ["a.zip", "b.zip"].map(|zip| fs::read(fresh.dir().join(zip)));
    let [first, second] = packages;
    assert!(first? == second?, "the packages differ");
    Ok(())
}

/// An engine that is there and does not answer is none.
pub(crate) fn does_not_answer() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let programs = fresh.programs(&[("docker", "exit 1")])?;
    let mut command = build(&fresh.dir(), &["--docker"]);
    command.env("PATH", &programs);
    says(&command.output()?, 3, "no-docker", fresh.beside())
}

/// No engine is started for what it cannot see, such as a crate beside the project, or beside a crate
/// that is inside. The messages of cargo are explained too, for a crate that is nowhere.
pub(crate) fn sees_no_crate_outside() -> Result<(), Failed> {
    let manifest = |name: &str, dependency: &str| {
        format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n"
        )
    };
    let fresh = Fresh::new()?;
    fs::create_dir_all(fresh.beside().join("shared"))?;
    fs::create_dir_all(fresh.dir().join("inner"))?;
    let shared_manifest = fresh.beside().join("shared/Cargo.toml");
    fs::write(&shared_manifest, manifest("shared", ""))?;
    let inner = fresh.dir().join("inner/Cargo.toml");
    fs::write(&inner, manifest("inner", ""))?;
    let dependencies = "[dependencies]\n";
    let with_inner = "[dependencies]\ninner = { path = \"inner\" }\n";
    fresh.edit("Cargo.toml", dependencies, with_inner)?;
    let started = "mkdir -p target/fc/bin && echo started > started; exit 1";
    let is_started = || fresh.dir().join("started").exists();
    by(&fresh, started)?.output()?;
    assert!(is_started(), "a crate inside was refused");
    fs::remove_file(fresh.dir().join("started"))?;

    fs::write(
        &inner,
        manifest("inner", "shared = { path = \"../../shared\" }"),
    )?;
    says(
        &by(&fresh, started)?.output()?,
        1,
        "engine-inner-path",
        fresh.beside(),
    )?;
    fs::write(&inner, manifest("inner", ""))?;
    let targets = "[target.'cfg(unix)'.dev-dependencies]\nshared = { path = \"../shared\" }\n\n[dependencies]\n";
    fresh.edit("Cargo.toml", dependencies, targets)?;
    says(
        &by(&fresh, started)?.output()?,
        1,
        "engine-path",
        fresh.beside(),
    )?;
    assert!(!is_started(), "the engine was started");

    fs::remove_file(shared_manifest)?;
    fs::remove_dir(fresh.beside().join("shared"))?;
    let cargo = "echo 'error: failed to get `shared` as a dependency' >&2
        echo '  failed to load source for dependency `shared`' >&2; exit 1";
    says(
        &by(&fresh, cargo)?.output()?,
        3,
        "engine-path-nowhere",
        fresh.beside(),
    )
}
