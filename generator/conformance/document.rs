//! The rules as a document for people, made from the code so that it cannot say anything else.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::catalogue::{THEMES, rules};
use super::rule::Level;
use super::rule::{Needs, Rule};
use super::target::FunctionKind;

/// What a probe does, in Markdown.
pub const PROBE: &str = include_str!("probe.md");

/// What stands before the rules.
const BEGINNING: &str = include_str!("document.md");

/// The rules and the probe protocol, in Markdown.
#[must_use]
pub fn document() -> String {
    let mut text = String::new();
    // A string takes whatever is written to it.
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
            "| rule | level | what breaks when it is not kept | what to do | needs |"
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
        Needs::FailingEvent => "a probe, or an event that fails",
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

/// For how long the platform states it.
fn stated(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    if minutes < 120 {
        format!("`--idle` for all of {minutes} min")
    } else {
        format!("`--idle` for all of {} h", minutes / 60)
    }
}
