//! The platform's contract as rules that any custom runtime can be held to, from outside.
//!
//! A rule starts the function as often as it needs to, plays the platform against it, and tells
//! what it sent and what came back when the contract is not kept. Some rules need a function that
//! does as it is asked, a *probe*, in any language; [`PROBE`] says what it does.

mod ask;
mod clients;
mod connections;
mod context;
mod credentials;
mod document;
mod errors;
mod events;
mod lifecycle;
mod limits;
mod listening;
mod load;
mod logs;
mod markers;
mod package;
mod routing;
mod rule;
mod secrets;
mod shutdown;
mod signals;
mod slow;
mod streams;
mod target;
mod verdict;
mod web;

pub use document::document;
pub use rule::{Kind, Level, Needs, Rule};
pub use target::Target;
pub use verdict::{Failure, Outcome};
use verdict::{Unmet, Verdict};

/// What a probe does, in Markdown.
pub const PROBE: &str = include_str!("conformance/probe.md");

/// The id of the rule that a function breaks which does not start.
pub const START: &str = "listen-in-time";

/// Rules about one part of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// What they are about.
    pub name: &'static str,
    /// The rules.
    pub rules: &'static [Rule],
}

/// The contract.
pub const THEMES: [Theme; 20] = [
    theme("Listening", listening::RULES),
    theme("Connections", connections::RULES),
    theme("Calls that take long", slow::RULES),
    theme("Callers that misbehave", clients::RULES),
    theme("Events", events::RULES),
    theme("Large events", limits::RULES),
    theme("Failures", errors::RULES),
    theme("Initialize and pre-stop", lifecycle::RULES),
    theme("Routing", routing::RULES),
    theme("Context", context::RULES),
    theme("Credentials", credentials::RULES),
    theme("Secrets", secrets::RULES),
    theme("Calls at once", load::RULES),
    theme("Marker lines", markers::RULES),
    theme("Logs", logs::RULES),
    theme("Web functions", web::RULES),
    theme("Streams and upgrades", streams::RULES),
    theme("The end of an instance", shutdown::RULES),
    theme("Signals", signals::RULES),
    theme("The package", package::RULES),
];

const fn theme(name: &'static str, rules: &'static [Rule]) -> Theme {
    Theme { name, rules }
}

/// All rules, by theme.
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
            assert!(seen.insert(rule.id), "{} is there twice", rule.id);
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
