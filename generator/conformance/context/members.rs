//! The members of the context that a probe returns, and the header of each.

use serde_json::Value;

use crate::conformance::calls::ensure;
use crate::conformance::verdict::Verdict;
use crate::platform::header;

/// The header of each member of the context that a probe returns. The function computes
/// `remainingMs` from [`header::FUNCTION_TIMEOUT`].
const SOURCES: [(&str, &str); 17] = [
    ("requestId", header::REQUEST_ID),
    ("functionName", header::FUNCTION_NAME),
    ("region", header::REGION),
    ("accountId", header::ACCOUNT_ID),
    ("memoryMb", header::FUNCTION_MEMORY),
    ("timeoutSeconds", header::FUNCTION_TIMEOUT),
    ("remainingMs", header::FUNCTION_TIMEOUT),
    ("qualifier", header::QUALIFIER),
    ("versionId", header::VERSION_ID),
    (RETRY_COUNT, header::RETRY_COUNT),
    ("traceParent", header::TRACE_PARENT),
    ("traceState", header::TRACE_STATE),
    ("baggage", header::BAGGAGE),
    ("logProject", header::LOG_PROJECT),
    ("logStore", header::LOG_STORE),
    ("taskId", header::ASYNC_TASK_ID),
    ("credentials", header::ACCESS_KEY_ID),
];

/// The member that may be 0 or `null` when its header is missing.
const RETRY_COUNT: &str = "retryCount";

/// Checks the given values of a context.
pub(in super::super) fn holds(done: &str, context: &Value, expected: &Value) -> Verdict {
    for (name, value) in expected.as_object().into_iter().flatten() {
        let came = &context[name];
        let source = SOURCES.iter().find(|(member, _)| member == name);
        let source = source.map_or(String::new(), |(_, header)| format!(" (from `{header}`)"));
        ensure(
            came == value || (is_no_count(name, value) && is_no_count(name, came)),
            done,
            format_args!("`{name}`{source} is {came}, expected {value}"),
        )?;
    }
    Ok(())
}

/// Whether this value means "no retry count": `null`, or 0 for a first attempt.
fn is_no_count(name: &str, value: &Value) -> bool {
    name == RETRY_COUNT && (value.is_null() || value == 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::{Outcome, PROBE};
    use super::*;

    #[test]
    fn the_protocol_says_which_header_tells_each_member() {
        for (member, header) in SOURCES {
            let row = PROBE
                .lines()
                .find(|line| line.starts_with(&format!("| `{member}` ")));
            let row = row.unwrap_or_else(|| panic!("no row for `{member}`"));
            assert!(row.contains(&format!("`{header}`")), "{row}");
        }
    }

    #[test]
    fn no_retry_is_told_by_null_or_by_0() {
        let none = json!({ "retryCount": null, "memoryMb": null });
        let fails = |context: Value| match Outcome::from(holds("asked", &context, &none)) {
            Outcome::Failed(failure) => Some(failure.result),
            _ => None,
        };
        assert_eq!(fails(json!({ "retryCount": null, "memoryMb": null })), None);
        assert_eq!(fails(json!({ "retryCount": 0 })), None);
        let wrong = fails(json!({ "retryCount": 3 }))
            .expect("a failure for a retry count that no header gave");
        let said = "`retryCount` (from `x-fc-retry-count`) is 3, expected null";
        assert!(wrong.ends_with(said), "{wrong}");
        assert!(fails(json!({ "retryCount": 0, "memoryMb": 0 })).is_some());
    }
}
