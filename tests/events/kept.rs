//! Nothing that was sent is lost on its way to the author.

use std::fmt::Write;

use fuzz::Decoder;

use crate::fixtures::Fixture;
use crate::folds::Difference;
use crate::snapshots;

/// Every event is read, and what was read is what was sent, but for the folds in the snapshot.
pub(crate) fn loses_nothing(decoder: &Decoder, fixtures: &[Fixture]) {
    let mut told = String::new();
    for fixture in fixtures {
        let name = &fixture.name;
        let kept = decoder.decode(&fixture.bytes);
        let kept = kept.unwrap_or_else(|why| panic!("{name}: {why} at {:?}", why.path()));
        let difference = Difference::between(&fixture.document, &kept);
        let Difference { folds, lost, wrong } = difference;
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert!(lost.is_empty(), "{name} without {lost:?}");
        writeln!(told, "=== {name}").expect("memory");
        for (says, places) in folds {
            writeln!(told, "{says}:").expect("memory");
            for place in places {
                writeln!(told, "  {place}").expect("memory");
            }
        }
    }
    snapshots::is(told, &format!("folds/{}.txt", decoder.kind));
}
