//! An item has the same meaning in every form of a batch.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::checks::forms(bytes));
