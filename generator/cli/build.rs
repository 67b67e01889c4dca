//! `cargo fc3 build`: the program that is deployed, built by a method that works on this machine, and checked.

mod files;
mod host;
mod method;
mod output_dir;
mod zip;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::output::{done, print};
use super::project::{Project, relative};
use super::tool::cargo;
use crate::stop::Stop;
use host::Host;
use method::BuildMethod;
use output_dir::OutputDir;
use zip::Zip;

/// Build what is deployed, and check that an instance can start it
///
/// The program is left where `s deploy` takes it from, at `target/fc/bin/bootstrap`. On Linux on
/// x86-64 it is built by `cargo bootstrap`, elsewhere by Docker or else by Zig.
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    method: MethodFlags,

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

/// The method that the user asks for, if any.
#[derive(Debug, Args)]
struct MethodFlags {
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
    BuildMethod::Bootstrap.ensure_usable(&host, project)?;
    let mut bootstrap = cargo::command(project.dir(), &["bootstrap"]);
    bootstrap.args(more);
    cargo::run(bootstrap, BuildMethod::Bootstrap.failed(), stop)?;
    Ok(project.program())
}

impl Build {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let project = Project::here()?;
        let zip = self.zip.as_deref().map(|file| Zip::new(file, &project));
        let zip = zip.transpose()?;
        let stop = Stop::on_signals()?;
        let (method, why) = self.choose_method(&project, &stop)?;
        if self.dry_run {
            done("Chosen", &format!("`{method}`, since {why}"));
            return print(method.shell_line(&project, &self.more));
        }
        done("Building", &format!("by `{method}`, since {why}"));
        let output = OutputDir::clear(&project, &stop)?;
        method.build(&project, &self.more, &stop)?;
        let package = output.check(method)?;
        stop.check().map_err(Failure::from)?;
        let made = match zip {
            Some(zip) => zip.write(&package)?,
            None => project.program(),
        };
        print(relative(&made).as_os_str().as_encoded_bytes())
    }

    /// The method to use, and why.
    fn choose_method(
        &self,
        project: &Project,
        stop: &Stop,
    ) -> anyhow::Result<(BuildMethod, String)> {
        if self.method.docker {
            return Ok((
                BuildMethod::engine(stop)?,
                "`--docker` asks for it".to_owned(),
            ));
        }
        let host = Host::ask(project, stop)?;
        let (method, why) = if self.method.zig {
            (BuildMethod::zig(stop)?, "`--zig` asks for it".to_owned())
        } else {
            BuildMethod::choose(&host, stop)?
        };
        method.ensure_usable(&host, project)?;
        Ok((method, why))
    }
}
