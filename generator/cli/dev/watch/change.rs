//! A change of files, and how it is named.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use crate::text::printable_path;

/// Files that have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Change {
    /// The file that changed first, as seen from the directory of `dev` if it is near.
    pub(in crate::cli) file: PathBuf,
    /// The number of the other files.
    pub(in crate::cli) more: usize,
    /// What has changed of each project, in their order.
    projects: Vec<Option<Changed>>,
}

/// What the changed files are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Changed {
    /// The program.
    Code,
    /// The settings of the function.
    Settings,
    /// The program and the settings.
    Both,
}

impl Change {
    /// A change of these files, of which there is at least one. They are named as seen from `root`.
    pub(super) fn new(
        root: &Path,
        files: &[PathBuf],
        projects: Vec<Option<Changed>>,
    ) -> Option<Self> {
        let first = files.first()?;
        Some(Self {
            file: relative(first, root),
            more: files.len() - 1,
            projects,
        })
    }

    /// What has changed of a project.
    pub(in crate::cli) fn of(&self, project: usize) -> Option<Changed> {
        self.projects.get(project).copied().flatten()
    }
}

impl Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", printable_path(&self.file))?;
        match self.more {
            0 => Ok(()),
            1 => formatter.write_str(" and one more file"),
            more => write!(formatter, " and {more} more files"),
        }
    }
}

/// The path of a file relative to a directory, or to one of the two directories above it.
fn relative(file: &Path, root: &Path) -> PathBuf {
    for (above, folder) in root.ancestors().take(3).enumerate() {
        // Everything is below the root of the file system, so that says nothing.
        if let Ok(rest) = file.strip_prefix(folder)
            && folder.parent().is_some()
        {
            return [".."].repeat(above).iter().collect::<PathBuf>().join(rest);
        }
    }
    file.to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Change;

    #[test]
    fn a_file_is_named_as_seen_from_the_project() {
        let named = |files: &[&str]| {
            let files: Vec<_> = files.iter().map(PathBuf::from).collect();
            let change = Change::new(Path::new("/w/a/hello"), &files, Vec::new());
            change.expect("a change").to_string()
        };
        assert_eq!(named(&["/w/a/hello/src/handler.rs"]), "`src/handler.rs`");
        assert_eq!(
            named(&["/w/a/shared/lib.rs", "/x"]),
            "`../shared/lib.rs` and one more file"
        );
        assert_eq!(
            named(&["/w/Cargo.toml", "/x", "/y"]),
            "`../../Cargo.toml` and 2 more files"
        );
        assert_eq!(
            named(&["/home/u/.cargo/config.toml"]),
            "`/home/u/.cargo/config.toml`"
        );
    }
}
