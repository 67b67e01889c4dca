//! Why a call failed, as the function or the platform tells it.

use serde::{Deserialize, Serialize};

use crate::emulator::Answer;
use crate::platform::header;
use crate::text::excerpt;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::cli::invoke) struct Problem {
    /// The type of the error, as the function or the platform names it.
    #[serde(rename = "type")]
    pub(in crate::cli::invoke) kind: Option<String>,
    pub(in crate::cli::invoke) message: String,
}

/// The JSON of a failed call. The API of the platform spells the same in another way.
#[derive(Deserialize)]
struct Told {
    #[serde(rename = "errorType", alias = "Code")]
    kind: Option<String>,
    #[serde(rename = "errorMessage", alias = "Message")]
    message: String,
    /// Only the platform's own errors have it.
    #[serde(rename = "RequestId")]
    request_id: Option<String>,
}

impl Problem {
    /// The problem that an answer describes. `kind` is used if the answer has no type.
    pub(in crate::cli::invoke) fn told(answer: &Answer, kind: Option<&str>) -> Self {
        let told = serde_json::from_slice::<Told>(&answer.body);
        let told = told.unwrap_or_else(|_| Told {
            kind: None,
            request_id: None,
            message: match answer.text().trim() {
                "" => format!("status {}, without a body", answer.status),
                text => excerpt(text),
            },
        });
        Self {
            kind: told.kind.or_else(|| kind.map(str::to_owned)),
            message: told.message,
        }
    }

    /// The platform's own error, if the answer is one and not the function's response.
    pub(in crate::cli::invoke) fn of_platform(answer: &Answer) -> Option<Self> {
        let told = serde_json::from_slice::<Told>(&answer.body).ok()?;
        let id = answer.headers.get(header::REQUEST_ID);
        (told.request_id.is_some() && told.request_id.as_deref() == id).then_some(Self {
            kind: told.kind,
            message: told.message,
        })
    }

    /// The problem of a response to an HTTP client, if it is the function's fault.
    pub(in crate::cli::invoke) fn of_response(answer: &Answer) -> Option<Self> {
        let kind = answer.headers.get(header::ERROR_TYPE);
        if kind.is_some() {
            return Some(Self::told(answer, kind));
        }
        (answer.status >= 500).then(|| Self {
            kind: None,
            message: format!("status {}", answer.status),
        })
    }

    /// Leaves out what follows the reason why no instance could be started: the log of the program, which
    /// is shown already.
    pub(in crate::cli::invoke) fn cut_to(&mut self, reason: &str) {
        if self.message.starts_with(reason) {
            self.message.truncate(reason.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::Headers;

    fn told(status: u16, body: &str, kind: Option<&str>) -> (Option<String>, String) {
        let answer = Answer {
            status,
            headers: Headers::default(),
            body: body.as_bytes().to_vec(),
            closes: false,
            request_id: String::new(),
        };
        let problem = Problem::told(&answer, kind);
        (problem.kind, problem.message)
    }

    #[test]
    fn a_problem_is_told_in_several_ways() {
        let kind = |kind: &str| Some(kind.to_owned());
        for (body, known, expected) in [
            (
                r#"{"errorMessage":"m","errorType":"T"}"#,
                Some("U"),
                (kind("T"), "m"),
            ),
            (
                r#"{"errorMessage":"m","stackTrace":[]}"#,
                Some("U"),
                (kind("U"), "m"),
            ),
            (
                r#"{"Code":"FunctionNotFound","Message":"m"}"#,
                None,
                (kind("FunctionNotFound"), "m"),
            ),
            ("out of order\n", None, (None, "out of order")),
            ("", None, (None, "status 404, without a body")),
        ] {
            let (kind, message) = expected;
            assert_eq!(told(404, body, known), (kind, message.to_owned()), "{body}");
        }
    }
}
