//! The report and the rules as programs read them.

use std::collections::BTreeSet;

use cargo_fc3::conformance;
use serde_json::{Value, json};

use crate::function::{self, ENDS, PLAIN};
use crate::run::{check, check_function, check_in, scratch};
use crate::terminal::acts;
use crate::zip;

fn all() -> Vec<&'static str> {
    conformance::rules().map(|rule| rule.id).collect()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

/// What each rule has, whatever came of it.
const ALWAYS: [&str; 7] = ["id", "level", "theme", "summary", "hint", "page", "outcome"];

/// Where all can be checked, or at least is asked for: a program and a package.
pub(crate) fn every_rule_once() {
    let dir = scratch();
    std::fs::write(dir.path().join("code.zip"), zip::broken()).expect("a package");
    let command = function::command(ENDS);
    let arguments = ["--cmd", &command, "--zip", "code.zip", "--json"];
    let said = check_in(dir.path(), &arguments);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert!(!said.stdout.contains(acts), "{:?}", said.stdout);
    let report = said.json();
    let logged = report["rules"][0]["result"].as_str().expect("a log");
    assert!(logged.contains("\u{202e}\u{2028}"), "{logged:?}");
    assert_eq!(keys(&report), BTreeSet::from(["rules", "subject"]));
    let ids: Vec<_> = said.outcomes().into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, all());
    for (row, rule) in report["rules"]
        .as_array()
        .expect("a list")
        .iter()
        .zip(conformance::rules())
    {
        let more: &[&str] = match row["outcome"].as_str() {
            Some("passed") => &[],
            Some("failed") => &["action", "result"],
            Some("not-checked") => &["why"],
            _ => panic!("{row:#}"),
        };
        let expected = ALWAYS.iter().chain(more).copied().collect();
        assert_eq!(keys(row), expected, "{row:#}");
        assert_eq!(row["level"], rule.level.name());
        assert_eq!(row["summary"], rule.summary);
        assert_eq!(row["hint"], rule.hint);
        assert_eq!(row["page"], rule.source);
    }
}

pub(crate) fn only_what_was_asked_for() {
    let rules = [
        "panic-marked",
        "initialize-answered",
        "slow-head",
        "keep-alive",
    ];
    let rules = rules.map(|rule| ["--rule", rule]).concat();
    let said = check_function(PLAIN, &[&["--json", "--idle", "1"], &rules[..]].concat());
    // One of them was asked for and could not be checked.
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    let told = "error: `panic-marked` was not checked: needs a probe\nhint: ";
    assert!(said.stderr.starts_with(told), "{}", said.stderr);
    // They come in the order of the contract.
    let expected = [
        ("keep-alive", "passed"),
        ("slow-head", "passed"),
        ("panic-marked", "not-checked"),
        ("initialize-answered", "failed"),
    ];
    let expected = expected.map(|(id, outcome)| (id.to_owned(), outcome.to_owned()));
    assert_eq!(said.outcomes(), expected);
    let report = said.json();
    let held: Vec<_> = (0..4)
        .map(|at| report["rules"][at]["duration"].clone())
        .collect();
    let slow = json!({ "seconds": 1, "stated_seconds": 86400 });
    assert_eq!(held, [Value::Null, slow, Value::Null, Value::Null]);
}

pub(crate) fn rules_are_listed() {
    let said = check(&["--list", "--json"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let list = said.json();
    let list = list.as_array().expect("a list");
    let ids: Vec<_> = list
        .iter()
        .map(|rule| rule["id"].as_str().expect("text"))
        .collect();
    assert_eq!(ids, all());
    let of_each: BTreeSet<_> = ALWAYS.into_iter().filter(|key| *key != "outcome").collect();
    assert!(list.iter().all(|rule| keys(rule) == of_each), "{list:#?}");

    let said = check(&["--list"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let mut lines = said.stdout.lines();
    let heading: Vec<_> = lines
        .next()
        .into_iter()
        .flat_map(str::split_whitespace)
        .collect();
    assert_eq!(heading, ["RULE", "LEVEL", "IF", "BROKEN"]);
    assert_eq!(lines.clone().count(), all().len());
    for (line, rule) in lines.zip(conformance::rules()) {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some(rule.id));
        assert_eq!(words.next(), Some(rule.level.name()));
        assert!(line.ends_with(rule.summary), "{line}");
    }

    let said = check(&["--list", "--rule", "keep-alive"]);
    assert!(
        said.stdout.contains("\nkeep-alive  must    "),
        "{}",
        said.stdout
    );
    assert_eq!(said.stdout.lines().count(), 2);
}
