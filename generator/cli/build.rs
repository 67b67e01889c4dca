//! `cargo fc3 build`: what is deployed, built in the way that this machine can go, and checked.

mod host;
mod project;
mod way;
mod zip;

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anstream::eprintln;
use clap::Args;

use super::failure::{Exit, Failure};
use super::style::DONE;
use super::{next_steps, print};
use crate::package::{Program, archive};
use crate::spec::shown_path;
use crate::stop::Stop;
use host::Host;
use project::Project;
use way::Way;
use zip::Zip;

/// Build what is deployed, and check that an instance can start it
///
/// The program is left where `s deploy` takes it from, at `target/fc/bin/bootstrap`. On Linux on
/// x86-64 it is built by `cargo bootstrap`, elsewhere by Docker or else by Zig.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// Build it in a container, from the project's Dockerfile
    #[arg(long, conflicts_with = "zig")]
    docker: bool,

    /// Build it by `cargo-zigbuild`, for the C library of the oldest runtime
    #[arg(long)]
    zig: bool,

    /// Write the package, with the same bytes for the same program, to FILE
    #[arg(long, value_name = "FILE")]
    zip: Option<PathBuf>,

    /// Print the command that would build it, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// What to pass on to cargo, or to Docker
    #[arg(last = true, value_name = "ARGS")]
    more: Vec<OsString>,
}

impl Build {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let project = Project::here()?;
        let zip = self
            .zip
            .as_deref()
            .map(|file| Zip::new(file, &project))
            .transpose()?;
        let stop = Stop::on_signals()?;
        let (way, why) = self.way(&project, &stop)?;
        if self.dry_run {
            eprintln!("{DONE}Chosen{DONE:#} `{way}`, since {why}");
            return print(next_steps::line(&way.command(&project, &self.more)));
        }
        eprintln!("{DONE}Building{DONE:#} by `{way}`, since {why}");
        way.build(&project, &self.more, &stop)?;
        let packed = check(&project, way)?;
        stop.check().map_err(Failure::from)?;
        let made = match zip {
            Some(zip) => zip.write(&packed)?,
            None => project.program(),
        };
        print(shown_path(&Project::seen(&made)))
    }

    /// The way to go, and why.
    fn way(&self, project: &Project, stop: &Stop) -> anyhow::Result<(Way, String)> {
        let host = Host::ask(project, stop)?;
        let (way, why) = if self.docker {
            (Way::engine(stop)?, "`--docker` asks for it".to_owned())
        } else if self.zig {
            (Way::zig(stop)?, "`--zig` asks for it".to_owned())
        } else {
            Way::choose(&host, stop)?
        };
        if !matches!(way, Way::Engine(_)) {
            host.suits(project)?;
        }
        Ok((way, why))
    }
}

/// Checks what was built, tells of it, and gives the package that would be uploaded.
fn check(project: &Project, way: Way) -> anyhow::Result<Vec<u8>> {
    let path = project.program();
    let shown = shown_path(&Project::seen(&path));
    let bytes = fs::read(&path).map_err(|error| {
        let message = match error.kind() {
            ErrorKind::NotFound => format!("`{way}` has made no `{shown}`"),
            _ => format!("cannot read `{shown}`: {error}"),
        };
        Failure::new(Exit::Failed, message)
            .hint("compare the project with a new one, which `cargo fc3 new` makes")
    })?;
    let refused = |why: &dyn std::fmt::Display| {
        let message = format!("no instance can start `{shown}`: {why}");
        Failure::new(Exit::Failed, message)
    };
    let program = Program::read(&bytes).map_err(|error| {
        refused(&error).hint("compare the project with a new one, which `cargo fc3 new` makes")
    })?;
    program.fits(project.runtime()).map_err(|error| {
        refused(&error).hint("`cargo bootstrap` makes one that asks for nothing; see README.md")
    })?;
    let mode = make_executable(&path)?;
    let packed = archive(&project.package()?)
        .map_err(|error| Failure::new(Exit::Failed, format!("there is no package: {error}")))?;
    let (size, package) = (megabytes(bytes.len()), megabytes(packed.len()));
    let needs = program.needs();
    eprintln!(
        "{DONE}Checked{DONE:#} `{shown}`: ELF x86-64, {needs}, {mode}{size}, {package} packed"
    );
    Ok(packed)
}

/// Gives everybody the right to run the program, as the platform asks; says so where that is kept.
#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<&'static str> {
    use std::os::unix::fs::PermissionsExt;
    let mode = crate::package::MODE;
    if fs::metadata(path)?.permissions().mode() & 0o777 != mode {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    Ok("mode 0755, ")
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> std::io::Result<&'static str> {
    Ok("")
}

/// A size as people say it.
fn megabytes(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
