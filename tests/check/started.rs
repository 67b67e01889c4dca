//! Functions that do not start, or are not what they are said to be.

use std::fs;

use crate::function::{
    self, CRASHES, CRASHES_AT_THE_END, CRASHES_WHEN_CALLED, ENDS, ENDS_SILENTLY, JSON_ONLY, PAGE,
    PAGE_AND_EVENTS, PAGE_AND_FAILURE, PAGE_AND_JSON, PLAIN,
};
use crate::run::{check, check_function, check_in, scratch};

pub(crate) fn no_such_program() {
    check(&["--cmd", "./nosuch-program --flag"]).is(3, "no-such-program", &[]);
}

/// That it does not start is told whatever was asked for, since nothing else is checked then.
pub(crate) fn ends_at_once() {
    let said = check_function(ENDS, &[]);
    assert!(
        said.stdout.contains("]]> <b>&amp;\"日本\n"),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("\\u{1b}[2J"), "{}", said.stdout);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    for arguments in [&["--json"][..], &["--json", "--rule", "keep-alive"]] {
        let said = check_function(ENDS, arguments);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let (start, others): (Vec<_>, Vec<_>) = said
            .outcomes()
            .into_iter()
            .partition(|(id, _)| id == "listen-in-time");
        assert_eq!(start, [("listen-in-time".to_owned(), "failed".to_owned())]);
        assert!(!others.is_empty());
        assert!(
            others.iter().all(|(_, outcome)| outcome == "not-checked"),
            "{others:?}"
        );
        let rules = said.json();
        let came = rules["rules"][0]["result"]
            .as_str()
            .expect("text")
            .to_owned();
        assert!(
            came.contains("exit status: 3") && came.contains("]]> <b>"),
            "{came}"
        );
    }
}

pub(crate) fn ends_silently() {
    check_function(ENDS_SILENTLY, &[]).is(1, "ends-silently", &[]);
}

/// Whenever it crashes, the hint is about that and not about the rule that shows it.
pub(crate) fn crashes() {
    let shown_by = [
        (CRASHES, "listen-in-time"),
        (CRASHES_WHEN_CALLED, "listen-in-time"),
        (CRASHES_AT_THE_END, "pre-stop-answered"),
    ];
    for (which, rule) in shown_by {
        let said = check_function(which, &["--json", "--rule", rule]);
        let report = said.json();
        let rows = report["rules"].as_array().expect("a list");
        let mut rows = rows.iter().filter(|row| row["id"] == rule);
        let row = rows.next().expect("the rule was asked for");
        let told = |key: &str| row[key].as_str().unwrap_or_default();
        assert_eq!(told("outcome"), "failed", "{which}: {row}");
        assert!(told("result").contains("SIGSEGV"), "{which}: {row}");
        assert!(
            told("hint").contains("/etc/nsswitch.conf"),
            "{which}: {row}"
        );
    }
    let varies = [(" (core dumped)", "")];
    check_function(CRASHES_WHEN_CALLED, &[]).is(1, "crashes-when-called", &varies);
}

pub(crate) fn fails_the_event() {
    let dir = scratch();
    fs::write(dir.path().join("event.json"), "fail").expect("an event");
    let function = function::command(PLAIN);
    let said = check_in(dir.path(), &["--cmd", &function, "--event", "event.json"]);
    said.is(1, "fails-the-event", &[]);
}

pub(crate) fn is_no_probe() {
    check_function(PLAIN, &["--probe"]).is(1, "no-probe", &[]);
}

/// Without a word about it, it is called as what it is.
pub(crate) fn has_a_page() {
    let said = check_function(PAGE, &["--rule", "keep-alive", "--rule", "success-marked"]);
    said.is(1, "web", &[]);
}

/// What may be called by clients and by events is one of both by what it answers, or by what is said.
pub(crate) fn has_a_page_and_takes_events() {
    let rules = ["--rule", "keep-alive", "--rule", "success-marked"];
    check_function(PAGE_AND_EVENTS, &rules).is(0, "web-with-events", &[]);
    let said = check_function(PAGE_AND_EVENTS, &[&["--path", "/"], &rules[..]].concat());
    assert!(!said.stdout.contains("guessed"), "{}", said.stdout);
}

/// It is not taken for a web function, whose rules it would keep.
pub(crate) fn has_a_page_and_fails_events() {
    check_function(PAGE_AND_FAILURE, &[]).is(1, "page-and-failure", &[]);
    check_function(PAGE_AND_JSON, &[]).is(1, "page-and-json", &[]);
    let keeps = ["--path", "/", "--rule", "keep-alive"];
    let said = check_function(PAGE_AND_FAILURE, &keeps);
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
}

pub(crate) fn insists_on_a_type() {
    check_function(JSON_ONLY, &[]).is(1, "json-only", &[]);
}

/// Programs get a report of it, whatever was asked for, and people the same words as without.
pub(crate) fn fails_the_event_for_programs() {
    let plain = check_function(PAGE_AND_FAILURE, &[]);
    let said = check_function(PAGE_AND_FAILURE, &["--json", "--rule", "keep-alive"]);
    assert_eq!((said.code, &said.stderr), (Some(1), &plain.stderr));
    let expected = [("listen-in-time", "failed"), ("keep-alive", "not-checked")];
    let expected = expected.map(|(id, outcome)| (id.to_owned(), outcome.to_owned()));
    assert_eq!(said.outcomes(), expected);
    let report = said.json();
    let told = |key: &str| report["rules"][0][key].as_str().expect("text").to_owned();
    assert!(
        told("result").contains("500; content-length: 0"),
        "{}",
        told("result")
    );
    assert!(told("result").contains("no database"), "{}", told("result"));
    assert!(told("hint").contains("`--event FILE`"), "{}", told("hint"));
}

/// A rule that was asked for and not checked is no success.
pub(crate) fn is_not_checked() {
    let of_probes = ["--rule", "panic-marked"];
    let said = check_function(PLAIN, &[&of_probes, &["--rule", "keep-alive"][..]].concat());
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert_eq!(
        said.stderr,
        "error: `panic-marked` was not checked: needs a probe\n\
         hint: provide what it needs, or leave out `--rule panic-marked`; see `cargo fc3 check --help`\n"
    );
    assert!(said.stdout.contains("keep-alive"), "{}", said.stdout);
}
