//! A whole session as its author reads it, where it is not a terminal. Accept a changed text with
//! `SNAPSHOTS=overwrite cargo test --test dev`.

use std::path::Path;

use regex::Regex;
use snapbox::{Assert, Data};

use crate::Check;
use crate::dev::Dev;
use crate::stage::{S_YAML, Stage, handler};

pub(crate) const CHECKS: &[Check] = &[("a_session_reads_like_this", whole)];

/// What differs from run to run, and what is written instead.
const UNSTABLE: &[(&str, &str)] = &[
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
    (r"_fc3/\S*", "_fc3/[KEY]"),
    (r"1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}", "[REQUEST_ID]"),
    (r"\b\d+(\.\d)? m?s\b", "[TIME]"),
    (r"\b\d+ MB\b", "[MEMORY]"),
];

/// The beginnings of a line that ends a call.
const ENDS: [&str; 2] = ["Called 1-", "Failed 1-"];

/// The lines of a session, step by step.
struct Transcript {
    text: String,
    /// The number of lines in it.
    read: usize,
}

impl Transcript {
    /// Adds the lines of a step, which are all there by now. Log lines of a call come on another way
    /// than the line that ends it, so they are written first.
    fn step(&mut self, lines: &[String]) {
        let new = lines[self.read..].iter().map(|line| &**line);
        // Whether another test uses cargo at this moment is of no interest.
        let new = new.filter(|line| !line.starts_with("Waiting for another cargo"));
        let (logs, mut rest): (Vec<&str>, Vec<&str>) =
            new.partition(|line| line.starts_with("  log "));
        let mut calls = rest.iter();
        let call = calls.position(|line| ENDS.iter().any(|end| line.starts_with(end)));
        let call = call.unwrap_or(rest.len());
        rest.splice(call..call, logs);
        if self.read > 0 {
            self.text.push('\n');
        }
        for line in rest {
            self.text += line;
            self.text.push('\n');
        }
        self.read = lines.len();
    }
}

/// Waits for the lines of a call: the one that ends it, and the last one of its log.
fn until_called(dev: &Dev, count: usize) {
    let count_of = |begin: &str| {
        let lines = dev.lines();
        lines.iter().filter(|line| line.starts_with(begin)).count()
    };
    dev.wait_for("the lines of the call", || {
        let ended: usize = ENDS.map(count_of).iter().sum();
        (ended == count && count_of("  log FC Invoke End") == count).then_some(())
    });
}

fn whole() {
    let stage = Stage::new();
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    let mut transcript = Transcript {
        text: String::new(),
        read: 0,
    };
    let serving = dev.line("Serving `hello`");
    transcript.step(&dev.lines());
    dev.serves_at(&serving);

    assert_eq!(dev.told("which"), "one");
    until_called(&dev, 1);
    transcript.step(&dev.lines());

    dev.call("fail");
    until_called(&dev, 2);
    transcript.step(&dev.lines());

    stage.replace("src/handler.rs", &handler("two"));
    dev.line("Built");
    dev.line("Started");
    transcript.step(&dev.lines());

    let settings = S_YAML.replace("GREETING: hello", "GREETING: goodbye");
    stage.replace("s.yaml", &settings);
    dev.line("Started");
    transcript.step(&dev.lines());

    stage.replace(
        "src/handler.rs",
        "pub const WHICH: &str = \"three\";\ncompile_error!(\"not yet\");\n",
    );
    dev.line("to build");
    transcript.step(&dev.lines());

    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.events.is_empty(), "stdout is for data: {ended:?}");
    transcript.step(&ended.lines);

    let mut text = transcript.text;
    for (pattern, instead) in UNSTABLE {
        let pattern = Regex::new(pattern).expect("a pattern");
        text = pattern.replace_all(&text, *instead).into_owned();
    }
    let reviewed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/dev/session.txt");
    Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .eq(text, Data::read_from(&reviewed, None).raw());
}
