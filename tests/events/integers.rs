//! Integers of 64 bits are exact: none of them is converted to a floating-point number.

use fuzz::Decoder;
use serde_json::Value;

use crate::conversions::Difference;
use crate::document::{Place, places};
use crate::fixtures::Fixture;
use crate::trials::{after, names};

/// Integers beyond 2⁵³, which a floating-point number would change.
const EXTREMES: [i64; 4] = [
    i64::MIN,
    -9_007_199_254_740_993,
    9_007_199_254_740_993,
    i64::MAX,
];

/// Each integer of an event.
pub(crate) fn integers(fixture: &Fixture) -> impl Iterator<Item = Place> {
    let places = places(&fixture.document).into_iter();
    let integers = places.filter(|(_, value)| value.is_i64());
    integers.map(|(at, _)| at)
}

/// Whether one of the largest integers is rejected at a place.
pub(crate) fn is_narrow(decoder: &Decoder, fixture: &Fixture, at: &Place) -> bool {
    let mut extremes = EXTREMES.into_iter();
    extremes.any(|extreme| after(decoder, fixture, |it| at.put(it, extreme.into())).is_err())
}

/// An integer is kept, or rejected with its place. The snapshot of required fields lists those places.
pub(crate) fn keeps_integers_exactly(decoder: &Decoder, fixtures: &[Fixture]) {
    for fixture in fixtures {
        for at in integers(fixture) {
            for extreme in EXTREMES {
                let name = &fixture.name;
                let mut sent = fixture.document.clone();
                at.put(&mut sent, extreme.into());
                match after(decoder, fixture, |it| at.put(it, extreme.into())) {
                    Ok(kept) => {
                        let Difference { lost, wrong, .. } = Difference::between(&sent, &kept);
                        assert!(wrong.is_empty(), "{name}: {extreme} at {at}: {wrong:?}");
                        assert!(lost.is_empty(), "{name}: {extreme} at {at}: no {lost:?}");
                    }
                    Err(error) => {
                        let named = names(&error, at.name());
                        assert!(named, "{name}: {extreme} at {at}: {error}");
                        let fits = after(decoder, fixture, |it| at.put(it, Value::from(1)));
                        assert!(fits.is_ok(), "{name}: {at} is not an integer");
                    }
                }
            }
        }
    }
}
