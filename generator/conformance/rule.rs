//! What a rule is: a sentence of the contract, the page that says it, and the way to try it.

use std::time::Duration;

use serde::Serialize;

use super::target::{FunctionKind, Target};
use super::verdict::Outcome;
use super::verdict::Verdict;
use crate::package::Package;

/// How much a rule matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Calls fail in production when it is not kept.
    Must,
    /// Something is lost or at risk when it is not kept.
    Should,
    /// Good to know.
    Info,
}

impl Level {
    /// Its name, as reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Info => "info",
        }
    }
}

/// What a rule needs beside the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing more.
    Nothing,
    /// A probe, or an event that the function fails.
    FailingEvent,
    /// A probe.
    Probe,
    /// A package, as it is uploaded.
    Package,
}

/// What a rule is tried on.
#[derive(Debug, Clone, Copy)]
enum Run {
    /// A function that is started.
    Function(fn(&Target) -> Verdict),
    /// A package, of which nothing is started.
    Package(fn(&Package) -> Verdict),
}

/// One rule of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name, which never changes.
    pub id: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What breaks in production when it is not kept.
    pub summary: &'static str,
    /// What its author can do about it.
    pub hint: &'static str,
    /// The page that says so.
    pub source: &'static str,
    /// The kind of function that it is about, or every kind.
    pub kind: Option<FunctionKind>,
    /// What it needs beside the function.
    pub needs: Needs,
    /// Whether it is held for as long as [`Target::idle`] says.
    pub is_held: bool,
    /// The time that the platform states for it.
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
            is_held: false,
            stated: None,
            run: Run::Function(run),
        }
    }

    /// A rule about a package.
    pub(super) const fn of_package(
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

    pub(super) const fn held(mut self) -> Self {
        self.is_held = true;
        self
    }

    pub(super) const fn stated(mut self, time: Duration) -> Self {
        self.stated = Some(time);
        self.held()
    }

    /// Why a function cannot be held to the rule, if it cannot.
    #[must_use]
    pub fn out_of_reach(&self, target: &Target) -> Option<&'static str> {
        match (self.kind, self.needs) {
            (Some(FunctionKind::Event), _) if target.kind != FunctionKind::Event => {
                Some("only for event functions")
            }
            (Some(FunctionKind::Web), _) if target.kind != FunctionKind::Web => {
                Some("only for web functions")
            }
            (_, Needs::Package) => Some("needs a package"),
            (_, Needs::Probe) if !target.probe => Some("needs a probe"),
            (_, Needs::FailingEvent) if !target.probe && target.failing_event.is_none() => {
                Some("needs a probe, or an event that fails")
            }
            _ => None,
        }
    }

    /// Holds a function to the rule.
    #[must_use]
    pub fn check(&self, target: &Target) -> Outcome {
        match (self.out_of_reach(target), self.run) {
            (None, Run::Function(run)) => run(target).into(),
            (why, _) => Outcome::NotChecked(why.unwrap_or("needs a package").to_owned()),
        }
    }

    /// Holds a package to the rule.
    #[must_use]
    pub fn check_package(&self, package: &Package) -> Outcome {
        match self.run {
            Run::Package(run) => run(package).into(),
            Run::Function(_) => Outcome::NotChecked("needs a function that is started".to_owned()),
        }
    }
}
