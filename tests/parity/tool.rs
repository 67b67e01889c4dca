//! The other door's program, and this repository as it reads it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The version whose behaviour the template is written for.
pub(crate) const VERSION: &str = "0.26.0";

#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// A checkout, as `--path` takes it.
    Path,
    /// A repository, as `--git` clones it.
    Git,
}

/// The tool, and this repository as a clone would have it.
pub(crate) struct Other {
    pub(crate) tool: PathBuf,
    pub(crate) repository: TempDir,
}

/// The tool, if it is here and of the version that we test with.
pub(crate) fn tool() -> Option<PathBuf> {
    let installed = format!("cargo-generate-{VERSION}/bin/cargo-generate");
    crate::support::tool::find("CARGO_GENERATE", "cargo-generate", &installed, |tool| {
        let output = Command::new(tool).args(["generate", "--version"]).output();
        output.is_ok_and(|output| crate::support::tool::says_version(&output.stdout, VERSION))
    })
}

/// What git has or would take of this repository, committed to one of its own: `--git` reads
/// commits, and a user's clone has neither build output nor a scratch file.
pub(crate) fn repository() -> io::Result<TempDir> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir()?;
    let git = |directory: &Path, args: &[&str]| {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.com",
                "-c",
                "core.hooksPath=",
            ])
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(args)
            .current_dir(directory)
            .output()?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failure(&output))
        }
    };
    let files = git(
        root,
        &[
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
    )?;
    for path in String::from_utf8_lossy(&files).split_terminator('\0') {
        // A file that was removed and not yet committed is listed too.
        if root.join(path).is_file() {
            let target = copy.path().join(path);
            fs::create_dir_all(target.parent().expect("it is below the copy"))?;
            fs::copy(root.join(path), target)?;
        }
    }
    git(copy.path(), &["init", "-q"])?;
    git(copy.path(), &["add", "--all", "--force"])?;
    git(copy.path(), &["commit", "-q", "-m", "The template"])?;
    Ok(copy)
}

pub(crate) fn failure(output: &Output) -> io::Error {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    io::Error::other(format!("{}\n{stdout}{stderr}", output.status))
}
