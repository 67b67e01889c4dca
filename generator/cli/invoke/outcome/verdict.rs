//! The exit code of a call, and what is said if it failed.

use super::{End, Outcome, Problem, RanBy};
use crate::cli::failure::{Exit, Failure};
use crate::text::printable;

/// The code of an error that is this machine's fault: it cannot start the program.
const MACHINE: &str = "InternalServerError";

impl Outcome {
    /// Fails if the function failed. `is_json` says whether its log is in the document.
    pub(in crate::cli::invoke) fn verdict(self, is_json: bool) -> Result<(), Failure> {
        let Some(Problem { kind, message }) = &self.problem else {
            return Ok(());
        };
        let code = kind.as_deref().unwrap_or_default();
        let exit = match code {
            _ if self.end == End::Unserved => Exit::Machine,
            // A function may use any name for its own errors.
            MACHINE if self.answer.is_none() => Exit::Machine,
            _ => Exit::Failed,
        };
        let lines: Vec<_> = message.lines().map(printable).collect();
        let message = match code {
            "" => lines.join("\n"),
            code => format!("{}: {}", printable(code), lines.join("\n")),
        };
        Err(match self.end {
            End::Refused => self.refused(exit, code, &message),
            End::Unserved => {
                let message = format!("the service failed: {message}{}", self.request());
                Failure::new(exit, message)
                    .hint("run this again; the event may have reached the function")
            }
            End::Whole | End::BrokenOff => {
                let message = format!("the function failed: {message}");
                Failure::new(exit, message).hint(self.place_of_log(is_json))
            }
        })
    }

    fn refused(&self, exit: Exit, code: &str, message: &str) -> Failure {
        let message = format!("the call was refused: {message}");
        match self.ran_by {
            RanBy::Remote => {
                let failure = Failure::new(exit, message + &self.request());
                match advice(code) {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                }
            }
            RanBy::Dev => Failure::new(exit, message).hint(
                "see what `cargo fc3 dev` has printed; until a build succeeds, it has no function",
            ),
            RanBy::Invoke => Failure::new(exit, message),
        }
    }

    /// The id by which the platform knows the request, if it has told one.
    fn request(&self) -> String {
        match &*self.request_id {
            "" => String::new(),
            id => format!(" (request id {})", printable(id)),
        }
    }

    fn place_of_log(&self, is_json: bool) -> String {
        match (self.ran_by, self.has_logged) {
            (_, true) if is_json => "see its log, `log` in the document".to_owned(),
            (RanBy::Dev, true) => {
                "see its log above, and all of it where `cargo fc3 dev` runs".to_owned()
            }
            (RanBy::Dev, false) => "see its log where `cargo fc3 dev` runs".to_owned(),
            (RanBy::Remote, true) => format!("see its log above{}", self.request()),
            (RanBy::Remote, false) => format!("see its log where it is deployed{}", self.request()),
            (RanBy::Invoke, true) => "see its log above, and `src/handler.rs`".to_owned(),
            (RanBy::Invoke, false) => "it logged nothing; see `src/handler.rs`".to_owned(),
        }
    }
}

/// What to do about an error of the platform. Some codes have a reason behind a dot.
fn advice(code: &str) -> Option<&'static str> {
    let (code, reason) = code.split_once('.').unwrap_or((code, ""));
    Some(match (code, reason) {
        ("SignatureNotMatch" | "SignatureDoesNotMatch", _) => {
            "check the secret of the access key; `-v` says whose key it is"
        }
        ("InvalidAccessKeyID" | "InvalidAccessKeyId", _) => {
            "check the id of the access key; `-a ALIAS` signs with that of a profile"
        }
        ("InvalidSecurityToken", _) => "get new temporary credentials; these may have expired",
        ("InvalidTimeStamp", _) => "set the clock of this machine",
        ("FunctionNotFound", _) => {
            "deploy it with `s deploy`, or check `--region` and `--function`"
        }
        ("VersionNotFound" | "AliasNotFound" | "QualifierNotFound", _) => "check `--qualifier`",
        ("AccessDenied" | "NoPermission" | "Forbidden", _) => {
            "allow `fc:InvokeFunction` to the user of the access key; `-v` says whose key it is"
        }
        ("Throttling" | "ResourceExhausted" | "ConcurrencyLimitExceeded", _) => {
            "wait and run this again: there are too many calls at once"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn a_code_may_have_a_reason() {
        assert_eq!(advice("Throttling.User"), advice("Throttling"));
        assert!(advice("InvalidAccessKeyId.NotFound").is_some());
        assert_eq!(advice("InvalidArgument"), None);
        assert_eq!(advice(""), None);
    }
}
