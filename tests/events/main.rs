//! Every documented form of an event is read without an unknown loss. Anything else is rejected with the
//! path of the wrong field.
//!
//! `cargo test --test events -- kafka::` tests one kind. The differences between kinds are in snapshots,
//! which `SNAPSHOTS=overwrite` accepts.

mod conversions;
mod document;
mod either;
mod encodings;
mod fixtures;
mod garbage;
mod integers;
mod kept;
mod matrix;
mod properties;
mod refusals;
mod replay;
mod required;
mod snapshots;
mod trials;

use std::collections::BTreeSet;
use std::process::ExitCode;

use fixtures::Fixture;
use fuzz::{DECODERS, Decoder};
use libtest_mimic::{Arguments, Trial};

type OfAKind = fn(&Decoder, &[Fixture]);

/// The tests of each kind.
const OF_A_KIND: [(&str, OfAKind); 10] = [
    ("loses_nothing", kept::loses_nothing),
    (
        "documents_its_required_fields",
        required::documents_its_required_fields,
    ),
    ("reads_both_types", trials::reads_both_types),
    ("keeps_integers_exactly", integers::keeps_integers_exactly),
    ("reads_all_variants", properties::reads_all_variants),
    ("rejects_missing_fields", properties::rejects_missing_fields),
    ("rejects_garbage", garbage::rejects_garbage),
    (
        "skips_a_byte_order_mark",
        encodings::skips_a_byte_order_mark,
    ),
    ("names_another_encoding", encodings::names_another_encoding),
    (
        "repeats_little_of_what_it_rejects",
        refusals::repeats_little_of_what_it_rejects,
    ),
];

/// The tests of all kinds together.
const OF_ALL: [(&str, fn()); 7] = [
    (
        "no_event_of_another_kind_is_read_as_empty",
        matrix::no_event_of_another_kind_is_read_as_empty,
    ),
    ("every_source_has_a_decoder", every_source_has_a_decoder),
    ("either_reads_both_events", either::either_reads_both_events),
    ("no_snapshot_is_left_over", snapshots::none_is_left_over),
    ("corpus::events", replay::events),
    ("corpus::forms", replay::forms),
    ("corpus::times", replay::times),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (decoder, fixtures) in fixtures::kinds() {
        for (name, check) in OF_A_KIND {
            let fixtures = fixtures.clone();
            trials.push(Trial::test(
                format!("{}::{name}", decoder.kind),
                move || {
                    check(decoder, &fixtures);
                    Ok(())
                },
            ));
        }
    }
    for (name, check) in OF_ALL {
        trials.push(Trial::test(name, move || {
            check();
            Ok(())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Fuzzing and these tests cover every module of `fc3::events`.
fn every_source_has_a_decoder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/template/fc3/src/events");
    let files = std::fs::read_dir(folder).expect("a directory");
    let names = files.filter_map(|file| {
        let name = file.expect("an entry").file_name().into_string();
        let name = name.expect("a plain name");
        Some(name.strip_suffix(".rs")?.replace('_', "-"))
    });
    let sources: BTreeSet<_> = names.collect();
    let decoders = DECODERS.iter().map(|decoder| decoder.kind.to_owned());
    assert_eq!(sources, decoders.collect());
}
