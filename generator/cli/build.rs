//! `cargo fc3 build`: builds the deployment binary with a method that works on this machine, and
//! checks it.

mod access_key;
mod files;
mod host;
mod method;
mod output_dir;
mod path_crates;
mod zip;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::slice::from_ref;

use clap::Args;

use super::failure::{Exit, Failure};
use super::output::{done, print};
use super::project::{Project, relative};
use super::s_yaml;
use super::tool::cargo;
use super::workspace;
use crate::stop::Stop;
use host::{Host, TARGET};
use method::BuildMethod;
use output_dir::OutputDir;
use zip::Zip;

/// Build the deployment binary and verify that Function Compute can start it
///
/// The binary is written to `target/fc/bin/bootstrap`, where `s deploy` finds it. On Linux x86-64,
/// `cargo bootstrap` builds it; on other systems, Docker or Zig does.
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    method: MethodFlags,

    /// Also write a reproducible zip package to FILE
    #[arg(long, value_name = "FILE")]
    zip: Option<PathBuf>,

    /// Print the build command without running it
    #[arg(long, conflicts_with = "zip")]
    dry_run: bool,

    /// A deployment build is always a release build, so this flag changes nothing.
    #[arg(long = "release", hide = true)]
    _release: bool,

    /// Arguments to pass on to cargo or Docker
    #[arg(last = true, value_name = "ARGS")]
    more: Vec<OsString>,
}

/// The settings that make a program static, like `cargo bootstrap` in a project's
/// `.cargo/config.toml`.
const STATIC: [&str; 2] = [
    "--config=target.x86_64-unknown-linux-gnu.rustflags=['-Ctarget-feature=+crt-static']",
    "--config=env.FUNCTION_IS_STATIC='1'",
];

/// The method that the user chose, if any.
#[derive(Debug, Args)]
struct MethodFlags {
    /// Build in a container, with the project's Dockerfile
    #[arg(long, conflicts_with = "zig")]
    docker: bool,

    /// Build with cargo-zigbuild against the oldest runtime's glibc
    #[arg(long)]
    zig: bool,
}

/// Builds a project for deployment with cargo alone, and returns the path of its program. On a
/// machine that cannot do this, builds a program for this machine.
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

/// Builds another package inside a project with the project's flags and target directory, and
/// returns the path of the program `name`. Shared dependencies are compiled once.
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
        .hint("see its message above; the first build needs network access");
    let program = cargo::run(command, failed, stop)?;
    program.ok_or_else(|| anyhow::anyhow!("cargo did not report the program `{name}`"))
}

impl Build {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let project = Project::here()?;
        project.has_old_layout();
        workspace::advise(&project);
        let zip = self.zip.as_deref().map(|file| Zip::new(file, &project));
        let zip = zip.transpose()?;
        if !self.dry_run {
            s_yaml::ensure_valid(from_ref(&project))?;
            access_key::announce_missing(&project);
        }
        let stop = Stop::on_signals()?;
        let (method, why) = self.choose_method(&project, &stop)?;
        if self.dry_run {
            done("Chose", &format!("`{method}` ({why})"));
            return print(method.shell_line(&project, &self.more));
        }
        done("Building", &format!("with `{method}` ({why})"));
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

    /// The method to use, and the reason for it.
    fn choose_method(
        &self,
        project: &Project,
        stop: &Stop,
    ) -> anyhow::Result<(BuildMethod, String)> {
        if self.method.docker {
            let engine = BuildMethod::engine(stop)?;
            path_crates::ensure_inside(project.dir())?;
            return Ok((engine, "`--docker` is set".to_owned()));
        }
        let host = Host::ask(project, stop)?;
        let (method, why) = if self.method.zig {
            (BuildMethod::zig(stop)?, "`--zig` is set".to_owned())
        } else {
            BuildMethod::choose(&host, stop)?
        };
        method.ensure_usable(&host, project)?;
        Ok((method, why))
    }
}
