//! Arguments with which nothing can be checked.

use crate::function::{self, PLAIN};
use crate::run::{Said, check, check_in, scratch};

pub(crate) fn wrong_flags() {
    for (arguments, snapshot) in [
        (&["--cmd", ""][..], "no-command"),
        (&["--cmd", "\""], "open-quote"),
        (&["--rule", "nosuch"], "no-such-rule"),
        (&["--cmd", "x", "--port", "0"], "port-0"),
        (&["--cmd", "x", "--env", "X"], "env-without-value"),
        (&["--idle", "0"], "idle-0"),
        (&["--json", "--junit", "report.xml"], "json-and-junit"),
        (&["--probe"], "probe-of-nothing"),
    ] {
        let said = check(arguments);
        assert_eq!(said.stdout, "", "{arguments:?}");
        said.is(2, snapshot, &[]);
    }
}

pub(crate) fn missing_files() {
    let function = function::command(PLAIN);
    let with = |flag: &str| check(&["--cmd", &function, flag, "nosuch.json"]);
    with("--event").is(2, "no-event", &[]);
    for said in [
        with("--failing-event"),
        with("--zip"),
        check(&["--zip", "nosuch.json"]),
    ] {
        said.is_refused(2, "cannot read `nosuch.json`: ");
    }
}

pub(crate) fn no_project() {
    let dir = scratch();
    let here = dir.path().canonicalize().expect("it is there");
    let here = here.to_str().expect("a plain path");
    let said: Said = check_in(dir.path(), &[]);
    said.is(2, "no-project", &[(here, "[HERE]")]);
}
