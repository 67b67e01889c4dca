//! A project whose `dev` runs, and the console of it.

use std::time::Instant;

use cargo_fc3::emulator::{Answer, Connection, Request};
use serde_json::Value;

use crate::dev::{Dev, LIMIT};
use crate::stage::{S_YAML, Stage};

/// The beginning of all paths of the console.
pub(crate) const PREFIX: &str = "/_fc3/";

/// The trigger that makes a function a web function.
const HTTP: &str = "      triggers:\n        - triggerName: http\n          triggerType: http\n          \
                    triggerConfig: { authType: anonymous, methods: [GET, POST, HEAD] }\n";

/// A running console.
pub(crate) struct Site {
    /// It ends before its stage, which ends what is left.
    pub(crate) dev: Dev,
    pub(crate) stage: Stage,
    /// The address that `dev` has printed.
    pub(crate) url: String,
    pub(crate) token: String,
}

impl Site {
    /// A function for events, with a few samples.
    pub(crate) fn new() -> Self {
        Self::of(Stage::new(), &[])
    }

    /// The same with two functions, of which the second has an HTTP trigger.
    pub(crate) fn with_web() -> Self {
        let stage = Stage::new();
        let second = S_YAML[S_YAML.find("  function:").expect("a resource")..].to_owned();
        let second = second.replace("  function:", "  page:");
        let second = second.replace("functionName: hello", "functionName: page");
        stage.write("s.yaml", &format!("{S_YAML}{second}{HTTP}"));
        Self::of(stage, &[])
    }

    /// The same with timers that fire, one of them every second.
    pub(crate) fn with_timers() -> Self {
        let timer = |name: &str, expression: &str| {
            format!(
                "        - triggerName: {name}\n          triggerType: timer\n          \
                 triggerConfig: {{ cronExpression: '{expression}', enable: true }}\n"
            )
        };
        let (often, seldom) = (
            timer("often", "* * * * * *"),
            timer("yearly", "0 0 0 1 1 *"),
        );
        let stage = Stage::new();
        stage.write(
            "s.yaml",
            &format!("{S_YAML}      triggers:\n{often}{seldom}"),
        );
        Self::of(stage, &["--timers"])
    }

    /// Starts `dev` for a project, and waits until it serves.
    pub(crate) fn of(stage: Stage, args: &[&str]) -> Self {
        stage.write("events/greet.txt", "echo hello");
        stage.write("events/invoke.json", r#"{"hello":"world"}"#);
        stage.write("events/luck.txt", "fail");
        let mut dev = stage.start(args);
        let (url, token) = dev.console();
        dev.serving();
        Self {
            dev,
            stage,
            url,
            token,
        }
    }

    /// A request of the page.
    pub(crate) fn request(&self, path: &str) -> Request {
        Request::new("GET", format!("{PREFIX}{path}"))
            .with("Host", self.dev.address().to_string())
            .with("Fc3-Token", &*self.token)
    }

    /// What the page gets.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.dev.send(&self.request(path))
    }

    /// What the page shows beside the feed.
    pub(crate) fn state(&self) -> Value {
        let answer = self.get("state");
        assert_eq!(answer.status, 200, "{answer}");
        serde_json::from_str(&answer.text()).expect("JSON")
    }

    /// Opens the feed after a message.
    pub(crate) fn feed(&self, after: u64) -> Feed {
        let mut connection = Connection::open(self.dev.address()).expect("it listens");
        let request = self
            .request("events")
            .with("Last-Event-ID", after.to_string());
        connection
            .send(&request.to_bytes(), LIMIT)
            .expect("it is sent");
        let (status, headers) = connection.answer_head(LIMIT).expect("a response");
        assert_eq!(status, 200);
        assert_eq!(headers.get("content-type"), Some("text/event-stream"));
        Feed {
            connection,
            rest: String::new(),
            last: after,
        }
    }
}

/// The messages of `dev`, as they come.
pub(crate) struct Feed {
    connection: Connection,
    rest: String,
    /// The number of the last message.
    pub(crate) last: u64,
}

impl Feed {
    /// The next message.
    pub(crate) fn next(&mut self) -> Value {
        let due = Instant::now() + LIMIT;
        while Instant::now() < due {
            if let Some((message, rest)) = self.rest.split_once("\n\n") {
                let (message, rest) = (message.to_owned(), rest.to_owned());
                self.rest = rest;
                for line in message.lines() {
                    if let Some(id) = line.strip_prefix("id: ") {
                        self.last = id.parse().expect("a number");
                    }
                    if let Some(data) = line.strip_prefix("data: ") {
                        return serde_json::from_str(data).expect("JSON");
                    }
                }
                continue;
            }
            let chunk = self.connection.chunk(LIMIT).expect("it goes on");
            assert!(!chunk.is_empty(), "the feed has ended");
            self.rest += std::str::from_utf8(&chunk).expect("UTF-8");
        }
        panic!("no message has come");
    }

    /// The next messages, until there is one of a kind and one with a line of the log.
    pub(crate) fn until_both(&mut self, event: &str, line: &str) -> Vec<Value> {
        let mut messages: Vec<Value> = Vec::new();
        let is_there = |messages: &[Value]| {
            messages.iter().any(|message| message["event"] == event)
                && messages.iter().any(|message| message["line"] == line)
        };
        while !is_there(&messages) {
            messages.push(self.next());
        }
        messages
    }

    /// The next message of a kind.
    pub(crate) fn until(&mut self, event: &str) -> Value {
        let due = Instant::now() + LIMIT;
        while Instant::now() < due {
            let message = self.next();
            if message["event"] == event {
                return message;
            }
        }
        panic!("no `{event}` has come");
    }

    /// Whether it ends, after what is left of it.
    pub(crate) fn ends(&mut self) -> bool {
        while let Ok(chunk) = self.connection.chunk(LIMIT) {
            if chunk.is_empty() {
                return true;
            }
        }
        false
    }
}
