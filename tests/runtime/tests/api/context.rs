//! The context of a call. The keys in the environment are in `tests/function`.

use std::time::Duration;

use fc3::{Context, testing};

#[test]
fn values_have_types_and_units() {
    let cx = testing::context()
        .request_id("1-a-b-c")
        .timeout(Duration::from_secs(60))
        .header("x-fc-function-memory", "512")
        .header("x-fc-retry-count", "2")
        .build();
    assert_eq!(cx.request_id(), "1-a-b-c");
    assert_eq!(cx.memory_mb(), Some(512));
    assert_eq!(cx.timeout(), Some(Duration::from_secs(60)));
    assert!(cx.remaining().unwrap() <= Duration::from_secs(60));
    assert_eq!(cx.retry_count(), 2);
}

/// A value of the context that is text.
type Text = fn(&Context) -> Option<&str>;

#[test]
fn each_value_has_its_header() {
    let values: [(&str, Text); 11] = [
        ("x-fc-function-name", Context::function_name),
        ("x-fc-region", Context::region),
        ("x-fc-account-id", Context::account_id),
        ("x-fc-qualifier", Context::qualifier),
        ("x-fc-version-id", Context::version_id),
        ("x-fc-async-task-id", Context::task_id),
        ("x-fc-service-logproject", Context::log_project),
        ("x-fc-service-logstore", Context::log_store),
        ("traceparent", Context::trace_parent),
        ("tracestate", Context::trace_state),
        ("baggage", Context::baggage),
    ];
    for (header, value) in values {
        let cx = testing::context().header(header, " a value ").build();
        assert_eq!(value(&cx), Some("a value"), "{header}");
        assert_eq!(value(&Context::default()), None, "{header}");
    }
}

#[test]
fn missing_empty_and_odd_values_are_none() {
    let cx = testing::context()
        .header("x-fc-region", "")
        .header("x-fc-function-memory", "much")
        .header("x-fc-retry-count", "-1")
        .build();
    assert_eq!((cx.region(), cx.memory_mb()), (None, None));
    assert_eq!((cx.deadline(), cx.remaining()), (None, None));
    assert_eq!(cx.retry_count(), 0);
    assert_eq!(Context::default().request_id(), "");
    let endless = testing::context().header("x-fc-function-timeout", "18446744073709551615");
    assert_eq!(endless.build().deadline(), None);
}

#[test]
fn a_request_id_is_one_plain_word_of_limited_length() {
    let cx = testing::context().request_id("1, Error: x=y").build();
    assert_eq!(cx.request_id(), "1__Error:_x_y");
    let cx = testing::context().request_id(&"a".repeat(1000)).build();
    assert_eq!(cx.request_id(), "a".repeat(128));
}

#[test]
fn a_call_with_all_keys_has_credentials() {
    let cx = testing::context()
        .header("x-fc-access-key-id", "id")
        .header("x-fc-access-key-secret", "secret")
        .header("x-fc-security-token", "token")
        .build();
    let keys = cx.credentials().unwrap();
    assert_eq!(keys.access_key_id(), "id");
    assert_eq!(keys.access_key_secret(), "secret");
    assert_eq!(keys.security_token(), Some("token"));
    assert_eq!(format!("{keys:?}"), "Credentials { .. }");
}

#[test]
fn keys_are_not_printed() {
    let cx = testing::context()
        .header("x-fc-access-key-secret", "hush")
        .header("x-fc-security-token", "hush");
    assert!(!format!("{cx:?}").contains("hush"), "{cx:?}");
    let cx = cx.build();
    assert!(!format!("{cx:?}").contains("hush"), "{cx:?}");
}
