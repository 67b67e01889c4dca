//! The report for people: one line for each rule, then the failures with hints, then a summary.

use std::fmt::Write as _;
use std::time::Duration;

use super::{CheckDuration, Report, Row, RuleResult};
use crate::cli::output::{DONE, ERROR, HINT};
use crate::conformance::Level;
use crate::text::printable;

/// The levels, the most important first.
const LEVELS: [Level; 3] = [Level::Must, Level::Should, Level::Info];

/// The report as text. It contains colours; the printer removes them if the output is not a
/// terminal.
pub(in crate::cli::check) fn of(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report);
    text
}

fn write(text: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(text, "{}", printable(&report.subject))?;
    let mut theme = "";
    let tried = report
        .rules
        .iter()
        .filter(|row| !is_not_checked(&row.result));
    let width = tried.clone().map(|row| row.rule.id.len()).max();
    for row in tried {
        if row.rule.theme != theme {
            theme = row.rule.theme;
            writeln!(text, "\n{theme}")?;
        }
        line(text, row, width.unwrap_or(0))?;
    }
    not_checked(text, report)?;
    for level in LEVELS {
        for row in report.rules.iter().filter(|row| row.rule.level == level) {
            failure(text, row)?;
        }
    }
    writeln!(text, "\n{}", sum(report))
}

fn is_not_checked(result: &RuleResult) -> bool {
    matches!(result, RuleResult::NotChecked { .. })
}

/// One rule and its result.
fn line(text: &mut String, row: &Row, width: usize) -> std::fmt::Result {
    let (id, level) = (row.rule.id, row.rule.level.name());
    let (style, result) = match row.result {
        RuleResult::Failed(_) => (ERROR, "FAILED"),
        _ => (DONE, "passed"),
    };
    let line = format!(
        "{id:width$}  {}",
        row.duration.map(check_duration).unwrap_or_default()
    );
    let line = line.trim_end();
    writeln!(text, "  {style}{result}{style:#}  {level:6}  {line}")
}

/// The rules that were not checked, grouped by reason. Without a probe, they are the majority.
fn not_checked(text: &mut String, report: &Report) -> std::fmt::Result {
    const WIDTH: usize = 96;
    const LISTED: usize = 12;
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in &report.rules {
        if let RuleResult::NotChecked { why, .. } = &row.result {
            match reasons.iter_mut().find(|(reason, _)| reason == why) {
                Some((_, ids)) => ids.push(row.rule.id),
                None => reasons.push((why, vec![row.rule.id])),
            }
        }
    }
    let tried = report.rules.iter();
    let mut tried = tried.filter(|row| !is_not_checked(&row.result));
    if let ([(why, ids)], Some(only), None) = (&reasons[..], tried.next(), tried.next())
        && matches!(only.result, RuleResult::Failed(_))
        && ids.len() > 1
    {
        // The one failed rule is the reason why no other was checked.
        return writeln!(text, "\nNot checked: {}\n  all other rules", printable(why));
    }
    for (why, ids) in reasons {
        if ids.len() > LISTED {
            let why = printable(why);
            writeln!(
                text,
                "\nNot checked: {why}\n  {} rules (list them with `--json`)",
                ids.len()
            )?;
            continue;
        }
        write!(text, "\nNot checked: {}\n ", printable(why))?;
        let mut length = 1;
        for id in ids {
            if length + 1 + id.len() > WIDTH {
                write!(text, "\n ")?;
                length = 1;
            }
            write!(text, " {id}")?;
            length += 1 + id.len();
        }
        writeln!(text)?;
    }
    Ok(())
}

/// The action, the result and a hint, for a failed rule.
fn failure(text: &mut String, row: &Row) -> std::fmt::Result {
    let RuleResult::Failed(failure) = &row.result else {
        return Ok(());
    };
    let (id, level) = (row.rule.id, row.rule.level.name());
    writeln!(
        text,
        "\n{ERROR}{id}{ERROR:#} ({level}): {}",
        row.rule.summary
    )?;
    paragraph(text, "action", &failure.action)?;
    paragraph(text, "result", &failure.result)?;
    writeln!(text, "  {HINT}{:6}{HINT:#}  {}", "hint", row.rule.hint)?;
    writeln!(text, "  {:6}  {}", "page", row.rule.page)
}

/// A label with text that may have several lines.
fn paragraph(text: &mut String, name: &str, content: &str) -> std::fmt::Result {
    for (at, line) in content.trim_end().lines().enumerate() {
        let name = if at == 0 { name } else { "" };
        writeln!(text, "  {name:6}  {}", printable(line))?;
    }
    Ok(())
}

fn check_duration(duration: CheckDuration) -> String {
    let time = duration_text(duration.time);
    match duration.stated {
        Some(stated) => format!("for {time} of {}", duration_text(stated)),
        None => format!("for {time}"),
    }
}

/// A time for people.
fn duration_text(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

/// The number of rules that passed, that failed by level, and that were not checked.
fn sum(report: &Report) -> String {
    let count =
        |is: fn(&RuleResult) -> bool| report.rules.iter().filter(|row| is(&row.result)).count();
    let passed = count(|result| matches!(result, RuleResult::Passed));
    let not_checked = count(is_not_checked);
    let mut parts = vec![format!("{passed} passed")];
    for level in LEVELS {
        let failed = report.failed(level);
        if failed > 0 {
            parts.push(format!("{failed} failed ({})", level.name()));
        }
    }
    if not_checked > 0 {
        parts.push(format!("{not_checked} not checked"));
    }
    parts.join(", ")
}
