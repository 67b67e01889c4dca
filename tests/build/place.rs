//! Where the command line is run, and with what around it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::Failed;
use regex::Regex;
use snapbox::{Assert, Data, Redactions};
use tempfile::TempDir;

use crate::support::environment::environment;
use crate::support::project::{self, CLI, Project};

/// The project that most of this is about, which is built for other tests too.
pub(crate) fn shared() -> io::Result<Project> {
    Project::render("kind-event", "event", &[])
}

/// Builds the shared project, as nobody else does meanwhile.
pub(crate) fn build_of(project: &Project, dir: &Path, args: &[&str]) -> io::Result<Output> {
    let _lock = project::lock(&project.name)?;
    build_shared(dir, args).output()
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

/// The variables of an access key.
pub(crate) const KEY: [&str; 3] = ["AccountID", "AccessKeyID", "AccessKeySecret"];

/// `cargo fc3 build` in a directory, with nothing in the environment that changes what it makes.
pub(crate) fn build(dir: &Path, args: &[&str]) -> Command {
    let environment = environment().expect("a path of folders");
    let mut command = Command::new(CLI);
    command.arg("build").args(args).current_dir(dir).env_clear();
    command.envs(environment);
    // Where Zig keeps what it has built of the C library.
    command.envs(std::env::var_os("HOME").map(|home| ("HOME", home)));
    command.env("CARGO", env!("CARGO")).env("NO_COLOR", "1");
    // Without a key for a deployment, each build would say so.
    command.envs(KEY.map(|name| (name, "a key that opens nothing")));
    command
}

/// The same, with what all projects have in common built once.
pub(crate) fn build_shared(dir: &Path, args: &[&str]) -> Command {
    let mut command = build(dir, args);
    command.env("CARGO_BUILD_BUILD_DIR", project::target());
    command
}

/// What a run says of itself, without the messages of the program that builds: its own error is the
/// last one.
pub(crate) fn own_words(output: &Output) -> String {
    const OWN: [&str; 4] = ["Building ", "Chose ", "Checked ", "Packed "];
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = said.lines().collect();
    let error = lines.iter().rposition(|line| line.starts_with("error: "));
    let is_own = |(at, line): &(usize, &&str)| {
        let begins = |begin: &&str| line.starts_with(begin);
        Some(*at) == error && !output.status.success()
            || OWN.iter().any(begins)
            || line.starts_with("hint: ")
    };
    let own = lines.iter().enumerate().filter(is_own);
    own.fold(String::new(), |text, (_, line)| text + line + "\n")
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
    // How new a library a program is linked for is Rust's choice, and the linker's.
    let said = Regex::new(r"GLIBC_\d\.\d+")?.replace_all(&said, "GLIBC_[VERSION]");
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
