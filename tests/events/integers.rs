//! Integers of 64 bits stay what they are: none of them goes through a floating-point number.

use decoders::Decoder;
use serde_json::Value;

use crate::document::places;
use crate::fixtures::Fixture;
use crate::folds::Difference;
use crate::trials::after;

/// Beyond 2⁵³, where a floating-point number would be another.
const EXTREMES: [i64; 4] = [
    i64::MIN,
    -9_007_199_254_740_993,
    9_007_199_254_740_993,
    i64::MAX,
];

/// An integer that is too large for its field is refused, with its place; all others are kept.
pub(crate) fn keeps_integers_exactly(decoder: &Decoder, fixtures: &[Fixture]) {
    for fixture in fixtures {
        let numbers = places(&fixture.document).into_iter();
        for (at, _) in numbers.filter(|(_, value)| value.is_i64()) {
            for extreme in EXTREMES {
                let name = &fixture.name;
                let mut sent = fixture.document.clone();
                at.put(&mut sent, extreme.into());
                match after(decoder, fixture, |it| at.put(it, extreme.into())) {
                    Ok(kept) => {
                        let difference = Difference::between(&sent, &kept);
                        let wrong = difference.wrong;
                        assert!(wrong.is_empty(), "{name}: {extreme} at {at}: {wrong:?}");
                    }
                    Err(error) => {
                        let narrow = crate::trials::names(&error, at.name());
                        assert!(narrow, "{name}: {extreme} at {at}: {error}");
                        let fits = after(decoder, fixture, |it| at.put(it, Value::from(1)));
                        assert!(fits.is_ok(), "{name}: {at} is no integer");
                    }
                }
            }
        }
    }
}
