//! The methods to build the deployment binary, and which of them work on a machine.

use std::env::var_os;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::process::Command;

use super::host::{Host, TARGET};
use super::path_crates;
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{PACKAGE, PROGRAM, Project, ROOT};
use crate::cli::shell;
use crate::cli::tool::{self, cargo, diagnosis};
use crate::package::Glibc;
use crate::platform::RUNTIMES;
use crate::stop::Stop;

/// Programs that build from a Dockerfile, in the order of preference.
const ENGINES: [&str; 2] = ["docker", "podman"];
/// The tool that links with Zig and accepts cargo's arguments.
const ZIG: &str = "cargo-zigbuild";
/// The commands that install Zig on a machine without a container engine.
const GET_ZIG: &str = "`pip install cargo-zigbuild ziglang` and `rustup target add \
                       x86_64-unknown-linux-gnu`";

/// A method to build the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BuildMethod {
    /// The project's own `cargo bootstrap`, which links glibc statically.
    Bootstrap,
    /// The project's Dockerfile, which runs `cargo bootstrap`.
    Engine(&'static str),
    /// Zig's linker, against the glibc of the oldest runtime.
    Zig,
}

impl BuildMethod {
    /// The first method that works on this machine, and the reason for it.
    pub(super) fn choose(host: &Host, stop: &Stop) -> anyhow::Result<(Self, String)> {
        let Err(why) = host.builds_static() else {
            return Ok((Self::Bootstrap, "this is Linux on x86-64".to_owned()));
        };
        if let Some(engine) = engine(stop)? {
            return Ok((Self::Engine(engine), why));
        }
        if has_zig(stop)? {
            return Ok((Self::Zig, format!("{why}, and no Docker engine is running")));
        }
        let message =
            format!("{why}, and neither Docker nor Zig is available to build for Linux on x86-64");
        let failure = Failure::new(Exit::Machine, message);
        Err(failure
            .hint(format!("start Docker, or install Zig: {GET_ZIG}"))
            .into())
    }

    /// Building in a container.
    pub(super) fn engine(stop: &Stop) -> anyhow::Result<Self> {
        let engine = engine(stop)?.ok_or_else(|| {
            Failure::new(Exit::Machine, "no Docker engine is running")
                .hint("start Docker, then check it with `docker version`")
        })?;
        Ok(Self::Engine(engine))
    }

    /// Building with Zig.
    pub(super) fn zig(stop: &Stop) -> anyhow::Result<Self> {
        if has_zig(stop)? {
            return Ok(Self::Zig);
        }
        let failure = Failure::new(Exit::Machine, "`cargo-zigbuild` is not installed");
        Err(failure.hint(format!("run {GET_ZIG}")).into())
    }

    /// Rejects a machine or an environment in which the method would fail or build a different
    /// program.
    pub(super) fn ensure_usable(self, host: &Host, project: &Project) -> Result<(), Failure> {
        match self {
            Self::Engine(_) => path_crates::ensure_inside(project.dir()),
            Self::Bootstrap => {
                diagnosis::rustflags()?;
                host.ensure_usable(project)
            }
            Self::Zig => host.ensure_usable(project),
        }
    }

    /// The command to run in the project, with the user's arguments.
    fn command(self, project: &Project, more: &[OsString]) -> Command {
        let (mut command, last) = match self {
            Self::Bootstrap => {
                let mut command = cargo::command(project.dir(), &["bootstrap"]);
                command.args((!project.alias_is_locked()).then_some("--locked"));
                (command, None)
            }
            Self::Zig => {
                let mut command = Command::new(ZIG);
                let target = format!("{TARGET}.{}", Glibc::from(RUNTIMES[0].glibc));
                command.args(["install", "--path", ".", "--root", ROOT]);
                // A folder that projects share could have another function's program.
                command.args(["--target-dir", "target", "--bin", PROGRAM]);
                command.args(["--target", &target, "--locked", "--force", "--no-track"]);
                (command, None)
            }
            Self::Engine(engine) => {
                let mut command = Command::new(engine);
                let output = format!("type=local,dest={PACKAGE}");
                command.args(["build", "--platform", "linux/amd64"]);
                command.args(["--target", "bootstrap", "--output", &output]);
                (command, Some("."))
            }
        };
        command.current_dir(project.dir()).args(more).args(last);
        command
    }

    /// The same command as a shell line.
    pub(super) fn shell_line(self, project: &Project, more: &[OsString]) -> String {
        let command = self.command(project, more);
        // The environment names cargo by its full path, which nobody types.
        let program = match self {
            Self::Bootstrap => "cargo".as_ref(),
            _ => command.get_program(),
        };
        let line = shell::command_line(program, command.get_args());
        match std::env::current_dir() {
            Ok(here) if here == project.dir() => line,
            _ => format!("cd {} && {line}", shell::quoted(project.dir())),
        }
    }

    /// The error for a build that fails for an unknown reason.
    pub(super) fn failed(self) -> Failure {
        Failure::new(Exit::Failed, format!("`{self}` failed")).hint("see its message above")
    }

    /// Builds the program into the directory that is deployed.
    pub(super) fn build(
        self,
        project: &Project,
        more: &[OsString],
        stop: &Stop,
    ) -> anyhow::Result<()> {
        let mut command = self.command(project, more);
        match self {
            Self::Bootstrap => cargo::run(command, self.failed(), stop).map(drop),
            Self::Zig => {
                // `cargo install` ignores a lock file that is behind `Cargo.toml`; `fetch` reports it.
                let args = ["fetch", "--locked", "--target", TARGET];
                let fetch = cargo::command(project.dir(), &args);
                diagnosis::refuse(&tool::run(fetch, cargo::INSTALL, stop)?, self.failed())?;
                // Cargo would advise adding the program to `PATH`, which makes no sense here.
                let path = var_os("PATH").unwrap_or_default();
                let path = std::env::split_paths(&path).chain([project.package()]);
                if let Ok(path) = std::env::join_paths(path) {
                    command.env("PATH", path);
                }
                cargo::run(command, self.failed(), stop).map(drop)
            }
            Self::Engine(_) => {
                // Some engines print messages on stdout, which is for data here.
                command.stdout(io::stderr());
                let ended = tool::run(command, "", stop)?;
                Ok(diagnosis::refuse(&ended, self.failed())?)
            }
        }
    }

    /// The hint for a method that built no program or a wrong one.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::Bootstrap => {
                "compare `.cargo/config.toml` with the one in a new project of `cargo fc3 new`"
            }
            Self::Engine(_) => {
                "compare `Dockerfile` with the one in a new project of `cargo fc3 new`"
            }
            Self::Zig => {
                "build it on Linux or with `--docker`: a static program runs on every \
                          runtime"
            }
        }
    }
}

impl fmt::Display for BuildMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bootstrap => f.write_str("cargo bootstrap"),
            Self::Engine(engine) => write!(f, "{engine} build"),
            Self::Zig => f.write_str(ZIG),
        }
    }
}

/// The first container engine that is running; an installed client is not enough.
fn engine(stop: &Stop) -> anyhow::Result<Option<&'static str>> {
    for engine in ENGINES {
        let mut command = Command::new(engine);
        command.arg("version");
        if tool::ask(command, stop)?.is_some() {
            return Ok(Some(engine));
        }
    }
    Ok(None)
}

fn has_zig(stop: &Stop) -> anyhow::Result<bool> {
    let mut command = Command::new(ZIG);
    command.arg("--version");
    Ok(tool::ask(command, stop)?.is_some())
}
