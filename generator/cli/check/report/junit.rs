//! The report as JUnit XML, which build servers show: a test suite for each theme, a test for each
//! rule.

use std::fs;
use std::io;
use std::path::Path;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Report, Row, RuleResult};
use crate::cli::failure::{Exit, Failure};
use crate::conformance::{Level, Violation};
use crate::text::{is_unseen, printable_path};

/// Checks that the file can be written before the check runs, which may take minutes. Leaves the
/// file unchanged.
pub(in crate::cli::check) fn can_be_written(file: &Path) -> Result<(), Failure> {
    let mut open = fs::OpenOptions::new();
    let tried = match fs::metadata(file) {
        Ok(found) if found.is_file() || found.is_dir() => open.append(true).open(file).map(drop),
        // Opening a pipe or a device twice may have side effects.
        Ok(_) => Ok(()),
        Err(_) => {
            let created = open.append(true).create_new(true).open(file);
            created.and_then(|_| fs::remove_file(file))
        }
    };
    tried.map_err(|error| unwritable(file, &error))
}

/// Writes the report to a file and replaces its content.
pub(in crate::cli::check) fn write(report: &Report, file: &Path) -> Result<(), Failure> {
    let written = xml(report).and_then(|xml| fs::write(file, xml));
    written.map_err(|error| unwritable(file, &error))
}

fn unwritable(file: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot write `{}`: {error}", printable_path(file));
    Failure::new(Exit::Machine, message)
        .hint("choose a writable location with enough free space for `--junit`")
}

fn xml(report: &Report) -> io::Result<String> {
    let mut junit = quick_junit::Report::new(kept_by_xml(&report.subject));
    let themes = report
        .rules
        .chunk_by(|one, next| one.rule.theme == next.rule.theme);
    for rows in themes {
        let mut suite = TestSuite::new(rows[0].rule.theme);
        suite.add_test_cases(rows.iter().map(test_case));
        junit.add_test_suite(suite);
    }
    junit.to_string().map_err(io::Error::other)
}

fn test_case(row: &Row) -> TestCase {
    let status = match &row.result {
        RuleResult::Passed => TestCaseStatus::success(),
        RuleResult::NotChecked { why, .. } => skipped(why),
        RuleResult::Failed(violation) => failed(row, violation),
    };
    let mut case = TestCase::new(row.rule.id, status);
    case.set_classname(row.rule.theme);
    case
}

/// Only a required rule fails the build.
fn failed(row: &Row, violation: &Violation) -> TestCaseStatus {
    let level = row.rule.level;
    let text = format!(
        "{}\naction: {}\nresult: {}\nhint: {}\npage: {}",
        row.rule.summary, violation.action, violation.result, row.rule.hint, row.rule.page
    );
    if level != Level::Must {
        return skipped(&format!("failed ({}): {text}", level.name()));
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(level.name());
    status.set_message(row.rule.summary);
    status.set_description(kept_by_xml(&text));
    status
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(kept_by_xml(why));
    status
}

/// The text as `XmlString` keeps it: that drops tabs together with escapes for terminals, and lets
/// two characters pass that no XML may hold. What would hide a part of the text is escaped.
fn kept_by_xml(text: &str) -> String {
    let text = text
        .replace('\t', "    ")
        .replace(['\u{fffe}', '\u{ffff}'], "");
    let kept = |char: char| match char {
        char if !char.is_control() && is_unseen(char) => char.escape_unicode().to_string(),
        char => char.to_string(),
    };
    text.chars().map(kept).collect()
}
