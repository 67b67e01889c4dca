//! The report on the Flask function, as its author reads it.

use std::path::Path;

use libtest_mimic::Failed;
use regex::Regex;
use snapbox::{Assert, Data};

use crate::checked::{self, Place};
use crate::servers::{AS_PROCESS_1, Needs};
use crate::tools::Tools;

/// Rules that only wait, one after the other since there is one port; and those that not every machine
/// can check.
const LEFT_OUT: [&str; 5] = [
    AS_PROCESS_1[0],
    AS_PROCESS_1[1],
    "pipelining",
    "event-over-limit",
    "event-over-limit-chunked",
];

/// What varies: times, versions, addresses of this machine, and what else it does meanwhile.
const VARIES: [(&str, &str); 5] = [
    (r"Date: [^;]+;", "Date: [DATE];"),
    (
        r"Werkzeug/\S+ Python/[\d.]+",
        "Werkzeug/[VERSION] Python/[VERSION]",
    ),
    (r"connected to \S+:9000", "connected to [ADDRESS]:9000"),
    (r"(?m)[ \t]+$", ""),
    (r"(?m)^Waiting for .*\n", ""),
];

/// The whole report on a program that listens on port 9000 whatever it is told.
pub(crate) fn is_told(tools: &Tools) -> Result<(), Failed> {
    let place = Place::new("flask", Needs::Flask, tools)?;
    let rules = checked::rules(&LEFT_OUT)?;
    let mut arguments = vec!["python3 app.py", "--timeout", "60", "--idle", "2"];
    arguments.extend(rules.iter().flat_map(|rule| ["--rule", rule]));
    let output = place.check(&arguments)?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(1) {
        return Err(format!("{}: {said}", output.status).into());
    }
    let mut report = format!("{}---\n{said}", String::from_utf8_lossy(&output.stdout));
    for (varies, shown) in VARIES {
        report = Regex::new(varies)?.replace_all(&report, shown).into_owned();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/check/flask.txt");
    Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .normalize_paths(false)
        .try_eq(None, report.into(), Data::read_from(&file, None))
        .map_err(|error| error.to_string().into())
}
