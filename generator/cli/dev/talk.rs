//! What `dev` says while it runs, from several threads: lines for a person, or JSON.

mod queue;

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::build::Progress;
use super::session::{program_of, with_project};
use super::{json, lines};
use crate::cli::failure::Failure;
use crate::cli::output::{DONE, done, hint, message, print};
use crate::console::Feed;
use crate::emulator::Event;
use queue::Queue;

/// The longest wait for the last lines.
const FLUSH: Duration = Duration::from_secs(2);

/// Prints what happens, as lines or JSON, and passes it to the console.
pub(super) struct Talk {
    is_json: bool,
    lines: Arc<Queue>,
    /// What the console shows.
    feed: Arc<Feed>,
    /// Whether there are several functions.
    names: AtomicBool,
    /// Whether it was said that a build begins.
    is_building: AtomicBool,
    /// The progress of a build, on a terminal. Lines go above it.
    bar: Arc<Bar>,
}

type Bar = Mutex<Option<ProgressBar>>;

impl Talk {
    pub(super) fn new(is_json: bool, feed: Arc<Feed>) -> Self {
        Self {
            is_json,
            lines: Queue::start(),
            feed,
            names: AtomicBool::new(false),
            is_building: AtomicBool::new(false),
            bar: Arc::default(),
        }
    }

    /// From here on, lines name the function, if there are several.
    pub(super) fn set_functions(&self, count: usize) {
        self.names.store(count > 1, Ordering::Relaxed);
    }

    /// Whether lines name the function.
    pub(super) fn is_named(&self) -> bool {
        self.names.load(Ordering::Relaxed)
    }

    /// Says what has happened to a function.
    pub(super) fn show(&self, event: &Event) {
        let object = json::object(event);
        let (event, names) = (event.clone(), self.is_named());
        let is_log = matches!(event, Event::Log { .. });
        let line = self.line(&object, move || lines::show(&event, names));
        // A log has a thread of its own, which may wait.
        if is_log {
            self.lines.push_in_turn(line);
        } else {
            self.lines.push(line);
        }
        self.feed.tell(object);
    }

    /// Waits a moment until everything is printed.
    pub(super) fn flush(&self) {
        self.lines.flush(FLUSH);
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
        let (verb, rest) = (verb.to_owned(), rest.to_owned());
        let line = self.line(&object, move || done(&verb, &rest));
        self.lines.push(line);
        self.feed.tell(object);
    }

    /// Says something that has words of its own, such as those of the compiler.
    pub(super) fn text(&self, text: &str) {
        if !text.is_empty() {
            let line = text.trim_end().to_owned();
            self.say(move || message(line));
            self.note(json!({ "event": "text", "text": text.trim_end() }));
        }
    }

    /// Says a hint that does not belong to an error.
    pub(super) fn hint(&self, text: impl Into<String>) {
        let text = text.into();
        self.say(move || hint(&text));
    }

    /// Says a failure that ends nothing.
    pub(super) fn failure(&self, failure: &Failure) {
        let printed = failure.clone();
        self.say(move || printed.print());
        self.note(json!({ "event": "failure", "message": failure.to_string() }));
    }

    /// Shows the progress of a build: all of it on a terminal, else that it waits or that it begins.
    /// `project` is the name of what is built, if there are several.
    pub(super) fn progress(&self, progress: &Progress, project: Option<&str>) {
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
                    let fields = with_project(json!({}), project);
                    self.did("building", fields, "Building", &program_of(project));
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
            Progress::Started => program_of(project),
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

    /// Prints the object for a program, or else the words for a person.
    fn line(
        &self,
        object: &Value,
        words: impl FnOnce() + Send + 'static,
    ) -> Box<dyn FnOnce() + Send> {
        if self.is_json {
            let line = format!("{object}\n");
            // A reader that is gone needs none.
            return Box::new(move || drop(print(line)));
        }
        let bar = Arc::clone(&self.bar);
        Box::new(move || above(&bar, words))
    }

    fn say(&self, words: impl FnOnce() + Send + 'static) {
        let bar = Arc::clone(&self.bar);
        self.lines.push(move || above(&bar, words));
    }
}

/// Prints above the progress of a build.
fn above(bar: &Bar, words: impl FnOnce()) {
    let bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
    match &*bar {
        Some(bar) => bar.suspend(words),
        None => words(),
    }
}
