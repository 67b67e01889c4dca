//! A rule: one statement of the contract, the page it comes from, and the code that checks it.

use std::time::Duration;

use serde::Serialize;

use super::target::{FunctionKind, Target};
use super::verdict::Outcome;
use super::verdict::Verdict;
use crate::package::Package;

/// The importance of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Calls fail in production when the rule is broken.
    Must,
    /// Something is lost or at risk when the rule is broken.
    Should,
    /// Good to know.
    Info,
}

impl Level {
    /// The name of the level in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Info => "info",
        }
    }
}

/// The requirements of a rule in addition to the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing more.
    Nothing,
    /// A probe, or an event that the function rejects.
    FailingEvent,
    /// A probe.
    Probe,
    /// A package, as it would be uploaded.
    Package,
}

/// The subject of a rule, and the code that checks it.
#[derive(Debug, Clone, Copy)]
enum Run {
    /// A function, which the rule starts.
    Function(fn(&Target) -> Verdict),
    /// A package, which the rule only reads.
    Package(fn(&Package) -> Verdict),
}

/// One rule of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The name of the rule, which never changes.
    pub id: &'static str,
    /// The importance of the rule.
    pub level: Level,
    /// The consequence in production when the rule is broken.
    pub summary: &'static str,
    /// A hint for the author on how to fix it.
    pub hint: &'static str,
    /// The page of the platform's documentation that the rule comes from.
    pub source: &'static str,
    /// The kind of function that the rule applies to, or `None` for every kind.
    pub kind: Option<FunctionKind>,
    /// The requirements of the rule in addition to the function.
    pub needs: Needs,
    /// Whether the check of the rule takes as long as [`Target::idle`].
    pub uses_idle_time: bool,
    /// The time that the platform's documentation states for the rule.
    pub stated: Option<Duration>,
    run: Run,
}

impl Rule {
    /// A rule about a function.
    pub(super) const fn new(
        level: Level,
        id: &'static str,
        source: &'static str,
        summary: &'static str,
        run: fn(&Target) -> Verdict,
    ) -> Self {
        Self {
            id,
            level,
            summary,
            hint: "",
            source,
            kind: None,
            needs: Needs::Nothing,
            uses_idle_time: false,
            stated: None,
            run: Run::Function(run),
        }
    }

    /// A rule about a package.
    pub(super) const fn for_package(
        level: Level,
        id: &'static str,
        source: &'static str,
        summary: &'static str,
        run: fn(&Package) -> Verdict,
    ) -> Self {
        let mut rule = Self::new(level, id, source, summary, |_| Ok(()));
        rule.needs = Needs::Package;
        rule.run = Run::Package(run);
        rule
    }

    pub(super) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub(super) const fn probe(mut self) -> Self {
        self.needs = Needs::Probe;
        self
    }

    pub(super) const fn failure(mut self) -> Self {
        self.needs = Needs::FailingEvent;
        self
    }

    pub(super) const fn only(mut self, kind: FunctionKind) -> Self {
        self.kind = Some(kind);
        self
    }

    pub(super) const fn idle(mut self) -> Self {
        self.uses_idle_time = true;
        self
    }

    pub(super) const fn stated(mut self, time: Duration) -> Self {
        self.stated = Some(time);
        self.idle()
    }

    /// The reason why the rule cannot be checked on this function, if there is one.
    #[must_use]
    pub fn skip_reason(&self, target: &Target) -> Option<&'static str> {
        match (self.kind, self.needs) {
            (Some(FunctionKind::Event), _) if target.kind != FunctionKind::Event => {
                Some("applies to event functions only")
            }
            (Some(FunctionKind::Web), _) if target.kind != FunctionKind::Web => {
                Some("applies to web functions only")
            }
            (_, Needs::Package) => Some("needs a package"),
            (_, Needs::Probe) if !target.probe => Some("needs a probe"),
            (_, Needs::FailingEvent) if !target.probe && target.failing_event.is_none() => {
                Some("needs a probe or a failing event")
            }
            _ => None,
        }
    }

    /// Checks a function against the rule.
    #[must_use]
    pub fn check(&self, target: &Target) -> Outcome {
        match (self.skip_reason(target), self.run) {
            (None, Run::Function(run)) => run(target).into(),
            (why, _) => Outcome::NotChecked(why.unwrap_or("needs a package").to_owned()),
        }
    }

    /// Checks a package against the rule.
    #[must_use]
    pub fn check_package(&self, package: &Package) -> Outcome {
        match self.run {
            Run::Package(run) => run(package).into(),
            Run::Function(_) => Outcome::NotChecked("needs a function to start".to_owned()),
        }
    }
}
