//! A hint for a function that crashed in native code, which rarely leaves a word in the log.

use crate::conformance::Outcome;

/// This part of an exit status, as the standard library writes it.
const SIGNAL: &str = "(SIGSEGV)";

const HINT: &str = "SIGSEGV is a crash in native code. A static program with glibc crashes if it looks up a user \
                    or a host name and `/etc/nsswitch.conf` names sources other than `files` and `dns`; the \
                    current `fc3` crate prevents this";

/// The hint for a result, if a crash is the reason.
pub(super) fn hint(result: &str) -> Option<&'static str> {
    result.contains(SIGNAL).then_some(HINT)
}

/// The hint for the outcome of a rule, if a crash is the reason.
pub(super) fn hint_for(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Failed(violation) => hint(&violation.result),
        Outcome::Passed | Outcome::NotChecked(_) | Outcome::Unsupported(_) => None,
    }
}
