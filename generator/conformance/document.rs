//! Writes the rules as a document for people. It is generated from the code, so the two always
//! agree.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::catalogue::{THEMES, rules};
use super::rule::Level;
use super::rule::{Needs, Rule};
use super::target::FunctionKind;

/// The probe protocol, in Markdown.
pub const PROBE: &str = include_str!("probe.md");

/// The text before the rules.
const BEGINNING: &str = include_str!("document.md");

/// The rules and the probe protocol, in Markdown.
#[must_use]
pub fn document() -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text);
    text
}

fn write(text: &mut String) -> fmt::Result {
    let of = |level| rules().filter(|rule| rule.level == level).count();
    let (must, should, info) = (of(Level::Must), of(Level::Should), of(Level::Info));
    writeln!(text, "{}", BEGINNING.trim_end())?;
    writeln!(text, "\n## The probe protocol\n\n{}", PROBE.trim_end())?;
    writeln!(text, "\n## The rules\n")?;
    writeln!(text, "{must} *must*, {should} *should*, {info} *info*.")?;
    for theme in THEMES {
        writeln!(text, "\n### {}\n", theme.name)?;
        writeln!(
            text,
            "| rule | level | what breaks in production | how to fix it | needs |"
        )?;
        writeln!(text, "|---|---|---|---|---|")?;
        for rule in theme.rules {
            row(text, rule)?;
        }
    }
    Ok(())
}

fn row(text: &mut String, rule: &Rule) -> fmt::Result {
    let needs = match rule.needs {
        Needs::Nothing => "",
        Needs::FailingEvent => "a probe or a failing event",
        Needs::Probe => "a probe",
        Needs::Package => "a package",
    };
    let kind = match rule.kind {
        Some(FunctionKind::Event) => "an event function",
        Some(FunctionKind::Web) => "a web function",
        None => "",
    };
    let time = rule.stated.map(stated).unwrap_or_default();
    let needs = [kind, needs, &time];
    let needs: Vec<_> = needs.into_iter().filter(|need| !need.is_empty()).collect();
    let level = rule.level.name();
    let cell = |text: &str| text.replace('|', "\\|");
    writeln!(
        text,
        "| [`{}`]({}) | {level} | {} | {} | {} |",
        rule.id,
        rule.source,
        cell(rule.summary),
        cell(rule.hint),
        needs.join("; "),
    )
}

/// The time that the platform allows, for the "needs" column.
fn stated(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    if minutes < 120 {
        format!("`--idle` for the full {minutes} min")
    } else {
        format!("`--idle` for the full {} h", minutes / 60)
    }
}
