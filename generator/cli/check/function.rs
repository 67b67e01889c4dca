//! The function that is checked, and its probe, if it has one.

use std::panic::resume_unwind;
use std::thread;

use super::first_call::Unanswered;
use super::port::PortLock;
use crate::conformance::{self, Outcome, Rule, Target};

/// A function that is held to the rules.
pub(super) enum Function {
    /// It can be called.
    Ready {
        target: Box<Target>,
        /// A probe with the same server, for what the function itself does not show.
        probe: Option<Box<Target>>,
        lock: PortLock,
    },
    /// It does not start.
    Broken(conformance::Violation),
    /// It starts, and does not answer as it should.
    Unanswered(Unanswered),
}

impl Function {
    pub(super) fn has_one_port(&self) -> bool {
        match self {
            Self::Ready { target, .. } => target.settings.fixed_port.is_some(),
            Self::Broken(_) | Self::Unanswered(_) => false,
        }
    }

    pub(super) fn check(&self, rule: &Rule) -> Outcome {
        match self {
            Self::Ready {
                target,
                probe: Some(probe),
                ..
            } => match rule.out_of_reach(target) {
                Some(_) => rule.check(probe),
                None => both(rule, target, probe),
            },
            Self::Ready { target, .. } => rule.check(target),
            Self::Broken(failure) if rule.id == conformance::START => {
                Outcome::Failed(failure.clone())
            }
            Self::Unanswered(unanswered) if rule.id == conformance::START => {
                Outcome::Failed(unanswered.failure.clone())
            }
            Self::Broken(_) => Outcome::NotChecked("it did not start".to_owned()),
            Self::Unanswered(_) => {
                Outcome::NotChecked("it does not answer its first call".to_owned())
            }
        }
    }
}

/// Holds a function to a rule, and its probe, which can show more, at the same time.
fn both(rule: &Rule, target: &Target, probe: &Target) -> Outcome {
    let (of_function, of_probe) = thread::scope(|scope| {
        let of_probe = scope.spawn(|| rule.check(probe));
        let of_function = rule.check(target);
        let of_probe = of_probe.join();
        (
            of_function,
            of_probe.unwrap_or_else(|panic| resume_unwind(panic)),
        )
    });
    match (of_function, of_probe) {
        (Outcome::Failed(failure), _) => Outcome::Failed(failure),
        (_, Outcome::Failed(failure)) => Outcome::Failed(conformance::Violation {
            sent: format!("to the probe, {}", failure.sent),
            ..failure
        }),
        (Outcome::NotChecked(_), of_probe) => of_probe,
        (Outcome::Passed, _) => Outcome::Passed,
    }
}
