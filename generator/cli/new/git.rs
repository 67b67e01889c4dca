//! Creates a repository for a new project, if wanted.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use clap::ValueEnum;

use crate::cli::failure::{Exit, Failure};
use crate::cli::tool;
use crate::scaffold::tree::Destination;
use crate::stop::Stop;

/// The version control system of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Vcs {
    /// run `git init` in the new directory
    Git,
    /// no version control
    None,
}

/// Variables that git sets in its hooks. With them, git would use another repository instead of the
/// new directory.
const ELSEWHERE: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
];

/// Whether the target is inside an existing repository.
pub(super) fn is_in_repository(target: &Destination) -> bool {
    let parent = target.parent().canonicalize();
    parent.is_ok_and(|parent| parent.ancestors().any(|above| above.join(".git").exists()))
}

/// Creates a repository in `directory`. If git is missing, this is a failure only if the user
/// `asked` for a repository.
pub(super) fn init(directory: &Path, asked: bool, stop: &Stop) -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.args(["init", "-q"]).current_dir(directory);
    for variable in ELSEWHERE {
        git.env_remove(variable);
    }
    let (status, messages) = match tool::run_quietly(&mut git, stop) {
        Ok(ended) => ended?,
        Err(error) if error.kind() == ErrorKind::NotFound && !asked => return Ok(()),
        Err(error) => {
            return Err(
                Failure::new(Exit::Machine, format!("cannot run `git`: {error}"))
                    .hint("install git, or use `--vcs none`"),
            );
        }
    };
    if status.success() {
        return Ok(());
    }
    let message = messages.trim();
    let why = if message.is_empty() {
        status.to_string()
    } else {
        message.to_owned()
    };
    Err(
        Failure::new(Exit::Machine, format!("`git init` failed: {why}"))
            .hint("use `--vcs none` to create no repository"),
    )
}
