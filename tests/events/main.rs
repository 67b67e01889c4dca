//! Whatever a trigger sends is read, without a loss that nobody knows of; whatever is no event of a
//! kind is refused, with the place that is wrong.
//!
//! One kind alone: `cargo test --test events -- kafka::`. What differs from kind to kind is in
//! snapshots: `SNAPSHOTS=overwrite` accepts them.

mod dependencies;
mod document;
mod fixtures;
mod folds;
mod garbage;
mod integers;
mod kept;
mod marks;
mod matrix;
mod properties;
mod replay;
mod snapshots;
mod trials;

use std::process::ExitCode;

use decoders::Decoder;
use fixtures::Fixture;
use libtest_mimic::{Arguments, Trial};

type OfAKind = fn(&Decoder, &[Fixture]);

/// What holds for every kind.
const OF_A_KIND: [(&str, OfAKind); 7] = [
    ("loses_nothing", kept::loses_nothing),
    ("has_the_marks_it_tells", marks::has_the_marks_it_tells),
    ("reads_both_types", trials::reads_both_types),
    ("keeps_integers_exactly", integers::keeps_integers_exactly),
    ("reads_all_variants", properties::reads_all_variants),
    ("needs_each_mark", properties::needs_each_mark),
    ("refuses_garbage", garbage::refuses_garbage),
];

/// What holds for all of them together.
const OF_ALL: [(&str, fn()); 6] = [
    (
        "no_kind_reads_anothers_event_as_nothing",
        matrix::no_kind_reads_anothers_event_as_nothing,
    ),
    (
        "all_depend_on_what_the_kinds_state",
        dependencies::all_depend_on_what_the_kinds_state,
    ),
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
