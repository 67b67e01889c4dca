//! Watches the files that a program is made of, and the settings of the function.
//!
//! Events only say where to look. What counts is the content: it is read when a change is reported,
//! which is before the build that follows, so an edit during that build is a change again. Files that
//! the build writes are taken as it has used them.

mod change;
pub(super) mod content;
mod events;
mod git;
mod pending;
mod places;
mod remote;
mod seen;
mod watched;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::inputs::Inputs;
pub(in crate::cli) use change::{Change, Changed};
use events::{Event, Events, NoEvents};
use git::GitLock;
use pending::Pending;
use places::Places;
use seen::SeenFiles;
use watched::Watched;

/// The interval for looking at all files where events are missing.
const POLL: Duration = Duration::from_millis(250);

/// A watch over the files of one project or several.
pub(in crate::cli) struct Watcher {
    /// The directory as seen from which files are named.
    root: PathBuf,
    watched: Watched,
    seen: SeenFiles,
    places: Places,
    events: Events,
    git: GitLock,
    /// The time of the next look at all files, if events alone do not do.
    poll: Option<Instant>,
    no_events: Option<NoEvents>,
    pending: Option<Pending>,
}

/// The reason for looking where files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Because {
    /// A build that began then has found its inputs. It knew those that are new here.
    Build(Option<SystemTime>),
    /// Something has changed since. What is new here was not there before.
    Events,
}

impl Watcher {
    /// Watches projects before their first build, each with the files of its settings. Files are named as
    /// seen from `root`. Create it before you read the settings, so that no change of them is missed.
    /// `is_polling` asks for no events.
    pub(in crate::cli) fn new(
        root: &Path,
        projects: &[(&Path, Vec<PathBuf>)],
        is_polling: bool,
    ) -> Self {
        let events = if is_polling {
            Ok(Events::none())
        } else {
            Events::new()
        };
        let (events, no_events) = match events {
            Ok(events) => (events, None),
            Err(no_events) => (Events::none(), Some(no_events)),
        };
        let is_polling = is_polling || no_events.is_some();
        let mut watcher = Self {
            root: root.to_owned(),
            watched: Watched::before_build(projects),
            seen: SeenFiles::default(),
            places: Places::default(),
            events,
            git: GitLock::of(root),
            poll: is_polling.then(Instant::now),
            no_events,
            pending: None,
        };
        watcher.find_places(Because::Build(None));
        watcher.note(Vec::new(), true);
        watcher
    }

    /// The reason why files are polled although nobody asked for it, and a hint. It is returned
    /// once.
    pub(in crate::cli) fn take_no_events(&mut self) -> Option<(String, Option<&'static str>)> {
        let NoEvents { reason, hint } = self.no_events.take()?;
        Some((reason, hint))
    }

    /// Watches the inputs of the last build of a project. After a failed one, the known inputs stay.
    pub(in crate::cli) fn replace(&mut self, project: usize, inputs: Inputs) {
        let begun = inputs.begun;
        let written = self.watched.replace(project, inputs);
        self.find_places(Because::Build(begun));
        for (file, content) in written {
            self.seen.set(file, content);
        }
        // Whatever happened during the build is reported at the next call.
        self.note(Vec::new(), true);
    }

    /// Waits for a change, within a limit. A change that has begun is kept for the next call.
    pub(in crate::cli) fn next(&mut self, limit: Duration) -> Option<Change> {
        let deadline = Instant::now() + limit;
        loop {
            let quiet = self.pending.as_ref().map(|pending| pending.quiet);
            let until = [quiet, self.poll].into_iter().flatten().min();
            let until = until.map_or(deadline, |until| until.min(deadline));
            let wait = until.saturating_duration_since(Instant::now());
            if let Some(event) = self.events.next(wait) {
                self.take(event);
                // A file that is written all the time must not hide the others.
                if !self.pending.as_ref().is_some_and(Pending::is_overdue) {
                    continue;
                }
            }
            let now = Instant::now();
            if self.poll.is_some_and(|poll| poll <= now) {
                self.look_at_all();
            }
            if quiet.is_some_and(|quiet| quiet <= now)
                && let Some(change) = self.settle()
            {
                return Some(change);
            }
            if deadline <= now {
                return None;
            }
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Lost => self.note(Vec::new(), true),
            Event::Touched(path) => self.take_path(&path),
            Event::Moved(path) => {
                let mut folders = self.places.folders.iter();
                if folders.any(|folder| folder.starts_with(&path)) {
                    self.events.forget(&path);
                    self.note(Vec::new(), true);
                }
                self.take_path(&path);
            }
        }
    }

    fn take_path(&mut self, path: &Path) {
        let files = self.places.files_at(path).to_vec();
        let is_new = self.places.may_be_new(path);
        if is_new || !files.is_empty() {
            self.note(files, is_new);
        }
    }

    /// Notes files that may have changed, and whether any other may have.
    fn note(&mut self, files: Vec<PathBuf>, is_any: bool) {
        let pending = self.pending.get_or_insert_with(Pending::new);
        pending.add(files, is_any);
    }

    /// Looks at all files without reading them.
    fn look_at_all(&mut self) {
        self.poll = Some(Instant::now() + POLL);
        if !self.watched.folders().is_empty() {
            self.find_places(Because::Events);
        }
        let files = self.seen.touched();
        if !files.is_empty() {
            self.note(files, false);
        }
    }

    /// Reads the files that may have changed, after a time of quiet.
    fn settle(&mut self) -> Option<Change> {
        let mut pending = self.pending.take()?;
        // In a directory that is new, or has come back, events may have been missed.
        if self.find_places(Because::Events) || pending.is_any {
            pending.files.extend(self.seen.touched());
        }
        let changed = self.seen.compare(&pending.files);
        if changed.is_empty() {
            return None;
        }
        let is_emptied = changed.iter().any(|changed| changed.is_emptied);
        let is_replaced = is_emptied && pending.may_be_replaced();
        if is_replaced || self.git.is_held() && !pending.is_overdue() {
            pending.wait();
            self.pending = Some(pending);
            return None;
        }
        for changed in &changed {
            let last_build = self.watched.last_build_with(&changed.file);
            self.seen.accept(changed, last_build);
        }
        let files: Vec<_> = changed.into_iter().map(|changed| changed.file).collect();
        Change::new(&self.root, &files, self.watched.changed(&files))
    }

    /// Finds out where to look for changes, and begins to look there. Returns whether any directory
    /// is new.
    fn find_places(&mut self, because: Because) -> bool {
        let (mut files, whole) = (self.watched.files(), self.watched.folders());
        self.places = Places::new(&mut files, &whole);
        let folders = &self.places.folders;
        if self.poll.is_none() && folders.iter().any(|folder| remote::is_remote(folder)) {
            self.poll = Some(Instant::now() + POLL);
        }
        let has_new = match self.events.watch(folders.clone()) {
            Ok(has_new) => has_new,
            Err(no_events) => {
                if self.poll.is_none() {
                    self.poll = Some(Instant::now() + POLL);
                    self.no_events = Some(no_events);
                }
                true
            }
        };
        // The files are read after the watch has begun, so that no write is missed.
        match because {
            Because::Build(begun) => {
                // A file of a whole directory may have gone during the build.
                let is_in_folder = |file: &Path| whole.iter().any(|all| file.starts_with(all));
                self.seen
                    .retain(|file| files.contains(file) || is_in_folder(file));
                self.seen.add_built(files, begun);
            }
            Because::Events => self.seen.add_new(files),
        }
        has_new
    }
}

#[cfg(test)]
mod tests;
