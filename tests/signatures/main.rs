//! The signatures of the real clients are right for `cargo_fc3::signature`, and what it signs is.

#[path = "../../fuzz/fuzz_targets/signatures/check.rs"]
mod check;
mod corpus;
mod live;
mod properties;
mod recorded;
#[path = "../support/mod.rs"]
mod support;

pub(crate) use cargo_fc3::signature;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use signature::AccessKey;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let all: [(&str, fn()); 4] = [
        ("recorded", recorded::are_right),
        ("corpus", corpus::is_read),
        (
            "any_request",
            properties::any_request_is_read_without_a_panic,
        ),
        (
            "changes",
            properties::a_change_of_any_signed_part_is_a_mismatch,
        ),
    ];
    let trials = all.into_iter().map(|(name, check)| {
        Trial::test(name, move || {
            check();
            Ok(())
        })
    });
    let mut trials: Vec<_> = trials.collect();
    trials.push(live::trial());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The key of all clients, with the token if a request has it.
fn key(has_token: bool) -> AccessKey {
    AccessKey {
        id: "the-id".into(),
        secret: "secret".into(),
        token: has_token.then(|| "the-token".into()),
    }
}
