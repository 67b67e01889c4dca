//! `cargo fc3 build`: the program that is deployed, built by a method that works on this machine, and checked.

mod files;
mod host;
mod method;
mod output_dir;
mod zip;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::{Exit, Failure};
use super::output::{done, print};
use super::project::{Project, relative};
use super::tool::cargo;
use crate::stop::Stop;
use host::{Host, TARGET};
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

/// What makes a program static, as `cargo bootstrap` of a project has it in `.cargo/config.toml`.
const STATIC: [&str; 2] = [
    "--config=target.x86_64-unknown-linux-gnu.rustflags=['-Ctarget-feature=+crt-static']",
    "--config=env.FUNCTION_IS_STATIC='1'",
];

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

/// Builds another package below a project with the project's flags, in its target directory, and gives
/// the program `name`: what both depend on is compiled once.
pub(super) fn beside(
    project: &Project,
    manifest: &Path,
    name: &str,
    stop: &Stop,
) -> anyhow::Result<PathBuf> {
    let host = Host::ask(project, stop)?;
    let mut command = cargo::command(project.dir(), &["build", "--release"]);
    command.arg("--manifest-path").arg(manifest);
    command.args(["--bin", name]);
    if host.builds_static().is_ok() {
        command.args(["--target-dir=target", "--target", TARGET]);
        command.args(STATIC);
    } else if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.arg("--target-dir=target");
    }
    let failed = Failure::new(Exit::Failed, format!("cannot build `{name}`"))
        .hint("its message is above; the first build needs the network");
    let program = cargo::run(command, failed, stop)?;
    program.ok_or_else(|| anyhow::anyhow!("cargo does not report the program `{name}`"))
}

impl Build {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let project = Project::here()?;
        project.has_old_layout();
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
