//! A row of the table: a fault, and what must come of the rules.

use std::time::Duration;

use cargo_fc3::conformance::FunctionKind;

use super::Fault;

/// A fault, and the rules that must find it out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Witness {
    pub(crate) fault: Fault,
    /// The rule that it is there for.
    pub(crate) rule: &'static str,
    pub(crate) kind: FunctionKind,
    /// The rules that fail in consequence.
    pub(crate) follows: Follows,
    /// The rules that cannot be tried in consequence, and say so.
    pub(crate) hides: &'static [&'static str],
    /// How long connections are left idle.
    pub(crate) idle: Duration,
    /// How long the server may take to listen.
    pub(crate) start_limit: Duration,
}

/// What comes of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Pass,
    Failure,
    NotChecked,
}

/// What fails beside the rule.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Follows {
    These(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

impl Witness {
    /// An event function with this fault, which only this rule finds out.
    pub(super) const fn of(fault: Fault, rule: &'static str) -> Self {
        Self {
            fault,
            rule,
            kind: FunctionKind::Event,
            follows: Follows::These(&[]),
            hides: &[],
            idle: Duration::from_millis(200),
            start_limit: Duration::from_secs(5),
        }
    }

    /// A web function.
    pub(super) const fn web(mut self) -> Self {
        self.kind = FunctionKind::Web;
        self
    }

    pub(super) const fn then(mut self, follows: &'static [&'static str]) -> Self {
        self.follows = Follows::These(follows);
        self
    }

    pub(super) const fn then_all_but(mut self, kept: &'static [&'static str]) -> Self {
        self.follows = Follows::AllBut(kept);
        self
    }

    pub(super) const fn hides(mut self, hides: &'static [&'static str]) -> Self {
        self.hides = hides;
        self
    }

    /// Held for longer than [`IMPATIENCE`].
    pub(super) const fn held(mut self) -> Self {
        self.idle = Duration::from_secs(3);
        self
    }

    pub(super) const fn starts_within(mut self, limit: Duration) -> Self {
        self.start_limit = limit;
        self
    }

    /// What must come of a rule.
    pub(crate) fn expected(&self, rule: &str) -> Expected {
        let follows = match self.follows {
            Follows::These(rules) => rules.contains(&rule),
            Follows::AllBut(rules) => !rules.contains(&rule),
        };
        if self.hides.contains(&rule) {
            Expected::NotChecked
        } else if follows || rule == self.rule {
            Expected::Failure
        } else {
            Expected::Pass
        }
    }

    /// Whether the rule stands in this row.
    pub(crate) fn names(&self, rule: &str) -> bool {
        let (Follows::These(follows) | Follows::AllBut(follows)) = self.follows;
        [self.hides, follows, &[self.rule]].concat().contains(&rule)
    }
}
