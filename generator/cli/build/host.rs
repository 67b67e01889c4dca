//! The machine that runs the build.

use std::process::{Command, Stdio};

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::Project;
use crate::cli::tool::{self, cargo};
use crate::package::Glibc;
use crate::stop::Stop;

/// The only target whose programs an instance can start, as Rust names it.
pub(super) const TARGET: &str = "x86_64-unknown-linux-gnu";
/// The first glibc that can resolve host names when it is linked statically:
/// <https://sourceware.org/glibc/wiki/Release/2.34>.
const STATIC_SINCE: Glibc = Glibc {
    major: 2,
    minor: 34,
};

/// The facts about the machine, from its tools.
pub(super) struct Host {
    /// The machine's own target, as Rust names it.
    pub(super) target: String,
    /// The version of its cargo, which is also the version of its compiler.
    release: String,
    glibc: Option<Glibc>,
}

impl Host {
    /// Queries the tools.
    pub(super) fn ask(project: &Project, stop: &Stop) -> anyhow::Result<Self> {
        let mut version = cargo::command(project.dir(), &["-vV"]);
        version.stdout(Stdio::piped());
        // If a toolchain is missing, the user must see rustup's message.
        let ended = tool::run(version, cargo::INSTALL, stop)?;
        if !ended.status.success() {
            let failure = Failure::new(Exit::Machine, "`cargo -vV` failed");
            return Err(failure.hint("see its message above").into());
        }
        let text = ended.stdout;
        let line = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
        };
        let (Some(target), Some(release)) = (line("host:"), line("release:")) else {
            anyhow::bail!("`cargo -vV` does not print the target of this machine");
        };
        let mut glibc = Command::new("getconf");
        glibc.arg("GNU_LIBC_VERSION");
        let glibc = tool::ask(glibc, stop)?;
        let glibc = glibc
            .as_deref()
            .and_then(|text| Glibc::parse(text.trim().strip_prefix("glibc ")?));
        Ok(Self {
            target,
            release,
            glibc,
        })
    }

    /// Checks that a static program can be built here.
    pub(super) fn builds_static(&self) -> Result<(), String> {
        if self.target != TARGET {
            return Err(format!("this machine is `{}`", self.target));
        }
        match self.glibc {
            Some(old) if old < STATIC_SINCE => Err(format!(
                "a static program needs glibc {STATIC_SINCE} or later, but this machine has {old}"
            )),
            _ => Ok(()),
        }
    }

    /// Rejects a cargo that is too old for the project, with a shorter message than cargo's own.
    pub(super) fn ensure_usable(&self, project: &Project) -> Result<(), Failure> {
        let Some(needed) = project.rust_version() else {
            return Ok(());
        };
        let numbers = |version: &str| -> Vec<u32> {
            let plain = version.split('-').next().unwrap_or_default();
            plain
                .split('.')
                .map_while(|number| number.parse().ok())
                .collect()
        };
        if numbers(&self.release) >= numbers(&needed) {
            return Ok(());
        }
        let message = format!(
            "Rust {} is older than {needed}, which `Cargo.toml` requires",
            self.release
        );
        Err(Failure::new(Exit::Machine, message).hint("run `rustup update`"))
    }
}
