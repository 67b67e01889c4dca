//! The report as build servers read it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::function::{self, CLOSES, ENDS, LEAVES_A_MARK, MARK, PAGE_AND_FAILURE};
use crate::run::{Said, check_in, scratch};
use crate::terminal::acts;

const FILE: &str = "report.xml";

/// What the XML says of a rule.
#[derive(Debug, Default, PartialEq, Eq)]
struct Case {
    failed: bool,
    skipped: bool,
    text: String,
}

/// A report that was read back: each rule, and the sums of its suites.
#[derive(Default)]
struct Read {
    cases: BTreeMap<String, Case>,
    sums: BTreeMap<String, usize>,
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let value = element.try_get_attribute(name).expect("attributes")?;
    let value = value.normalized_value(quick_xml::XmlVersion::Explicit1_0);
    Some(value.expect("an attribute").into_owned())
}

/// Reads all of it, which fails where it is not well-formed.
fn read(file: &Path) -> Read {
    let text = fs::read_to_string(file).expect("a report in UTF-8");
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "no XML may hold this: {text:?}");
    assert!(!text.contains(acts), "this hides a part: {text:?}");
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let (mut read, mut case) = (Read::default(), String::new());
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "testsuite" => {
                    for name in ["tests", "failures", "skipped"] {
                        let sum = attribute(&element, name).expect("a sum");
                        *read.sums.entry(name.to_owned()).or_default() +=
                            sum.parse::<usize>().expect("a number");
                    }
                }
                "testcase" => {
                    case = attribute(&element, "name").expect("a name");
                    assert!(read.cases.insert(case.clone(), Case::default()).is_none());
                }
                "failure" | "skipped" => {
                    let of = read.cases.get_mut(&case).expect("a case");
                    of.failed |= element.name().as_ref() == "failure";
                    of.skipped |= element.name().as_ref() == "skipped";
                    of.text += &attribute(&element, "message").expect("a message");
                }
                _ => {}
            },
            Event::Text(text) => {
                if let Some(of) = read.cases.get_mut(&case) {
                    of.text += &text;
                }
            }
            Event::GeneralRef(reference) => {
                let of = read.cases.get_mut(&case).expect("a case");
                of.text += match &*reference {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("{other}"),
                };
            }
            Event::Eof => return read,
            _ => {}
        }
    }
}

fn check(dir: &Path, which: &str, more: &[&str]) -> Said {
    let command = function::command(which);
    check_in(dir, &[&["--cmd", &command, "--idle", "1"], more].concat())
}

pub(crate) fn says_the_same() {
    let dir = scratch();
    let rules = [
        "keep-alive",
        "initialize-answered",
        "success-marked",
        "bare-connects",
        "markers",
    ];
    let rules = rules.map(|rule| ["--rule", rule]).concat();
    let with = |more: &[&'static str]| check(dir.path(), CLOSES, &[more, &rules[..]].concat());
    let json = with(&["--json"]);
    let said = with(&["--junit", FILE]);
    assert_eq!(
        (json.code, said.code),
        (Some(1), Some(1)),
        "{}",
        said.stderr
    );
    assert!(
        said.stdout.contains("\nkeep-alive (must): "),
        "{}",
        said.stdout
    );
    let read = read(&dir.path().join(FILE));
    let report = json.json();
    for rule in report["rules"].as_array().expect("a list") {
        let case = &read.cases[rule["id"].as_str().expect("text")];
        let failed = rule["outcome"] == "failed";
        let breaks = failed && rule["level"] == "must";
        assert_eq!(case.failed, breaks, "{rule:#}");
        assert_eq!(
            case.skipped,
            !breaks && rule["outcome"] != "passed",
            "{rule:#}"
        );
        for key in ["action", "result", "hint", "page", "summary"] {
            let told = rule[key].as_str().unwrap_or_default();
            assert!(!failed || case.text.contains(told), "{key}: {case:#?}");
        }
        let why = rule["why"].as_str().unwrap_or_default();
        assert!(case.text.contains(why), "{case:#?}");
    }
    let sums = [("failures", 1), ("skipped", 3), ("tests", 5)];
    assert_eq!(
        read.sums,
        sums.map(|(name, sum)| (name.to_owned(), sum)).into()
    );
    assert_eq!(read.cases.len(), 5);
}

pub(crate) fn holds_any_text() {
    let dir = scratch();
    check(dir.path(), ENDS, &["--junit", FILE]);
    let told = read(&dir.path().join(FILE)).cases.remove("listen-in-time");
    let told = told.expect("the rule");
    assert!(
        told.failed && told.text.contains("]]> <b>&amp;\"日本"),
        "{told:?}"
    );
    check(
        dir.path(),
        CLOSES,
        &["--junit", FILE, "--rule", "keep-alive"],
    );
    let told = &read(&dir.path().join(FILE)).cases["keep-alive"];
    assert!(told.failed && told.text.contains("]]> <done>"), "{told:?}");
}

/// Nobody waits for checks whose report has no place; and a place is left as it was until there is
/// a report.
pub(crate) fn tries_its_place_first() {
    let dir = scratch();
    fs::create_dir(dir.path().join("folder")).expect("a directory");
    for file in ["nosuch/report.xml", "folder"] {
        let said = check(dir.path(), LEAVES_A_MARK, &["--junit", file]);
        said.is_refused(3, &format!("cannot write `{file}`: "));
        assert!(!dir.path().join(MARK).exists(), "{file}: it was started");
    }
    let report = dir.path().join(FILE);
    let unchecked = ["--cmd", "nosuch-program", "--junit", FILE];
    check_in(dir.path(), &unchecked).is_refused(3, "cannot run `nosuch-program`: ");
    assert!(!report.exists(), "an empty report was left");
    fs::write(&report, "an earlier one").expect("a file");
    check_in(dir.path(), &unchecked).is_refused(3, "cannot run `nosuch-program`: ");
    assert_eq!(
        fs::read_to_string(&report).expect("a file"),
        "an earlier one"
    );
    check(dir.path(), ENDS, &["--junit", FILE]);
    assert!(read(&report).cases["listen-in-time"].failed);
}

pub(crate) fn tells_of_what_is_not_answered() {
    let dir = scratch();
    let said = check(dir.path(), PAGE_AND_FAILURE, &["--junit", FILE]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    let read = read(&dir.path().join(FILE));
    let told = &read.cases["listen-in-time"];
    assert!(told.failed && told.text.contains("no database"), "{told:?}");
    assert_eq!(read.sums["failures"], 1);
    assert_eq!(read.sums["skipped"], read.sums["tests"] - 1);
}
