//! Nothing that was sent is lost on its way to the handler.

use std::fmt::Write;

use fuzz::Decoder;

use crate::conversions::Difference;
use crate::fixtures::Fixture;
use crate::snapshots;

/// Every event is read, and only the conversions in the snapshot change it.
pub(crate) fn loses_nothing(decoder: &Decoder, fixtures: &[Fixture]) {
    let mut listed = String::new();
    for fixture in fixtures {
        let name = &fixture.name;
        let kept = decoder.decode(&fixture.bytes);
        let kept = kept.unwrap_or_else(|why| panic!("{name}: {why} at {:?}", why.path()));
        let difference = Difference::between(&fixture.document, &kept);
        let Difference {
            conversions,
            lost,
            wrong,
        } = difference;
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert!(lost.is_empty(), "{name} without {lost:?}");
        writeln!(listed, "=== {name}").expect("memory");
        for (says, places) in conversions {
            writeln!(listed, "{says}:").expect("memory");
            for place in places {
                writeln!(listed, "  {place}").expect("memory");
            }
        }
    }
    snapshots::is(listed, &format!("conversions/{}.txt", decoder.kind));
}
