//! The function to check, and its probe if it has one.

use std::panic::resume_unwind;
use std::thread;

use super::first_call::Unanswered;
use super::port::PortLock;
use crate::conformance::{self, Outcome, Rule, Target};

/// A function to check.
pub(super) enum Function {
    /// It starts and accepts calls.
    Ready {
        target: Box<Target>,
        /// A probe with the same server, for rules that the function itself cannot show.
        probe: Option<Box<Target>>,
        lock: PortLock,
    },
    /// It does not start.
    Broken {
        violation: conformance::Violation,
        /// A hint for this function, if more is known than the rule says.
        hint: Option<String>,
    },
    /// It starts but does not answer its first call correctly.
    Unanswered(Unanswered),
}

impl Function {
    pub(super) fn has_one_port(&self) -> bool {
        match self {
            Self::Ready { target, .. } => target.settings.fixed_port.is_some(),
            Self::Broken { .. } | Self::Unanswered(_) => false,
        }
    }

    pub(super) fn check(&self, rule: &Rule) -> Outcome {
        match self {
            Self::Ready {
                target,
                probe: Some(probe),
                ..
            } => match rule.skip_reason(target) {
                Some(_) => rule.check(probe),
                None => both(rule, target, probe),
            },
            Self::Ready { target, .. } => rule.check(target),
            Self::Broken { violation, .. } if rule.id == conformance::START => {
                Outcome::Failed(violation.clone())
            }
            Self::Unanswered(unanswered) if rule.id == conformance::START => {
                Outcome::Failed(unanswered.failure.clone())
            }
            Self::Broken { .. } => Outcome::NotChecked("the function did not start".to_owned()),
            Self::Unanswered(_) => {
                Outcome::NotChecked("the function does not answer its first call".to_owned())
            }
        }
    }
}

/// Checks a rule on a function and its probe, which can show more, at the same time.
fn both(rule: &Rule, target: &Target, probe: &Target) -> Outcome {
    let (function_outcome, probe_outcome) = thread::scope(|scope| {
        let probe_outcome = scope.spawn(|| rule.check(probe));
        let function_outcome = rule.check(target);
        let probe_outcome = probe_outcome.join();
        (
            function_outcome,
            probe_outcome.unwrap_or_else(|panic| resume_unwind(panic)),
        )
    });
    match (function_outcome, probe_outcome) {
        (Outcome::Failed(failure), _) => Outcome::Failed(failure),
        (_, Outcome::Failed(failure)) => Outcome::Failed(conformance::Violation {
            action: format!("to the probe, {}", failure.action),
            ..failure
        }),
        (Outcome::NotChecked(_) | Outcome::Unsupported(_), probe_outcome) => probe_outcome,
        (Outcome::Passed, _) => Outcome::Passed,
    }
}
