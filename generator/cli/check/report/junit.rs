//! The report as JUnit XML, which build servers show: a test suite for each theme, a test for each
//! rule.

use std::fs;
use std::io;
use std::path::Path;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Report, Row, RuleResult};
use crate::cli::failure::{Exit, Failure};
use crate::conformance::Level;
use crate::text::printable_path;

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

fn xml(report: &Report) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let themes = report
        .rules
        .chunk_by(|one, next| one.rule.theme == next.rule.theme);
    writer
        .create_element("testsuites")
        .with_attribute(("name", allowed(&report.subject).as_str()))
        .write_inner_content(|writer| {
            for rows in themes {
                suite(writer, rows)?;
            }
            Ok(())
        })?;
    let mut xml = writer.into_inner();
    xml.push(b'\n');
    Ok(xml)
}

fn suite(writer: &mut Writer<Vec<u8>>, rows: &[Row]) -> io::Result<()> {
    let count = |is: fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count().to_string();
    writer
        .create_element("testsuite")
        .with_attribute(("name", rows[0].rule.theme))
        .with_attribute(("tests", rows.len().to_string().as_str()))
        .with_attribute(("failures", count(fails).as_str()))
        .with_attribute(("skipped", count(|row| !passed(row) && !fails(row)).as_str()))
        .write_inner_content(|writer| {
            for row in rows {
                test(writer, row)?;
            }
            Ok(())
        })?;
    Ok(())
}

/// Only a required rule fails a build.
fn fails(row: &Row) -> bool {
    matches!(row.result, RuleResult::Failed(_)) && row.rule.level == Level::Must
}

fn passed(row: &Row) -> bool {
    matches!(row.result, RuleResult::Passed)
}

fn test(writer: &mut Writer<Vec<u8>>, row: &Row) -> io::Result<()> {
    let case = writer
        .create_element("testcase")
        .with_attribute(("classname", row.rule.theme))
        .with_attribute(("name", row.rule.id));
    match &row.result {
        RuleResult::Passed => case.write_empty()?,
        RuleResult::NotChecked { why } => {
            case.write_inner_content(|writer| skipped(writer, why))?
        }
        RuleResult::Failed(failure) => case.write_inner_content(|writer| {
            let text = format!(
                "{}\naction: {}\nresult: {}\nhint: {}\npage: {}",
                row.rule.summary, failure.sent, failure.came, row.rule.hint, row.rule.page
            );
            if !fails(row) {
                return skipped(
                    writer,
                    &format!("failed ({}): {text}", row.rule.level.name()),
                );
            }
            writer
                .create_element("failure")
                .with_attribute(("type", row.rule.level.name()))
                .with_attribute(("message", row.rule.summary))
                .write_text_content(BytesText::new(&allowed(&text)))?;
            Ok(())
        })?,
    };
    Ok(())
}

fn skipped(writer: &mut Writer<Vec<u8>>, why: &str) -> io::Result<()> {
    let element = writer.create_element("skipped");
    element
        .with_attribute(("message", allowed(why).as_str()))
        .write_empty()?;
    Ok(())
}

/// The text without characters that XML does not allow, not even escaped.
fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}
