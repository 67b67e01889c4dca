//! The program that instances run: a link to the one that cargo has built. Cargo removes and replaces
//! its own during a build, and an instance may have to start at that moment.

use std::fs;
use std::path::{Path, PathBuf};

use super::watch::content::Stamp;

/// The directory of the links in a project. There is one directory for each program, so that all have
/// the name that cargo gave them.
const FOLDER: &str = "target/fc3-dev";

/// A program that was built.
pub(super) struct Program {
    /// The file of cargo as it was.
    stamp: Stamp,
    path: PathBuf,
}

/// The programs of a run of `dev`, of which the last one is kept.
pub(super) struct Programs {
    folder: PathBuf,
    count: usize,
    last: Option<Program>,
}

impl Programs {
    /// The programs of a project. Those of an earlier run are removed.
    pub(super) fn new(project: &Path) -> Self {
        let programs = Self {
            folder: project.join(FOLDER),
            count: 0,
            last: None,
        };
        programs.remove();
        programs
    }

    /// The last program.
    pub(super) fn last(&self) -> Option<&Path> {
        self.last.as_ref().map(|program| &*program.path)
    }

    /// Forgets the last program if somebody has removed it. Returns whether that is so.
    pub(super) fn forget_missing(&mut self) -> bool {
        self.last.take_if(|last| !last.path.exists()).is_some()
    }

    /// Takes the program of a build, which is fresh if cargo had nothing to do. Returns whether it is
    /// another one than the last: somebody else may have built it.
    pub(super) fn take(&mut self, built: &Path, is_fresh: bool) -> bool {
        self.forget_missing();
        let stamp = Stamp::of(built);
        let is_same = self.last.as_ref().is_some_and(|last| last.stamp == stamp);
        if is_fresh && is_same {
            return false;
        }
        self.count += 1;
        let path = self.keep(built).unwrap_or_else(|| built.to_owned());
        if let Some(last) = self.last.replace(Program { stamp, path })
            && let Some(folder) = last.path.parent()
            && folder.starts_with(&self.folder)
        {
            // Instances that still run it do not need its name.
            let _ = fs::remove_dir_all(folder);
        }
        true
    }

    /// A link to a program, or a copy where links are not possible. `None` where neither is.
    fn keep(&self, built: &Path) -> Option<PathBuf> {
        let folder = self.folder.join(self.count.to_string());
        fs::create_dir_all(&folder).ok()?;
        let path = folder.join(built.file_name()?);
        let linked = fs::hard_link(built, &path);
        linked.or_else(|_| fs::copy(built, &path).map(drop)).ok()?;
        Some(path)
    }

    fn remove(&self) {
        // What stays takes up space and does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_is_kept_until_the_next_one() {
        let project = tempfile::tempdir().expect("a directory");
        let built = project.path().join("bootstrap");
        let mut programs = Programs::new(project.path());
        assert!(!programs.forget_missing());
        assert_eq!(programs.last(), None);
        fs::write(&built, "one").expect("a file");
        assert!(programs.take(&built, true));
        assert!(!programs.take(&built, true));
        let first = programs.last().expect("a program").to_owned();

        fs::remove_file(&built).expect("it is there");
        assert_eq!(fs::read(&first).expect("a file"), b"one");
        fs::write(&built, "second").expect("a file");
        assert!(programs.take(&built, true));
        let second = programs.last().expect("a program").to_owned();
        assert_eq!(fs::read(&second).expect("a file"), b"second");
        assert!(!first.exists());
        // A file system may keep no times that differ.
        assert!(programs.take(&built, false));

        fs::remove_dir_all(project.path().join(FOLDER)).expect("it is there");
        assert!(programs.forget_missing());
        assert!(!programs.forget_missing());
        assert_eq!(programs.last(), None);
        assert!(programs.take(&built, true));
        assert!(!programs.forget_missing());
        drop(programs);
        assert!(!project.path().join(FOLDER).exists());
    }

    /// A disk may be full, or its file system may know no links.
    #[test]
    fn a_program_that_cannot_be_kept_is_used_where_it_is() {
        let project = tempfile::tempdir().expect("a directory");
        let built = project.path().join("bootstrap");
        fs::write(&built, "one").expect("a file");
        fs::write(project.path().join("target"), "not a directory").expect("a file");
        let mut programs = Programs::new(project.path());
        assert!(programs.take(&built, true));
        assert_eq!(programs.last(), Some(&*built));
        drop(programs);
        assert!(built.exists());
    }
}
