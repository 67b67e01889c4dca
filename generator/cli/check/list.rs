//! The list of rules.

use super::report::RuleInfo;
use crate::cli::output::{self, print_json};
use crate::conformance::{Rule, rules_by_theme};

/// Prints all rules, or the selected ones.
pub(super) fn print(selected: &[&Rule], json: bool) -> anyhow::Result<()> {
    let is_selected =
        |rule: &Rule| selected.is_empty() || selected.iter().any(|one| one.id == rule.id);
    let rules = rules_by_theme().filter(|(_, rule)| is_selected(rule));
    let rules: Vec<_> = rules
        .map(|(theme, rule)| RuleInfo::new(theme, rule))
        .collect();
    if json {
        return print_json(&rules);
    }
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let line = |id, level, summary| format!("{id:width$}  {level:6}  {summary}\n");
    let lines = rules
        .iter()
        .map(|rule| line(rule.id, rule.level.name(), rule.summary));
    let heading = line("RULE", "LEVEL", "IF BROKEN");
    output::print(heading + &lines.collect::<String>())
}
