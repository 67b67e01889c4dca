//! What `dev` and `emulate` say while they run, from several threads: lines for a person, or JSON.

pub(super) mod json;
pub(super) mod lines;
mod progress;
mod queue;

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::failure::Failure;
use crate::cli::output::{DONE, WARNING, done_line, hint_line, message, messages, print};
use crate::console::{Feed, Kind};
use crate::emulator::Event;
use json::{Object, with_project};
use lines::program_of;
pub(super) use progress::Progress;
use queue::Queue;

/// The longest wait for the last lines.
const FLUSH: Duration = Duration::from_secs(2);

/// Prints what happens, as lines or JSON, and passes it to the console.
pub(in crate::cli) struct Talk {
    /// The lines for a person.
    lines: Arc<Queue>,
    /// Those for a program, if there is one.
    objects: Option<Arc<Queue>>,
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
    pub(in crate::cli) fn new(is_json: bool, feed: Arc<Feed>) -> Self {
        let bar = Arc::<Bar>::default();
        let shown = Arc::clone(&bar);
        Self {
            lines: Queue::start(move |lost, lines| {
                above(&shown, || {
                    tell_lost(lost);
                    messages(lines);
                });
            }),
            objects: is_json.then(|| {
                Queue::start(|lost, lines| {
                    tell_lost(lost);
                    // A reader that is gone needs none.
                    let _ = print(lines);
                })
            }),
            feed,
            names: AtomicBool::new(false),
            is_building: AtomicBool::new(false),
            bar,
        }
    }

    /// From here on, lines name the function, if there are several.
    pub(in crate::cli) fn set_functions(&self, count: usize) {
        self.names.store(count > 1, Ordering::Relaxed);
    }

    /// Whether lines name the function.
    pub(in crate::cli) fn is_named(&self) -> bool {
        self.names.load(Ordering::Relaxed)
    }

    /// Says what has happened to a function.
    pub(in crate::cli) fn show(&self, event: &Event) {
        let object = Object::from(event);
        let (queue, line) = if let Some(objects) = &self.objects {
            (objects, serde_json::to_string(&object).ok())
        } else {
            (&self.lines, lines::line(event, self.is_named()))
        };
        match (line, event) {
            // A log has a thread of its own, which may wait.
            (Some(line), Event::Log { .. }) => queue.push_in_turn(line),
            (Some(line), _) => queue.push(line),
            (None, _) => {}
        }
        let kind = match event {
            Event::Log { .. } => Kind::Log,
            Event::Invoked(_) => Kind::Calls,
            _ => Kind::Other,
        };
        self.feed.tell(kind, &object);
    }

    /// Waits a moment until everything is printed.
    pub(in crate::cli) fn flush(&self) {
        self.lines.flush(FLUSH);
        if let Some(objects) = &self.objects {
            objects.flush(FLUSH);
        }
    }

    /// Says something only in the console.
    pub(in crate::cli) fn note(&self, object: &impl Serialize) {
        self.feed.tell(Kind::Other, object);
    }

    /// Says what `dev` has done: `event` and `fields` for a program, the words for a person.
    pub(in crate::cli) fn did(&self, event: &str, fields: Value, verb: &str, rest: &str) {
        let mut object = json!({ "event": event });
        if let (Value::Object(object), Value::Object(fields)) = (&mut object, fields) {
            object.extend(fields);
        }
        match &self.objects {
            Some(objects) => objects.push(object.to_string()),
            None => self.lines.push(done_line(verb, rest)),
        }
        self.note(&object);
    }

    /// Says something that has words of its own, such as those of the compiler.
    pub(in crate::cli) fn text(&self, text: &str) {
        if !text.is_empty() {
            self.lines.push(text.trim_end().to_owned());
            self.note(&json!({ "event": "text", "text": text.trim_end() }));
        }
    }

    /// Says a warning.
    pub(in crate::cli) fn warn(&self, text: &str) {
        self.text(&format!("{WARNING}warning{WARNING:#}: {text}"));
    }

    /// Says a hint that does not belong to an error.
    pub(in crate::cli) fn hint(&self, text: impl AsRef<str>) {
        self.lines.push(hint_line(text.as_ref()));
    }

    /// Says a failure that ends nothing.
    pub(in crate::cli) fn failure(&self, failure: &Failure) {
        self.lines.push(failure.text());
        self.note(&json!({ "event": "failure", "message": failure.to_string() }));
    }

    /// Shows the progress of a build: all of it on a terminal, else that it waits or that it begins.
    /// `project` is the name of what is built, if there are several.
    pub(in crate::cli) fn progress(&self, progress: &Progress, project: Option<&str>) {
        if let Progress::Compiling { done, total, .. } = progress {
            let object = json!({ "event": "building", "done": done, "total": total });
            self.feed.tell(Kind::Progress, &object);
        }
        if self.objects.is_some() || !stderr().is_terminal() {
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
    pub(in crate::cli) fn end_progress(&self) {
        self.is_building.store(false, Ordering::Relaxed);
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Says that lines were left out.
fn tell_lost(count: usize) {
    if count > 0 {
        message(format_args!(
            "{count} lines are left out: nobody read them in time"
        ));
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
