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

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::inputs::Inputs;
pub(in crate::cli) use change::{Change, Changed};
use events::{Event, Events, NoEvents};
use git::GitLock;
use pending::Pending;
use places::Places;
use seen::SeenFiles;

/// The interval for looking at all files where events are missing.
const POLL: Duration = Duration::from_millis(250);

/// A watch over files.
pub(in crate::cli) struct Watcher {
    project: PathBuf,
    settings: BTreeSet<PathBuf>,
    inputs: Inputs,
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
    /// A build has found its inputs. It knew those that are new here.
    Build,
    /// Something has changed since. What is new here was not there before.
    Events,
}

impl Watcher {
    /// Watches a project before its first build. Create it before you read the settings, so that no
    /// change of them is missed. `is_polling` asks for no events.
    pub(in crate::cli) fn new(project: &Path, settings: &[PathBuf], is_polling: bool) -> Self {
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
            project: project.to_owned(),
            settings: settings.iter().cloned().collect(),
            inputs: Inputs::default(),
            seen: SeenFiles::default(),
            places: Places::default(),
            events,
            git: GitLock::of(project),
            poll: is_polling.then(Instant::now),
            no_events,
            pending: None,
        };
        watcher.replace(Inputs::before_build(project));
        watcher
    }

    /// The reason why files are polled although nobody asked for it, and a hint. It is returned
    /// once.
    pub(in crate::cli) fn take_no_events(&mut self) -> Option<(String, Option<&'static str>)> {
        let NoEvents { reason, hint } = self.no_events.take()?;
        Some((reason, hint))
    }

    /// Watches the inputs of the last build. After a failed one, the known inputs stay.
    pub(in crate::cli) fn replace(&mut self, inputs: Inputs) {
        let mut inputs = inputs;
        if !inputs.are_complete {
            inputs.files.append(&mut self.inputs.files);
            inputs.folders.append(&mut self.inputs.folders);
        }
        let written = std::mem::take(&mut inputs.written);
        self.inputs = inputs;
        self.find_places(Because::Build);
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
        if !self.inputs.folders.is_empty() {
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
            let is_setting = self.settings.contains(&changed.file);
            let last_build = self.inputs.begun.filter(|_| !is_setting);
            self.seen.accept(changed, last_build);
        }
        let files: Vec<_> = changed.into_iter().map(|changed| changed.file).collect();
        let is_code = files.iter().any(|file| self.is_code(file));
        let is_settings = files.iter().any(|file| self.settings.contains(file));
        let what = match (is_code, is_settings) {
            (true, true) => Changed::Both,
            (false, true) => Changed::Settings,
            (_, false) => Changed::Code,
        };
        Change::new(&self.project, &files, what)
    }

    fn is_code(&self, file: &Path) -> bool {
        let inputs = &self.inputs;
        let is_in_folder = || inputs.folders.iter().any(|folder| file.starts_with(folder));
        inputs.files.contains(file) || !self.settings.contains(file) && is_in_folder()
    }

    /// Finds out where to look for changes, and begins to look there. Returns whether any directory
    /// is new.
    fn find_places(&mut self, because: Because) -> bool {
        let mut files: BTreeSet<_> = self.inputs.files.union(&self.settings).cloned().collect();
        self.places = Places::new(&mut files, &self.inputs.folders);
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
            Because::Build => {
                let folders = &self.inputs.folders;
                // A file of a whole directory may have gone during the build.
                let is_in_folder = |file: &Path| folders.iter().any(|all| file.starts_with(all));
                self.seen
                    .retain(|file| files.contains(file) || is_in_folder(file));
                self.seen.add_built(files, self.inputs.begun);
            }
            Because::Events => self.seen.add_new(files),
        }
        has_new
    }
}

#[cfg(test)]
mod tests;
