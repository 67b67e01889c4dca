//! The watched files as they were when they were last looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::content::{Content, Stamp};

/// The coarsest time of a write that a file system keeps. A second write within it may leave no
/// trace but the content.
const COARSEST: Duration = Duration::from_secs(2);

/// A file as it was at some moment.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Nothing if the build may have used another content than that of now.
    content: Option<Content>,
    stamp: Stamp,
    when: SystemTime,
}

impl Seen {
    fn now(file: &Path) -> Self {
        Self {
            // In this order, so that a write in between is seen at the next look.
            when: SystemTime::now(),
            stamp: Stamp::of(file),
            content: Some(Content::of(file)),
        }
    }

    /// A file with this content, which is read again at the next look.
    fn with(content: Option<Content>) -> Self {
        Self {
            when: SystemTime::now(),
            stamp: Stamp::NONE,
            content,
        }
    }

    /// Whether the file may have another content now.
    fn may_differ(&self, file: &Path) -> bool {
        self.content.is_none()
            || self.stamp != Stamp::of(file)
            || self.stamp.is_since(self.when - COARSEST)
    }
}

/// Files and what was seen of each.
#[derive(Debug, Default)]
pub(super) struct SeenFiles(BTreeMap<PathBuf, Seen>);

/// A file whose content is not the one that was seen.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) file: PathBuf,
    /// Whether it had a content and has none now. It may be about to be replaced.
    pub(super) is_emptied: bool,
    seen: Seen,
}

impl SeenFiles {
    /// Adds the files of a build that it has used as they are now. One that was written after
    /// `begun` may be another than the build has used.
    pub(super) fn add_built(&mut self, files: BTreeSet<PathBuf>, begun: Option<SystemTime>) {
        for file in files {
            self.0.entry(file).or_insert_with_key(|file| {
                let seen = Seen::now(file);
                let is_file = seen.content != Some(Content::Absent);
                if is_file && begun.is_some_and(|begun| seen.stamp.is_since(begun)) {
                    return Seen::with(None);
                }
                seen
            });
        }
    }

    /// Adds files that were not there before.
    pub(super) fn add_new(&mut self, files: BTreeSet<PathBuf>) {
        for file in files {
            let absent = Seen::with(Some(Content::Absent));
            self.0.entry(file).or_insert(absent);
        }
    }

    /// Takes a content as the one that was seen.
    pub(super) fn set(&mut self, file: PathBuf, content: Content) {
        self.0.insert(file, Seen::with(Some(content)));
    }

    pub(super) fn retain(&mut self, is_kept: impl Fn(&Path) -> bool) {
        self.0.retain(|file, _| is_kept(file));
    }

    /// The files that may have another content, by what their directories say.
    pub(super) fn touched(&self) -> Vec<PathBuf> {
        let touched = self.0.iter().filter(|(file, seen)| seen.may_differ(file));
        touched.map(|(file, _)| file.clone()).collect()
    }

    /// Reads these files, and returns those that have changed, in the same order.
    pub(super) fn compare(&mut self, files: &[PathBuf]) -> Vec<Changed> {
        let mut all: Vec<Changed> = Vec::new();
        for file in files {
            let Some(before) = self.0.get_mut(file) else {
                continue;
            };
            let seen = Seen::now(file);
            if before.content == seen.content {
                *before = seen;
            } else if !all.iter().any(|known| known.file == *file) {
                let was_empty = before.content.is_some_and(Content::is_nothing);
                all.push(Changed {
                    file: file.clone(),
                    is_emptied: !was_empty && seen.content.is_some_and(Content::is_nothing),
                    seen,
                });
            }
        }
        all
    }

    /// Takes a change as seen. Cargo compares times, and would take a file from before the last
    /// build for the one that it has built. A file that was moved here, or copied with its time, may
    /// be older, so it is made newer.
    pub(super) fn accept(&mut self, changed: &Changed, last_build: Option<SystemTime>) {
        let Changed { file, seen, .. } = changed;
        let mut seen = *seen;
        if last_build.is_some_and(|begun| seen.stamp.is_before(begun)) {
            let opened = File::options().append(true).open(file);
            // If it cannot be changed, its author can still do so.
            let _ = opened.and_then(|file| file.set_modified(SystemTime::now()));
            seen.stamp = Stamp::of(file);
        }
        self.0.insert(file.clone(), seen);
    }
}
