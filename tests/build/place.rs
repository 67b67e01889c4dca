//! Where the command line is run, and with what around it.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::Failed;
use regex::Regex;
use snapbox::{Assert, Data, Redactions};
use tempfile::TempDir;

use crate::support::project::{self, CLI, Project};

/// The project that most of this is about, which is built for other tests too.
pub(crate) fn shared() -> io::Result<Project> {
    Project::render("kind-event", "event", &[])
}

/// A project in a directory of its own, which is not built yet.
pub(crate) struct Fresh {
    scratch: TempDir,
}

impl Fresh {
    pub(crate) fn new() -> io::Result<Self> {
        let scratch = tempfile::tempdir()?;
        let mut new = Command::new(CLI);
        new.args(["new", "hello", "--vcs", "none", "--yes"])
            .current_dir(scratch.path());
        project::succeed(&mut new)?;
        Ok(Self { scratch })
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.scratch.path().join("hello")
    }

    /// A directory beside the project.
    pub(crate) fn beside(&self) -> &Path {
        self.scratch.path()
    }

    /// Replaces a part of one of its files.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) -> io::Result<()> {
        let path = self.dir().join(file);
        let text = fs::read_to_string(&path)?;
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replacen(from, to, 1))
    }

    /// A folder of programs, each of them a script for a shell.
    pub(crate) fn programs(&self, scripts: &[(&str, &str)]) -> io::Result<PathBuf> {
        let folder = self.scratch.path().join("programs");
        fs::create_dir_all(&folder)?;
        for (name, script) in scripts {
            let path = folder.join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
            }
        }
        Ok(folder)
    }
}

/// `cargo fc3 build` in a directory, with nothing in the environment that changes what it makes.
pub(crate) fn build(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(CLI);
    command.arg("build").args(args).current_dir(dir);
    command.env("CARGO", env!("CARGO")).env("NO_COLOR", "1");
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR"] {
        command.env_remove(name);
    }
    command
}

/// The same, with what all projects have in common built once.
pub(crate) fn build_shared(dir: &Path, args: &[&str]) -> Command {
    let mut command = build(dir, args);
    command.env("CARGO_BUILD_BUILD_DIR", project::target());
    command
}

/// What a run says of itself: without the messages of the program that builds.
pub(crate) fn own_words(output: &Output) -> String {
    const OWN: [&str; 5] = ["Building ", "Chosen ", "Checked ", "error: ", "hint: "];
    let said = String::from_utf8_lossy(&output.stderr);
    let own = said
        .lines()
        .filter(|line| OWN.iter().any(|own| line.starts_with(own)));
    let own: Vec<_> = own.filter(|line| !is_cargos(line)).collect();
    own.join("\n") + "\n"
}

/// Cargo and rustc tell of errors in the same form; ours come last.
fn is_cargos(line: &str) -> bool {
    let cargos = [
        "error: could not compile",
        "error: failed to compile",
        "error: linking with",
        "error: cannot find",
        "error: linker",
        "error: no such command",
        "error: aborting",
        "error: current package",
        "error: failed to ",
        "error: cannot update",
    ];
    cargos.iter().any(|begin| line.starts_with(begin))
}

/// Checks an exit code, stdout, and what was said, against `tests/snapshots/build/NAME.txt`.
pub(crate) fn says(output: &Output, code: i32, name: &str, dir: &Path) -> Result<(), Failed> {
    let all = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{all}");
    let mut redactions = Redactions::new();
    redactions.insert("[DIR]", dir.canonicalize()?)?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/build");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let said = format!("{stdout}---\n{}", own_words(output));
    let said = Regex::new(r"\d+\.\d MB")?.replace_all(&said, "[SIZE]");
    let said = Regex::new(r"Rust \S+ is older")?.replace_all(&said, "Rust [VERSION] is older");
    Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .redact_with(redactions)
        .try_eq(
            None,
            said.as_ref().into(),
            Data::read_from(&file.join(format!("{name}.txt")), None),
        )
        .map_err(|error| format!("{error}\n{all}").into())
}

/// A `PATH` of one folder, and of what a shell itself needs.
pub(crate) fn path_of(folder: &Path) -> &OsStr {
    folder.as_os_str()
}
