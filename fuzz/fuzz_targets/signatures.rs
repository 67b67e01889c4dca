//! Reading the signature of any request does not panic, and what is signed is right.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "signatures/check.rs"]
mod check;

// The modules themselves, since the whole generator would take minutes to build.
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "not all of it is used"
)]
#[path = "../../generator"]
mod generator {
    pub(crate) mod platform;
    pub(crate) mod signature;
}

use generator::{platform, signature};

fuzz_target!(|bytes: &[u8]| check::request(bytes));
