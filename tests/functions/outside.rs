//! A function that does what its event names.

use std::sync::OnceLock;
use std::time::Duration;

use cargo_fc3::emulator::{Answer, Instance, Launch, Settings};
use serde_json::{Value, json};

use crate::support::project::Project;

/// How long anything is waited for, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The program, which is built once.
static PROGRAM: OnceLock<Launch> = OnceLock::new();

/// Its project, which is rendered once.
fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let files = [("src/handler.rs", include_str!("handler.rs"))];
        let adds = [
            "cargo add serde_json",
            "cargo add log",
            "cargo add tokio --features time",
        ];
        let project = Project::render_adding("outside", "event", &files, &adds);
        project.expect("a project")
    })
}

/// Its program, which is built once.
pub(crate) fn launch() -> &'static Launch {
    PROGRAM.get_or_init(|| project().build().expect("a program"))
}

/// A running function.
pub(crate) struct Outside(pub(crate) Instance);

/// A call that was made.
pub(crate) struct Called {
    pub(crate) id: String,
    pub(crate) answer: Answer,
}

impl Outside {
    /// Starts it with environment variables.
    pub(crate) fn start(env: &[(&str, &str)]) -> Self {
        let env = env.iter();
        Self::start_with(&Settings {
            env: env
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Settings::default()
        })
    }

    pub(crate) fn start_with(settings: &Settings) -> Self {
        let started = Instance::start(launch(), settings);
        Self(started.expect("it starts"))
    }

    /// Starts the program that `cargo run` starts.
    pub(crate) fn start_debug(env: &[(&str, &str)]) -> Self {
        project().cargo(&["build"]).expect("a program");
        let launch = Launch::new(project().dir.join("target/debug/bootstrap"));
        let env = env.iter();
        let settings = Settings {
            env: env
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Settings::default()
        };
        let started = Instance::start(&launch, &settings);
        Self(started.expect("it starts"))
    }

    /// Calls it, and waits until the log has the end of the call.
    pub(crate) fn call(&self, wish: &str) -> Called {
        let event = json!({"do": wish}).to_string();
        let request = self.0.invocation(event.as_bytes());
        let answer = self.0.call(&request).expect("an answer");
        let id = request.id().to_owned();
        let end = format!("FC Invoke End RequestId: {id}");
        self.wait_for(|line| line.starts_with(&end));
        Called { id, answer }
    }

    /// A call that succeeds: its id, and the lines between its markers.
    pub(crate) fn logged(&self, wish: &str) -> (String, Vec<String>) {
        let Called { id, answer } = self.call(wish);
        assert!(!answer.failed(), "{wish}: {}", answer.text());
        let lines = self.lines(&id);
        (id, lines)
    }

    /// The lines between the markers of a call.
    pub(crate) fn lines(&self, id: &str) -> Vec<String> {
        let marker = |point: &str| format!("FC Invoke {point} RequestId: {id}");
        let (start, end) = (marker("Start"), marker("End"));
        let lines = self.0.logs().lines().into_iter().map(|line| line.text);
        lines
            .skip_while(|line| *line != start)
            .skip(1)
            .take_while(|line| !line.starts_with(&end))
            .collect()
    }

    /// The entries of a call in JSON.
    pub(crate) fn entries(&self, id: &str) -> Vec<Value> {
        let lines = self.lines(id).into_iter();
        lines
            .map(|line| serde_json::from_str(&line).unwrap_or_else(|why| panic!("{why}: {line}")))
            .collect()
    }

    /// Waits for a line.
    pub(crate) fn wait_for(&self, is_it: impl Fn(&str) -> bool) {
        let found = self.0.logs().wait_for(LIMIT, |line| is_it(&line.text));
        assert!(found.is_some(), "{}", self.0.logs().text());
    }
}
