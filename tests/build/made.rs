//! What is made: a program that instances start, and nothing else is let through.

use std::fs;

use cargo_fc3::emulator::{Instance, Launch, Settings};
use libtest_mimic::Failed;

use crate::place::{Fresh, build, build_of, build_shared, says, shared};

/// A way to build that is as quick as it can be, and gives a program that is not static.
const DYNAMIC: &str = r#"[alias]
bootstrap = ["run", "--target-dir=target", "--bin=bootstrap", "--target=x86_64-unknown-linux-gnu", "--config=target.x86_64-unknown-linux-gnu.runner=['install', '-Dt', 'target/fc/bin']"]
"#;

/// It is the program of `cargo bootstrap`, which every kind's harness starts and calls.
pub(crate) fn is_built_and_checked() -> Result<(), Failed> {
    let project = shared()?;
    let program = fs::read(project.build()?.program)?;
    let output = build_of(&project, &project.dir, &[])?;
    says(&output, 0, "built", &project.dir)?;
    let built = project.dir.join("target/fc/bin/bootstrap");
    assert!(fs::read(&built)? == program, "it is another program");
    let instance = Instance::start(&Launch::new(built), &Settings::default())?;
    assert_eq!(instance.invoke(b"an event")?.text(), "an event");
    Ok(())
}

pub(crate) fn from_below() -> Result<(), Failed> {
    let project = shared()?;
    project.build()?;
    let output = build_of(&project, &project.dir.join("src"), &[])?;
    says(&output, 0, "built-from-below", &project.dir)
}

/// The check bites: a program for a newer system is refused, and fits where the system is as new.
pub(crate) fn refuses_what_is_too_new() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    fs::write(fresh.dir().join(".cargo/config.toml"), DYNAMIC)?;
    let output = build_shared(&fresh.dir(), &[]).output()?;
    says(&output, 1, "too-new", fresh.beside())?;

    fresh.edit(
        "s.yaml",
        "runtime: custom.debian11",
        "runtime: custom.debian12",
    )?;
    let output = build_shared(&fresh.dir(), &[]).output()?;
    says(&output, 0, "new-enough", fresh.beside())?;

    // The program of an earlier build is not taken for that of this one, and stays where it was.
    let config = fresh.dir().join(".cargo/config.toml");
    let elsewhere = DYNAMIC.replace("target/fc/bin", "target/elsewhere");
    // An alias of cargo-fc3 0.1 has this flag already.
    let elsewhere = elsewhere.replace("\"run\"", "\"run\", \"--locked\"");
    fs::write(config, elsewhere)?;
    let earlier = fs::read(fresh.dir().join("target/fc/bin/bootstrap"))?;
    let output = build_shared(&fresh.dir(), &[]).output()?;
    says(&output, 1, "nothing-made", fresh.beside())?;
    assert!(fs::read(fresh.dir().join("target/fc/bin/bootstrap"))? == earlier);
    Ok(())
}

/// A release is made of what the lock file names, and of nothing else.
pub(crate) fn refuses_a_lock_file_that_is_behind() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    fresh.edit("Cargo.toml", "version = \"0.1.0\"", "version = \"0.1.1\"")?;
    let output = build_shared(&fresh.dir(), &[]).output()?;
    says(&output, 1, "lock-behind", fresh.beside())
}

/// It fits the oldest runtime, and answers.
pub(crate) fn by_zig() -> Result<(), Failed> {
    let project = shared()?;
    let fresh = Fresh::new()?;
    let output = build(&fresh.dir(), &["--zig"]).output()?;
    says(&output, 0, "by-zig", fresh.beside())?;
    let built = fresh.dir().join("target/fc/bin/bootstrap");
    let instance = Instance::start(&Launch::new(built), &Settings::default())?;
    for (name, event) in project.events()? {
        assert!(!instance.invoke(&event)?.failed(), "{name}");
    }
    Ok(())
}
