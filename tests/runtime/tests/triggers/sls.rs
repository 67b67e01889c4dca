use fc3::events::sls::Event;
use fc3::testing;

use crate::samples::{changed, read, sample};

#[test]
fn the_log_of_the_function_itself_is_known() {
    let event: Event = read(sample("sls", "invoke.json")).unwrap();
    let cx = |project: &str, logstore: &str| {
        testing::context()
            .header("x-fc-service-logproject", project)
            .header("x-fc-service-logstore", logstore)
            .build()
    };
    assert!(event.source.is_log_of(&cx("my-project", "my-logstore")));
    assert!(!event.source.is_log_of(&cx("my-project", "function-log")));
    assert!(!event.source.is_log_of(&cx("other-project", "my-logstore")));
    assert!(!event.source.is_log_of(&fc3::Context::default()));
}

#[test]
fn a_range_without_an_end_is_rejected() {
    let event = changed("sls", "invoke.json", "endCursor", "end");
    let error = read::<Event>(event).unwrap_err();
    assert_eq!(error.path(), Some("source"));
    assert!(error.to_string().contains("`endCursor`"), "{error}");
}
