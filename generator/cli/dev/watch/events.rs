//! Events of the file system, for the directories that have files of interest. Watching the files
//! themselves would lose one that an editor replaces by another.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// The most events that wait, for example during a build that takes long. After that, all files are
/// looked at.
const WAITING: usize = 4096;

/// Something that happened.
#[derive(Debug, PartialEq, Eq)]
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
    sender: Sender,
    folders: BTreeSet<PathBuf>,
}

/// The way from the watcher, which never waits for a reader.
#[derive(Clone)]
struct Sender {
    events: SyncSender<Event>,
    /// Whether an event found no room.
    has_lost: Arc<AtomicBool>,
}

impl Sender {
    fn send(&self, event: Event) {
        // Nobody reads at the end of the command.
        if self.events.try_send(event).is_err() {
            self.has_lost.store(true, Ordering::Release);
        }
    }
}

impl Events {
    /// A source that never has an event.
    pub(super) fn none() -> Self {
        let (events, receiver) = mpsc::sync_channel(WAITING);
        Self {
            watcher: None,
            receiver,
            sender: Sender {
                events,
                has_lost: Arc::default(),
            },
            folders: BTreeSet::new(),
        }
    }

    pub(super) fn new() -> Result<Self, NoEvents> {
        let mut events = Self::none();
        let sender = events.sender.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            for event in of_interest(event) {
                sender.send(event);
            }
        });
        events.watcher = Some(watcher.map_err(|error| no_events(&error))?);
        Ok(events)
    }

    /// Waits for an event.
    pub(super) fn next(&mut self, limit: Duration) -> Option<Event> {
        if self.sender.has_lost.swap(false, Ordering::Acquire) {
            return Some(self.lost());
        }
        // A sender is kept here, so the channel is never closed.
        match self.receiver.recv_timeout(limit).ok()? {
            Event::Lost => Some(self.lost()),
            event => Some(event),
        }
    }

    /// After a loss, the events that wait tell nothing more, and a directory that has come back may not be
    /// watched.
    fn lost(&mut self) -> Event {
        while self.receiver.try_recv().is_ok() {}
        if let Some(watcher) = &mut self.watcher {
            for folder in std::mem::take(&mut self.folders) {
                // One that has gone is not watched any more.
                let _ = watcher.unwatch(&folder);
            }
        }
        Event::Lost
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

#[cfg(test)]
mod tests;
