//! What has happened, for pages that are open now or later: a bounded history with numbers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

/// The longest text in a message, in bytes. More is cut off.
const LONGEST_TEXT: usize = 16 * 1024;

/// A message with its time.
#[derive(Serialize)]
struct Stamped<'a, T> {
    at_ms: f64,
    #[serde(flatten)]
    message: &'a T,
}

/// Kinds of messages, each with a history of its own, so that a function that floods its log does not
/// push out its calls.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The progress of the build, of which only the newest counts.
    Progress,
    /// Calls.
    Calls,
    /// Lines of a log.
    Log,
    /// Everything else, such as builds and instances.
    Other,
}

impl Kind {
    const COUNT: usize = 4;

    /// The number of messages that are kept, and the number of their bytes.
    fn limits(self) -> (usize, usize) {
        const MIB: usize = 1024 * 1024;
        match self {
            Self::Progress => (1, MIB),
            Self::Calls => (1000, MIB),
            Self::Log => (2000, MIB),
            Self::Other => (500, MIB),
        }
    }
}

/// A message with its number.
type Numbered = (u64, Arc<str>);

/// The messages of a kind, the oldest first.
#[derive(Debug, Default)]
struct Ring {
    kept: VecDeque<Numbered>,
    size: usize,
    /// The number of the last message that is not kept any more.
    lost: u64,
}

impl Ring {
    fn add(&mut self, message: Numbered, (count, size): (usize, usize)) {
        self.size += message.1.len();
        self.kept.push_back(message);
        while self.kept.len() > count || self.size > size {
            let Some((number, message)) = self.kept.pop_front() else {
                break;
            };
            self.size -= message.len();
            self.lost = number;
        }
    }

    /// The messages after a number.
    fn after(&self, number: u64) -> impl Iterator<Item = &Numbered> {
        let first = self.kept.partition_point(|message| message.0 <= number);
        self.kept.range(first..)
    }
}

#[derive(Debug, Default)]
struct History {
    last: u64,
    rings: [Ring; Kind::COUNT],
}

/// The history, and the way to wait for more.
#[derive(Debug)]
pub(crate) struct Feed {
    history: Mutex<History>,
    last: watch::Sender<u64>,
}

/// Messages in the form of Server-Sent Events.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) text: String,
    /// The number of the last message.
    pub(super) last: u64,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            history: Mutex::default(),
            last: watch::Sender::new(0),
        }
    }
}

impl Feed {
    /// Adds what has happened: an object whose field `event` says what it is.
    pub(crate) fn tell(&self, kind: Kind, message: &impl Serialize) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let at_ms = now.unwrap_or_default().as_secs_f64() * 1000.0;
        // A message is always an object, so this does not fail.
        let Ok(text) = serde_json::to_string(&Stamped { at_ms, message }) else {
            return;
        };
        let text = shortened(text).into();
        let mut history = self.history();
        history.last += 1;
        let number = history.last;
        history.rings[kind as usize].add((number, text), kind.limits());
        drop(history);
        self.last.send_if_modified(|last| {
            let is_newer = number > *last;
            *last = number.max(*last);
            is_newer
        });
    }

    /// What came after a message, as far as it is kept.
    pub(super) fn after(&self, number: u64) -> Option<Batch> {
        let history = self.history();
        let last = history.last;
        if last <= number {
            return None;
        }
        let mut messages: Vec<_> = history
            .rings
            .iter()
            .flat_map(|ring| ring.after(number))
            .cloned()
            .collect();
        let is_cut = history.rings[Kind::Log as usize].lost > number;
        drop(history);
        messages.sort_unstable_by_key(|message| message.0);
        let cut = is_cut.then(|| "data: {\"event\":\"cut\"}\n\n".to_owned());
        let messages = messages
            .iter()
            .map(|(number, message)| format!("id: {number}\ndata: {message}\n\n"));
        Some(Batch {
            text: cut.into_iter().chain(messages).collect(),
            last,
        })
    }

    /// Tells the number of the last message, whenever there is another.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message without what is longer than anybody reads on a page.
fn shortened(message: String) -> String {
    if message.len() <= LONGEST_TEXT {
        return message;
    }
    match serde_json::from_str(&message) {
        Ok(mut value) => {
            shorten(&mut value);
            value.to_string()
        }
        Err(_) => message,
    }
}

/// Cuts off the end of each long text.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT => {
            let mut ends = (0..=LONGEST_TEXT).rev();
            let end = ends.find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or_default());
            text.push('…');
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn log(line: usize) -> Value {
        json!({ "event": "log", "line": format!("line {line}") })
    }

    fn messages(batch: &Batch) -> Vec<Value> {
        let data = batch
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str(data).expect("JSON"))
            .collect()
    }

    #[test]
    fn messages_come_once_and_in_order() {
        let feed = Feed::default();
        assert_eq!(feed.after(0), None);
        feed.tell(Kind::Other, &json!({ "event": "built" }));
        feed.tell(Kind::Log, &log(1));
        feed.tell(Kind::Calls, &json!({ "event": "invoked" }));
        feed.tell(Kind::Log, &log(2));
        let all = feed.after(0).expect("four");
        let events: Vec<_> = messages(&all)
            .iter()
            .map(|one| one["event"].clone())
            .collect();
        assert_eq!(events, ["built", "log", "invoked", "log"]);
        assert!(all.text.starts_with("id: 1\ndata: {"), "{}", all.text);
        assert_eq!(all.last, 4);
        let last = feed.after(3).expect("one");
        assert_eq!(messages(&last)[0]["line"], "line 2");
        assert!(messages(&last)[0]["at_ms"].as_f64().expect("a number") > 0.0);
        assert_eq!(feed.after(4), None);
    }

    #[test]
    fn a_flooded_log_is_cut_and_pushes_out_nothing_else() {
        let feed = Feed::default();
        feed.tell(Kind::Calls, &json!({ "event": "invoked" }));
        (0..5000).for_each(|line| feed.tell(Kind::Log, &log(line)));
        let all = messages(&feed.after(0).expect("some"));
        assert_eq!(all.len(), 2002);
        assert_eq!(all[0], json!({ "event": "cut" }));
        assert_eq!(all[1]["event"], "invoked");
        assert_eq!(all[2]["line"], "line 3000");
        let recent = messages(&feed.after(4500).expect("some"));
        assert_eq!(
            (recent.len(), &recent[0]["line"]),
            (501, &json!("line 4499"))
        );

        let long = json!({ "event": "log", "line": "日".repeat(LONGEST_TEXT) });
        (0..500).for_each(|_| feed.tell(Kind::Log, &long));
        let all = feed.after(0).expect("some").text;
        assert!(all.len() < 1024 * 1024 + 10_000, "{}", all.len());
        let all = messages(&feed.after(5500).expect("one"));
        let line = all[0]["line"].as_str().expect("a text");
        assert_eq!(line.chars().count(), LONGEST_TEXT / 3 + 1);
        assert!(line.ends_with("日…"));
    }

    #[test]
    fn of_progress_only_the_newest_counts() {
        let feed = Feed::default();
        (1..=9).for_each(|done| {
            feed.tell(
                Kind::Progress,
                &json!({ "event": "building", "done": done }),
            );
        });
        let all = messages(&feed.after(0).expect("one"));
        assert_eq!((all.len(), &all[0]["done"]), (1, &json!(9)));
    }
}
