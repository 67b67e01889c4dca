//! The rules themselves, for whoever wants to know what is checked.

use serde::Serialize;

use super::report::About;
use crate::cli::print_json;
use crate::conformance::{Rule, THEMES};

#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    about: About,
    summary: &'static str,
    hint: &'static str,
    page: &'static str,
}

/// Prints all rules, or those that were asked for.
pub(super) fn print(asked: &[&Rule], json: bool) -> anyhow::Result<()> {
    let rules = || {
        let rules = THEMES.iter().flat_map(|theme| {
            let of_theme = move |rule| (theme.name, rule);
            theme.rules.iter().map(of_theme)
        });
        rules.filter(|(_, rule)| asked.is_empty() || asked.iter().any(|one| one.id == rule.id))
    };
    if json {
        let listed = rules().map(|(theme, rule)| Listed {
            about: About::new(theme, rule),
            summary: rule.summary,
            hint: rule.hint,
            page: rule.source,
        });
        return print_json(&listed.collect::<Vec<_>>());
    }
    let width = rules().map(|(_, rule)| rule.id.len()).max().unwrap_or(0);
    let lines = rules().map(|(_, rule)| {
        let level = rule.level.name();
        format!("{:width$}  {level:6}  {}\n", rule.id, rule.summary)
    });
    super::print(lines.collect::<String>())
}
