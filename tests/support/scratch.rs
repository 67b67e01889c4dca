//! The command line in a directory of its own.

use std::path::Path;

use snapbox::cmd::{Command, OutputAssert};
use snapbox::{Assert, Data, Redactions};
use tempfile::TempDir;

use super::disk;

pub(crate) const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

/// An empty directory, and the command line in it, without a terminal and without colours.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn fc3(&self, args: &[&str]) -> OutputAssert {
        self.command(args).assert()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut redactions = Redactions::new();
        let path = self.path().canonicalize().expect("it is there");
        redactions.insert("[SCRATCH]", path).expect("a valid name");
        let version = env!("CARGO_PKG_VERSION");
        redactions
            .insert("[VERSION]", version)
            .expect("a valid name");
        Command::new(CLI)
            .with_assert(
                Assert::new()
                    .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
                    .redact_with(redactions),
            )
            .args(args)
            .current_dir(self.path().canonicalize().expect("it is there"))
            .env("COLUMNS", "80")
            .env("NO_COLOR", "1")
            .env_remove("CLICOLOR_FORCE")
    }

    /// Runs what must fail, say `text` on stderr and nothing on stdout, and write nothing.
    pub(crate) fn refuses(&self, args: &[&str], code: i32, text: Data) {
        let before = disk::read(self.path());
        self.fc3(args).code(code).stdout_eq("").stderr_eq(text);
        assert_eq!(disk::read(self.path()), before, "something was left");
    }
}
