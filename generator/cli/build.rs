//! `cargo fc3 build`: what is deployed, built in the way that this machine can go, and checked.

mod files;
mod host;
mod outcome;
mod way;
mod zip;

use std::ffi::OsString;
use std::path::PathBuf;

use anstream::eprintln;
use clap::Args;

use super::cargo;
use super::failure::Failure;
use super::print;
use super::project::{Project, seen};
use super::style::{DONE, HINT};
use crate::stop::Stop;
use host::Host;
use outcome::Place;
use way::Way;
use zip::Zip;

/// Build what is deployed, and check that an instance can start it
///
/// The program is left where `s deploy` takes it from, at `target/fc/bin/bootstrap`. On Linux on
/// x86-64 it is built by `cargo bootstrap`, elsewhere by Docker or else by Zig.
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    asked: Asked,

    /// Write the package, with the same bytes for the same program, to FILE
    #[arg(long, value_name = "FILE")]
    zip: Option<PathBuf>,

    /// Print the command that would build it, and do nothing
    #[arg(long, conflicts_with = "zip")]
    dry_run: bool,

    /// What is deployed is always built so, and who asks for it is right.
    #[arg(long = "release", hide = true)]
    _release: bool,

    /// What to pass on to cargo, or to Docker
    #[arg(last = true, value_name = "ARGS")]
    more: Vec<OsString>,
}

/// The way that the user asks for, or none.
#[derive(Debug, Args)]
struct Asked {
    /// Build it in a container, from the project's Dockerfile
    #[arg(long, conflicts_with = "zig")]
    docker: bool,

    /// Build it by `cargo-zigbuild`, for the C library of the oldest runtime
    #[arg(long)]
    zig: bool,
}

/// Builds a project as it is deployed, by cargo alone, and gives its program; on a machine that cannot
/// do so it is built for this machine.
pub(super) fn by_cargo(
    project: &Project,
    more: &[OsString],
    stop: &Stop,
) -> anyhow::Result<PathBuf> {
    let host = Host::ask(project, stop)?;
    if host.builds_static().is_err() {
        return cargo::build(project.dir(), true, more, stop);
    }
    Way::Bootstrap.suits(&host, project)?;
    Way::Bootstrap.build(project, more, stop)?;
    Ok(project.program())
}

impl Build {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let project = Project::here()?;
        let zip = self.zip.as_deref().map(|file| Zip::new(file, &project));
        let zip = zip.transpose()?;
        let stop = Stop::on_signals()?;
        let (way, why) = self.way(&project, &stop)?;
        if self.dry_run {
            eprintln!("{DONE}Chosen{DONE:#} `{way}`, since {why}");
            return print(way.line(&project, &self.more));
        }
        eprintln!("{DONE}Building{DONE:#} by `{way}`, since {why}");
        let place = Place::clear(&project, &stop)?;
        way.build(&project, &self.more, &stop)?;
        let package = place.check(way)?;
        if way.takes_other_crates(&project, &stop)? {
            eprintln!(
                "{HINT}hint{HINT:#}: `Cargo.lock` is behind `Cargo.toml`; `cargo check` brings it up to date"
            );
        }
        stop.check().map_err(Failure::from)?;
        let made = match zip {
            Some(zip) => zip.write(&package)?,
            None => project.program(),
        };
        print(seen(&made).as_os_str().as_encoded_bytes())
    }

    /// The way to go, and why.
    fn way(&self, project: &Project, stop: &Stop) -> anyhow::Result<(Way, String)> {
        if self.asked.docker {
            return Ok((Way::engine(stop)?, "`--docker` asks for it".to_owned()));
        }
        let host = Host::ask(project, stop)?;
        let (way, why) = if self.asked.zig {
            (Way::zig(stop)?, "`--zig` asks for it".to_owned())
        } else {
            Way::choose(&host, stop)?
        };
        way.suits(&host, project)?;
        Ok((way, why))
    }
}
