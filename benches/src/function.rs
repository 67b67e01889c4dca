//! The functions that are measured: projects that the command line renders, built as their users build
//! them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::cargo::{cargo, succeed};
use crate::mirror::mirror;
use crate::once::once;
use crate::places;
use crate::program::Program;

/// A handler that streams an event back without holding it in memory.
const STREAMING: &str = include_str!("handlers/streaming.rs");

/// A handler that computes if the event asks for it.
const BURNING: &str = include_str!("handlers/burning.rs");

/// The function of the tables: the `event` project as it is rendered.
pub(crate) fn event() -> Result<Program> {
    let folder = render("event", "event", None)?;
    Ok(Program::new("function", build(&folder)?))
}

/// The same, linked dynamically to the C library, so that valgrind can count allocations.
pub(crate) fn event_dynamic() -> Result<Program> {
    let folder = render("event", "event", None)?;
    let program = once("building the function, linked dynamically", || {
        let target = places::made("functions")?;
        let mut build = cargo(&["build", "--release", "--locked"], &folder);
        succeed(build.env("CARGO_TARGET_DIR", &target))?;
        Ok(target.join("release/bootstrap"))
    })?;
    Ok(Program::new("function", program))
}

/// A web function that streams.
pub(crate) fn streaming() -> Result<Program> {
    let folder = render("streaming", "web", Some(STREAMING))?;
    Ok(Program::new("web function, streamed", build(&folder)?))
}

/// A function whose calls compute if the event asks for it.
pub(crate) fn burning() -> Result<Program> {
    let folder = render("burning", "event", Some(BURNING))?;
    Ok(Program::new("function", build(&folder)?))
}

/// Renders a project, optionally with another handler.
pub(crate) fn render(name: &str, kind: &str, handler: Option<&str>) -> Result<PathBuf> {
    let ours = cargo(&["run", "--locked", "--quiet", "--"], &places::root());
    render_by(ours, name, kind, handler)
}

/// Renders a project with a command line of another version.
pub(crate) fn render_by(
    mut cli: Command,
    name: &str,
    kind: &str,
    handler: Option<&str>,
) -> Result<PathBuf> {
    once(&format!("rendering the project `{name}`"), || {
        let folder = places::made("projects")?.join(name);
        let scratch = places::scratch()?;
        let fresh = scratch.path().join(name);
        let args = ["new", name, "--kind", kind, "--vcs=none", "--yes", "--path"];
        succeed(cli.args(args).arg(&fresh))?;
        if let Some(handler) = handler {
            fs::write(fresh.join("src/handler.rs"), handler)?;
        }
        mirror(&fresh, &folder)?;
        Ok(folder)
    })
}

/// Builds the program that `s deploy` deploys. All projects, and those of the tests, share their built
/// dependencies.
fn build(folder: &Path) -> Result<PathBuf> {
    once(&format!("building {}", folder.display()), || {
        let shared = places::root().join("target/tmp/functions");
        let config = folder.join(".cargo/config.toml");
        let alias = fs::read_to_string(&config)?;
        let shared = format!("build.build-dir='{}'", shared.display());
        fs::write(
            config,
            alias.replace("build.build-dir='{workspace-root}/target'", &shared),
        )?;
        succeed(&mut cargo(&["bootstrap"], folder))?;
        Ok(folder.join("target/fc/bin/bootstrap"))
    })
}
