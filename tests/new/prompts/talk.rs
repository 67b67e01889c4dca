//! A terminal, with the command line at its inner end.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

use rustix::pty::OpenptFlags;
use rustix::termios::OptionalActions;
use tempfile::TempDir;

const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

/// What the terminal does with keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It passes on each key.
    Raw,
    /// It passes on lines, and shows what is typed.
    Lines,
}

/// A run of the command line whose input and talk are a terminal.
pub(crate) struct Talk {
    scratch: TempDir,
    child: Child,
    terminal: File,
    shown: String,
    /// All that was shown, also what was waited for.
    pub(crate) all: String,
}

impl Talk {
    pub(crate) fn new(args: &[&str]) -> Self {
        Self::with(args, |_| {})
    }

    pub(crate) fn with(args: &[&str], change: impl FnOnce(&mut Command)) -> Self {
        // Raw from the start, so that a key that comes before a question reads is a key too.
        Self::on(args, Mode::Raw, change)
    }

    /// On a terminal that only prints lines.
    pub(crate) fn dumb(args: &[&str]) -> Self {
        Self::on(args, Mode::Lines, |command| {
            command.env("TERM", "dumb");
        })
    }

    fn on(args: &[&str], mode: Mode, change: impl FnOnce(&mut Command)) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let terminal = rustix::pty::openpt(flags).expect("a terminal");
        rustix::pty::grantpt(&terminal).expect("a terminal of ours");
        rustix::pty::unlockpt(&terminal).expect("a terminal that opens");
        let name = rustix::pty::ptsname(&terminal, Vec::new()).expect("a name");
        let name = name.into_string().expect("a name in ASCII");
        let inner = File::options()
            .read(true)
            .write(true)
            .open(name)
            .expect("its inner end");
        if mode == Mode::Raw {
            let mut mode = rustix::termios::tcgetattr(&inner).expect("a mode");
            mode.make_raw();
            rustix::termios::tcsetattr(&inner, OptionalActions::Now, &mode).expect("a raw mode");
        }
        let inner = || OwnedFd::from(inner.try_clone().expect("a copy"));

        let scratch = tempfile::tempdir().expect("a temporary directory");
        let mut command = Command::new(CLI);
        command
            .arg("new")
            .args(args)
            .args(["--vcs", "none"])
            .current_dir(scratch.path())
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .stdin(inner())
            .stdout(inner())
            .stderr(inner());
        change(&mut command);
        let child = command.spawn().expect("it starts");
        // The command holds the inner end, which must not stay open here.
        drop(command);
        Self {
            scratch,
            child,
            terminal: terminal.into(),
            shown: String::new(),
            all: String::new(),
        }
    }

    /// Waits until `text` is shown, after all that was waited for before.
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        while !self.shown.contains(text) {
            assert!(self.more(), "{text:?} was not shown, only {:?}", self.shown);
        }
        let at = self.shown.find(text).expect("it is there") + text.len();
        self.shown.drain(..at);
        self
    }

    pub(crate) fn types(&mut self, keys: &str) -> &mut Self {
        self.terminal
            .write_all(keys.as_bytes())
            .expect("it takes keys");
        self
    }

    /// Waits for the end; the terminal then has the cursor again.
    pub(crate) fn ends(&mut self) -> ExitStatus {
        while self.more() {}
        assert!(
            !self.shown.contains("\x1b[?25l"),
            "the cursor is hidden: {:?}",
            self.shown
        );
        self.child.wait().expect("it ends")
    }

    /// Reads what is shown next, until nobody has the other end any more.
    pub(crate) fn more(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.terminal.read(&mut bytes) {
            Ok(0) | Err(_) => false,
            Ok(length) => {
                let new = String::from_utf8_lossy(&bytes[..length]);
                self.shown += &new;
                self.all += &new;
                true
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn answers(&self, project: &str) -> toml::Table {
        let answers = std::fs::read_to_string(self.path().join(project).join("fc3.toml"));
        answers
            .expect("the answers are kept")
            .parse()
            .expect("TOML")
    }
}
