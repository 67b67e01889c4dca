//! A whole session as its author reads it, where it is not a terminal. Accept a changed text with
//! `SNAPSHOTS=overwrite cargo test --test dev`.

use std::path::Path;

use regex::Regex;
use snapbox::{Assert, Data};

use crate::Check;
use crate::dev::Dev;
use crate::stage::{S_YAML, Stage, handler};

pub(crate) const CHECKS: &[Check] = &[
    ("a_session_reads_like_this", whole),
    ("failures_read_like_this", failures),
];

/// What differs from run to run, and what is written instead.
const UNSTABLE: &[(&str, &str)] = &[
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
    (r"\bport \d+\b", "port [PORT]"),
    (r"_fc3/\S*", "_fc3/[KEY]"),
    (r"1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}", "[REQUEST_ID]"),
    (r"\b\d+(\.\d)? m?s\b", "[TIME]"),
    (r"\b\d+ MB\b", "[MEMORY]"),
];

/// The beginnings of a line that ends a call.
const ENDS: [&str; 2] = ["Called 1-", "Failed 1-"];

/// The lines of a session, step by step.
#[derive(Default)]
struct Transcript {
    text: String,
    /// The number of lines in it.
    read: usize,
}

impl Transcript {
    /// Adds the lines of a step, which are all there by now. Log lines come on another way than the line
    /// that says how a call or a start has ended, so they are written first.
    fn step(&mut self, lines: &[String]) {
        let new = lines[self.read..].iter().map(|line| &**line);
        // Whether another test uses cargo at this moment is of no interest.
        let new = new.filter(|line| !line.starts_with("Waiting for another cargo"));
        let (logs, mut rest): (Vec<&str>, Vec<&str>) =
            new.partition(|line| line.starts_with("  log "));
        let is_end = |line: &&str| line.starts_with("Called ") || line.starts_with("Failed ");
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        rest.splice(end..end, logs);
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        for line in rest {
            self.text += line;
            self.text.push('\n');
        }
        self.read = lines.len();
    }

    /// Compares it with what was reviewed.
    fn check(self, name: &str) {
        let mut text = self.text;
        for (pattern, instead) in UNSTABLE {
            let pattern = Regex::new(pattern).expect("a pattern");
            text = pattern.replace_all(&text, *instead).into_owned();
        }
        let reviewed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/dev");
        let reviewed = reviewed.join(format!("{name}.txt"));
        Assert::new()
            .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
            .eq(text, Data::read_from(&reviewed, None).raw());
    }
}

/// Waits for the line that ends a call.
fn until_called(dev: &Dev, count: usize) {
    dev.wait_for("the line of the call", || {
        let lines = dev.lines();
        let is_end = |line: &&String| ENDS.iter().any(|end| line.starts_with(end));
        (lines.iter().filter(is_end).count() == count).then_some(())
    });
}

fn whole() {
    let stage = Stage::new();
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    let mut transcript = Transcript::default();
    let serving = dev.line("Serving `hello`");
    transcript.step(&dev.lines());
    dev.serves_at(&serving);

    dev.call("log 2");
    dev.line("  log line 1");
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

    transcript.check("session");
}

/// What goes wrong in a function is one line, after what the function itself has printed.
fn failures() {
    let stage = Stage::new();
    stage.replace("s.yaml", &S_YAML.replace("timeout: 60", "timeout: 1"));
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    let mut transcript = Transcript::default();
    let serving = dev.line("Serving `hello`");
    dev.serves_at(&serving);
    transcript.read = dev.lines().len();

    for (event, last) in [
        ("exit", Some("Stopped an instance by itself")),
        ("garbage", None),
        ("sleep 600000", Some("Stopped an instance after")),
    ] {
        dev.call(event);
        if let Some(last) = last {
            dev.line(last);
        }
        dev.wait_for("the end of the call", || {
            let lines = dev.lines();
            let new = lines[transcript.read..].iter();
            let ends = new.filter(|line| line.starts_with("Failed 1-"));
            (ends.count() == 1).then_some(())
        });
        transcript.step(&dev.lines());
    }
    for mode in ["ends", "loopback"] {
        stage.replace(".env", &format!("MODE={mode}\n"));
        dev.line("Failed to start");
        if mode == "ends" {
            dev.wait_for("its log", || {
                let is_log = |line: &String| line.starts_with("  log no database");
                dev.lines().iter().any(is_log).then_some(())
            });
        }
        transcript.step(&dev.lines());
    }
    assert_eq!(dev.end("INT").code, Some(0));
    // Of a process that has gone, the memory may not be known any more.
    let memory = Regex::new(r", \d+ MB").expect("a pattern");
    transcript.text = memory.replace_all(&transcript.text, "").into_owned();
    transcript.check("failures");
}
