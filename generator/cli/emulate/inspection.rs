//! What keeps a package from starting on the platform, in the words of `cargo fc3 check --zip`.

use crate::conformance::{Level, Needs, Outcome, rules_by_theme};
use crate::package::Package;

/// What a package breaks so that no instance of a runtime starts it.
pub(super) fn warnings(zip: &[u8], runtime: &str) -> Vec<String> {
    let package = Package::read(zip);
    let of_runtime = format!("package-fits-{}", runtime.replace('.', "-"));
    let rules = rules_by_theme().map(|(_, rule)| rule);
    let rules = rules.filter(|rule| {
        let counts = rule.level == Level::Must || rule.id == of_runtime;
        rule.needs == Needs::Package && counts
    });
    let warnings = rules.filter_map(|rule| match rule.check_package(&package) {
        Outcome::Failed(violation) => Some(format!("{}: {violation}", rule.id)),
        Outcome::Passed | Outcome::NotChecked(_) | Outcome::Unsupported(_) => None,
    });
    warnings.collect()
}
