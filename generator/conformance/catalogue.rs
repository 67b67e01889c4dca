//! The list of all rules, by theme, in the order in which reports have them.

use super::rule::Rule;
use super::{
    clients, connections, context, credentials, errors, events, lifecycle, limits, listening, load,
    logs, markers, package, processes, routing, secrets, shutdown, signals, slow, streams, web,
};

/// The id of the rule that fails when a function does not start.
pub const START: &str = "listen-in-time";

/// The rules about one part of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// The name of this part.
    pub name: &'static str,
    /// The rules.
    pub rules: &'static [Rule],
}

/// The whole contract, as rules by theme.
pub const THEMES: [Theme; 21] = [
    theme("Listening", listening::RULES),
    theme("Connections", connections::RULES),
    theme("Slow calls", slow::RULES),
    theme("Misbehaving callers", clients::RULES),
    theme("Events", events::RULES),
    theme("Large events", limits::RULES),
    theme("Failures", errors::RULES),
    theme("Lifecycle hooks", lifecycle::RULES),
    theme("Routing", routing::RULES),
    theme("Context", context::RULES),
    theme("Credentials", credentials::RULES),
    theme("Secrets", secrets::RULES),
    theme("Concurrent calls", load::RULES),
    theme("Marker lines", markers::RULES),
    theme("Logs", logs::RULES),
    theme("Web functions", web::RULES),
    theme("Streams and upgrades", streams::RULES),
    theme("Shutdown", shutdown::RULES),
    theme("Signals", signals::RULES),
    theme("Processes", processes::RULES),
    theme("Package", package::RULES),
];

const fn theme(name: &'static str, rules: &'static [Rule]) -> Theme {
    Theme { name, rules }
}

/// All rules, ordered by theme.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    THEMES.iter().flat_map(|theme| theme.rules)
}

/// All rules, each with the name of its theme.
pub fn rules_by_theme() -> impl Iterator<Item = (&'static str, &'static Rule)> {
    let with_theme = |theme: &'static Theme| theme.rules.iter().map(|rule| (theme.name, rule));
    THEMES.iter().flat_map(with_theme)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_can_be_told_apart_and_cites_a_page() {
        let mut seen = HashSet::new();
        for rule in rules() {
            assert!(seen.insert(rule.id), "{} appears twice", rule.id);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.id.chars().all(plain), "{}", rule.id);
            assert!(rule.source.starts_with("https://"), "{}", rule.id);
            assert!(
                !rule.hint.is_empty() && !rule.hint.ends_with('.'),
                "{}",
                rule.id
            );
            assert!(
                !rule.summary.is_empty() && !rule.summary.ends_with('.'),
                "{}",
                rule.id
            );
        }
    }
}
