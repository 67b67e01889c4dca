//! Where to look for changes of files: the directories to watch, and the paths that events have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::cli::dev::inputs::below;

/// The directories to watch, and what an event in them is about. All paths here are canonical, as
/// those of events are on some systems.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The directories to watch. None is watched with those below it, since `target` is large.
    pub(super) folders: BTreeSet<PathBuf>,
    /// Every file by the path of its events. A link has two, and a file in a missing directory has
    /// that of the directory.
    files: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// The directories of which every file counts.
    whole: BTreeSet<PathBuf>,
}

impl Places {
    /// The places of single files, and of all files in whole directories. Files that are found there
    /// are added to `files`.
    pub(super) fn new(files: &mut BTreeSet<PathBuf>, whole: &BTreeSet<PathBuf>) -> Self {
        let mut places = Self::default();
        for folder in whole {
            // One that is missing is awaited like a file.
            files.insert(folder.clone());
            for (path, is_folder) in below(folder) {
                if !is_folder {
                    files.insert(path);
                } else if let Ok(folder) = path.canonicalize() {
                    places.whole.insert(folder.clone());
                    places.folders.insert(folder);
                }
            }
        }
        for file in files.iter() {
            places.add(file);
            // The target of a link is edited in its own directory.
            if let Ok(real) = file.canonicalize() {
                places.add_at(real, file);
            }
        }
        places
    }

    /// The files that an event at this path is about.
    pub(super) fn files_at(&self, event: &Path) -> &[PathBuf] {
        self.files.get(event).map_or(&[], Vec::as_slice)
    }

    /// Whether an event at this path may be about a file that is not known yet.
    pub(super) fn may_be_new(&self, event: &Path) -> bool {
        let parent = event.parent();
        parent.is_some_and(|folder| self.whole.contains(folder))
    }

    /// Adds a file in the nearest directory above it that exists.
    fn add(&mut self, file: &Path) {
        for folder in file.ancestors().skip(1) {
            let Ok(canonical) = folder.canonicalize() else {
                continue;
            };
            let rest = file.strip_prefix(folder).ok();
            let first = rest.and_then(|rest| rest.components().next());
            if let Some(Component::Normal(name)) = first {
                self.add_at(canonical.join(name), file);
            }
            return;
        }
    }

    fn add_at(&mut self, place: PathBuf, file: &Path) {
        if let Some(folder) = place.parent() {
            self.folders.insert(folder.to_owned());
        }
        let files = self.files.entry(place).or_default();
        if !files.iter().any(|known| known == file) {
            files.push(file.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::slice::from_ref;

    use super::Places;

    #[test]
    fn a_file_in_a_missing_directory_is_awaited_in_the_one_above() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it is there");
        let file = root.join("src/deep/mod.rs");
        let mut files = BTreeSet::from([file.clone()]);
        let places = Places::new(&mut files, &BTreeSet::new());
        assert_eq!(places.folders, BTreeSet::from([root.clone()]));
        assert_eq!(places.files_at(&root.join("src")), from_ref(&file));

        fs::create_dir_all(root.join("src/deep")).expect("a directory");
        let places = Places::new(&mut files, &BTreeSet::new());
        assert_eq!(places.folders, BTreeSet::from([root.join("src/deep")]));
        assert_eq!(places.files_at(&file), from_ref(&file));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_watched_where_it_leads() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it is there");
        fs::create_dir_all(root.join("shared")).expect("a directory");
        fs::create_dir_all(root.join("src")).expect("a directory");
        fs::write(root.join("shared/real.rs"), "").expect("a file");
        let link = root.join("src/link.rs");
        std::os::unix::fs::symlink("../shared/real.rs", &link).expect("a link");
        let places = Places::new(&mut BTreeSet::from([link.clone()]), &BTreeSet::new());
        for place in ["src/link.rs", "shared/real.rs"] {
            assert_eq!(
                places.files_at(&root.join(place)),
                from_ref(&link),
                "{place}"
            );
        }
    }

    #[test]
    fn every_file_of_a_whole_directory_counts() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it is there");
        fs::create_dir_all(root.join("proto/v1")).expect("a directory");
        fs::write(root.join("proto/v1/a.proto"), "").expect("a file");
        let mut files = BTreeSet::new();
        let places = Places::new(&mut files, &BTreeSet::from([root.join("proto")]));
        let all = ["proto", "proto/v1/a.proto"].map(|file| root.join(file));
        assert_eq!(Vec::from_iter(files), all);
        assert!(places.may_be_new(&root.join("proto/v1/b.proto")));
        assert!(!places.may_be_new(&root.join("other/b.proto")));
        let expected = [root.clone(), root.join("proto"), root.join("proto/v1")];
        assert_eq!(Vec::from_iter(places.folders), expected);
    }
}
