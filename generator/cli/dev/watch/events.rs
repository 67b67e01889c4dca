//! Events of the file system, for the directories that have files of interest. Watching the files
//! themselves would lose one that an editor replaces by another.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// Something that happened.
#[derive(Debug)]
pub(super) enum Event {
    /// A file or directory was changed, or is new.
    Touched(PathBuf),
    /// A file or directory has gone, or has another name.
    Moved(PathBuf),
    /// Events were lost.
    Lost,
}

/// The reason why there are no events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoEvents {
    pub(super) reason: String,
    pub(super) hint: Option<&'static str>,
}

/// The source of events.
pub(super) struct Events {
    /// It ends with this value.
    watcher: Option<RecommendedWatcher>,
    receiver: Receiver<Event>,
    /// It keeps the channel open without a watcher.
    sender: Sender<Event>,
    folders: BTreeSet<PathBuf>,
}

impl Events {
    /// A source that never has an event.
    pub(super) fn none() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            watcher: None,
            receiver,
            sender,
            folders: BTreeSet::new(),
        }
    }

    pub(super) fn new() -> Result<Self, NoEvents> {
        let mut events = Self::none();
        let sender = events.sender.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            for event in of_interest(event) {
                // Nobody reads at the end of the command.
                let _ = sender.send(event);
            }
        });
        events.watcher = Some(watcher.map_err(|error| no_events(&error))?);
        Ok(events)
    }

    /// Waits for an event.
    pub(super) fn next(&self, limit: Duration) -> Option<Event> {
        // A sender is kept here, so the channel is never closed.
        self.receiver.recv_timeout(limit).ok()
    }

    /// Watches these directories and no others. Returns whether any is new.
    pub(super) fn watch(&mut self, folders: BTreeSet<PathBuf>) -> Result<bool, NoEvents> {
        let Some(watcher) = &mut self.watcher else {
            return Ok(false);
        };
        for folder in self.folders.difference(&folders) {
            // One that has gone is not watched any more.
            let _ = watcher.unwatch(folder);
        }
        let mut failed = None;
        let mut all = BTreeSet::new();
        let mut has_new = false;
        for folder in folders {
            if !self.folders.contains(&folder) {
                match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                    Ok(()) => has_new = true,
                    // It has just gone. Its parent has an event for that.
                    Err(_) if !folder.is_dir() => continue,
                    Err(error) => {
                        failed = Some(no_events(&error));
                        continue;
                    }
                }
            }
            all.insert(folder);
        }
        self.folders = all;
        failed.map_or(Ok(has_new), Err)
    }

    /// Forgets a directory that has gone, and those below it, so that the next ones of the same
    /// names are watched.
    pub(super) fn forget(&mut self, gone: &Path) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        self.folders.retain(|folder| {
            let is_gone = folder.starts_with(gone);
            if is_gone {
                // A directory that was renamed still has its watch.
                let _ = watcher.unwatch(folder);
            }
            !is_gone
        });
    }
}

/// The events that may mean another content. Reading a file is an event too, and we read files.
fn of_interest(event: notify::Result<notify::Event>) -> Vec<Event> {
    let Ok(event) = event else {
        return vec![Event::Lost];
    };
    if event.need_rescan() {
        return vec![Event::Lost];
    }
    let to_event = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Event::Touched,
        EventKind::Access(_) => return Vec::new(),
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => Event::Moved,
        // A changed permission may make a file readable.
        _ => Event::Touched,
    };
    event.paths.into_iter().map(to_event).collect()
}

fn no_events(error: &notify::Error) -> NoEvents {
    let (reason, hint) = match &error.kind {
        ErrorKind::MaxFilesWatch => (
            "the limit of watched directories is reached".to_owned(),
            Some("raise it with `sudo sysctl fs.inotify.max_user_watches=524288`"),
        ),
        ErrorKind::Io(error) if error.raw_os_error() == Some(TOO_MANY_FILES) => (
            "the limit of programs that watch files is reached".to_owned(),
            Some("raise it with `sudo sysctl fs.inotify.max_user_instances=512`"),
        ),
        ErrorKind::Io(error) => (error.to_string(), None),
        _ => (error.to_string(), None),
    };
    NoEvents { reason, hint }
}

/// The error of Linux for a user who has too many inotify instances.
const TOO_MANY_FILES: i32 = 24;
