//! The machine that builds.

use std::process::{Command, Stdio};

use crate::cli::failure::{Exit, Failure};
use crate::cli::project::Project;
use crate::cli::tool::{self, cargo};
use crate::package::Glibc;
use crate::stop::Stop;

/// The only system whose programs an instance starts, as Rust names it.
pub(super) const TARGET: &str = "x86_64-unknown-linux-gnu";
/// The first C library that finds names in the network without a file beside the program, when it is
/// linked into it: <https://sourceware.org/glibc/wiki/Release/2.34>.
const STATIC_SINCE: Glibc = Glibc {
    major: 2,
    minor: 34,
};

/// What its tools say of it.
pub(super) struct Host {
    /// Its own target, as Rust names it.
    pub(super) target: String,
    /// The release of its cargo, which is that of its compiler.
    release: String,
    glibc: Option<Glibc>,
}

impl Host {
    /// Asks the tools.
    pub(super) fn ask(project: &Project, stop: &Stop) -> anyhow::Result<Self> {
        let mut version = cargo::command(project.dir(), &["-vV"]);
        version.stdout(Stdio::piped());
        // What rustup says of a toolchain that is not here is for the user to see.
        let ended = tool::run(version, cargo::INSTALL, stop)?;
        if !ended.status.success() {
            let failure = Failure::new(Exit::Machine, "`cargo -vV` failed");
            return Err(failure.hint("its message is above").into());
        }
        let said = ended.stdout;
        let line = |name: &str| {
            let mut lines = said.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
        };
        let (Some(target), Some(release)) = (line("host:"), line("release:")) else {
            anyhow::bail!("`cargo -vV` does not tell of this machine");
        };
        let mut glibc = Command::new("getconf");
        glibc.arg("GNU_LIBC_VERSION");
        let glibc = tool::ask(glibc, stop)?;
        let glibc = glibc
            .as_deref()
            .and_then(|said| Glibc::parse(said.trim().strip_prefix("glibc ")?));
        Ok(Self {
            target,
            release,
            glibc,
        })
    }

    /// Whether a static program can be built here, or why not.
    pub(super) fn builds_static(&self) -> Result<(), String> {
        if self.target != TARGET {
            return Err(format!("this machine is `{}`", self.target));
        }
        match self.glibc {
            Some(old) if old < STATIC_SINCE => Err(format!(
                "a static program needs glibc {STATIC_SINCE} or later, and this machine has {old}"
            )),
            _ => Ok(()),
        }
    }

    /// Refuses a cargo that is too old for the project, which would say so in many words.
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
            "Rust {} is older than {needed}, which `Cargo.toml` asks for",
            self.release
        );
        Err(Failure::new(Exit::Machine, message).hint("run `rustup update`"))
    }
}
