//! The report as a person reads it.

use crate::function::{CLOSES, PLAIN};
use crate::run::check_function;

/// Rules of each level, of which a plain server breaks some and keeps some, and one for probes.
const SOME: [&str; 12] = [
    "--idle",
    "1",
    "--rule",
    "keep-alive",
    "--rule",
    "initialize-answered",
    "--rule",
    "success-marked",
    "--rule",
    "slow-head",
    "--rule",
    "panic-marked",
];

pub(crate) fn failure_is_told() {
    check_function(CLOSES, &SOME).is(1, "fails", &[]);
}

/// What should be kept is told as well, and does not fail the check.
pub(crate) fn need_not_be_kept() {
    // The last one is for probes.
    let (of_functions, _) = SOME.split_at(SOME.len() - 2);
    check_function(PLAIN, of_functions).is(0, "warns", &[]);
}

/// Whatever the order of the rules.
pub(crate) fn musts_come_first() {
    let rules = ["success-marked", "initialize-answered", "keep-alive"];
    let arguments = rules.map(|rule| ["--rule", rule]).concat();
    let said = check_function(CLOSES, &arguments);
    let at = |told: &str| {
        said.stdout
            .find(told)
            .unwrap_or_else(|| panic!("{}", said.stdout))
    };
    let order = [
        at("\nkeep-alive (must): "),
        at("\ninitialize-answered (should): "),
        at("\nsuccess-marked (info): "),
    ];
    assert!(order.is_sorted(), "{}", said.stdout);
}

/// With no word about colours, those who pipe get none, and nothing of how far it is.
pub(crate) fn no_terminal() {
    let dir = crate::run::scratch();
    let function = crate::function::command(CLOSES);
    let arguments = ["--cmd", &function, "--rule", "keep-alive"];
    let mut command = crate::run::command(dir.path(), &arguments);
    let said = crate::run::said(command.env_remove("NO_COLOR"));
    let controls = |text: &str| text.contains(|c: char| c.is_control() && c != '\n');
    assert!(!controls(&said.stdout), "{:?}", said.stdout);
    assert_eq!(said.stderr, "error: 1 required rule failed\n");
}
