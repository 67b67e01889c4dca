//! Functions that fail, and machines that do: the caller gets the platform's error, the author one
//! clear line, and `dev` goes on.

use crate::Check;
use crate::stage::Stage;

pub(crate) const CHECKS: &[Check] = &[("a_crash_at_the_start", crash_at_start)];

fn crash_at_start() {
    let stage = Stage::new();
    stage.set_mode("ends");
    let mut dev = stage.serve(&[]);
    let answer = dev.call("which");
    assert_eq!(answer.status, 502, "{answer}");
    let text = answer.text();
    assert!(
        text.contains(r#""Code":"CAExited""#) && text.contains("no database"),
        "{text}"
    );
    let reason = dev.event("not_started")["reason"].clone();
    let reason = reason.as_str().expect("a text");
    assert!(
        reason.starts_with("Function instance exited unexpectedly (exit status: 3)"),
        "{reason}"
    );
    stage.set_mode("");
    dev.recovers("one");
}
