//! What `dev` says while it runs, from several threads: lines for a person, or JSON.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::build::Progress;
use super::{json, lines};
use crate::cli::failure::Failure;
use crate::cli::output::{DONE, done, message, print};
use crate::console::Feed;
use crate::emulator::Event;

/// The way to say something.
pub(super) struct Talk {
    is_json: bool,
    /// What the console shows.
    feed: Arc<Feed>,
    /// Whether there are several functions.
    names: AtomicBool,
    /// Whether it was said that a build begins.
    is_building: AtomicBool,
    /// The progress of a build, on a terminal. Lines go above it.
    bar: Mutex<Option<ProgressBar>>,
}

impl Talk {
    pub(super) fn new(is_json: bool, feed: Arc<Feed>) -> Self {
        Self {
            is_json,
            feed,
            names: AtomicBool::new(false),
            is_building: AtomicBool::new(false),
            bar: Mutex::new(None),
        }
    }

    /// From here on, lines name the function, if there are several.
    pub(super) fn set_functions(&self, count: usize) {
        self.names.store(count > 1, Ordering::Relaxed);
    }

    /// Says what has happened to a function.
    pub(super) fn show(&self, event: &Event) {
        let object = json::object(event);
        if self.is_json {
            self.object(&object);
        } else {
            let names = self.names.load(Ordering::Relaxed);
            self.above(|| lines::show(event, names));
        }
        self.feed.tell(object);
    }

    /// Says something only in the console.
    pub(super) fn note(&self, object: Value) {
        self.feed.tell(object);
    }

    /// Says what `dev` has done: `event` and `fields` for a program, the words for a person.
    pub(super) fn did(&self, event: &str, fields: Value, verb: &str, rest: &str) {
        let mut object = json!({ "event": event });
        if let (Value::Object(object), Value::Object(fields)) = (&mut object, fields) {
            object.extend(fields);
        }
        if self.is_json {
            self.object(&object);
        } else {
            self.above(|| done(verb, rest));
        }
        self.feed.tell(object);
    }

    /// Says something that has words of its own, such as those of the compiler.
    pub(super) fn text(&self, text: &str) {
        if !text.is_empty() {
            self.above(|| message(text.trim_end()));
            self.note(json!({ "event": "text", "text": text.trim_end() }));
        }
    }

    /// Says a failure that ends nothing.
    pub(super) fn failure(&self, failure: &Failure) {
        self.above(|| failure.print());
        self.note(json!({ "event": "failure", "message": failure.to_string() }));
    }

    /// Shows the progress of a build: all of it on a terminal, else that it waits or that it begins.
    pub(super) fn progress(&self, progress: &Progress) {
        if let Progress::Compiling { done, total, .. } = progress {
            self.note(json!({ "event": "building", "done": done, "total": total }));
        }
        if self.is_json || !stderr().is_terminal() {
            match progress {
                Progress::Waiting { lock } => {
                    let rest = format!("for another cargo, which uses the {lock}");
                    self.did("waiting", json!({}), "Waiting", &rest);
                }
                _ if !self.is_building.swap(true, Ordering::Relaxed) => {
                    self.did("building", json!({}), "Building", "the program");
                }
                _ => {}
            }
            return;
        }
        let text = match progress {
            Progress::Waiting { lock } => {
                format!("waiting for another cargo, which uses the {lock}")
            }
            Progress::Fetching(words) => words.clone(),
            Progress::Started => "the program".to_owned(),
            Progress::Compiling {
                done,
                total,
                crates,
            } => format!("{done}/{total}: {crates}"),
        };
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = bar.is_none();
        let bar = bar.get_or_insert_with(ProgressBar::new_spinner);
        if is_new || *progress != Progress::Started {
            bar.set_message(format!("{DONE}Building{DONE:#} {text}"));
        }
        bar.tick();
    }

    /// Ends the progress of a build.
    pub(super) fn end_progress(&self) {
        self.is_building.store(false, Ordering::Relaxed);
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bar.take() {
            bar.finish_and_clear();
        }
    }

    fn above(&self, say: impl FnOnce()) {
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        match &*bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    fn object(&self, object: &Value) {
        // Under the lock, so that lines of two threads do not mix. A reader that is gone needs none.
        let _whole = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = print(format!("{object}\n"));
    }
}
