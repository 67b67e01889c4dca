//! Git at work: while it checks out many files, its index is locked.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The age from which a lock is taken for one that a killed git has left.
const STALE: Duration = Duration::from_secs(10);

/// The lock of git's index in the repository that a directory belongs to.
pub(super) struct GitLock(Option<PathBuf>);

impl GitLock {
    pub(super) fn of(folder: &Path) -> Self {
        let found = folder.ancestors().map(|folder| folder.join(".git"));
        let mut found = found.filter_map(|git| repository(&git));
        Self(found.next().map(|repository| repository.join("index.lock")))
    }

    /// Whether git is changing files.
    pub(super) fn is_held(&self) -> bool {
        let modified = self
            .0
            .as_ref()
            .and_then(|lock| fs::metadata(lock).ok()?.modified().ok());
        // A lock from the future is a new one, on a file system with another clock.
        modified.is_some_and(|modified| modified.elapsed().map_or(true, |age| age < STALE))
    }
}

/// The directory with the index. In a worktree, `.git` is a file that names it.
fn repository(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    let named = text.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(named))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    use super::GitLock;

    #[test]
    fn a_lock_counts_unless_a_killed_git_has_left_it() {
        let folder = tempfile::tempdir().expect("a directory");
        let (project, tree) = (
            folder.path().join("main/project"),
            folder.path().join("tree"),
        );
        let git = folder.path().join("main/.git");
        fs::create_dir_all(&project).expect("a directory");
        fs::create_dir_all(git.join("worktrees/tree")).expect("a directory");
        fs::create_dir_all(&tree).expect("a directory");
        fs::write(tree.join(".git"), "gitdir: ../main/.git/worktrees/tree\n").expect("a file");

        assert!(!GitLock::of(&project).is_held());
        let lock = File::create(git.join("index.lock")).expect("a file");
        assert!(GitLock::of(&project).is_held());
        assert!(!GitLock::of(&tree).is_held());
        File::create(git.join("worktrees/tree/index.lock")).expect("a file");
        assert!(GitLock::of(&tree).is_held());

        let old = SystemTime::now() - Duration::from_secs(60);
        lock.set_modified(old).expect("it is ours");
        assert!(!GitLock::of(&project).is_held());
    }
}
