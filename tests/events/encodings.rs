//! A byte order mark is skipped, and a text in another encoding is not taken for an event.

use fuzz::Decoder;

use crate::fixtures::Fixture;

const MARK: &str = "\u{feff}";

pub(crate) fn skips_a_byte_order_mark(decoder: &Decoder, fixtures: &[Fixture]) {
    for fixture in fixtures {
        let Ok(text) = str::from_utf8(&fixture.bytes) else {
            continue;
        };
        let expected = decoder.decode(&fixture.bytes).expect("an event");
        let marked = format!("{MARK}{text}");
        let read = decoder.decode(marked.as_bytes());
        let read = read.unwrap_or_else(|why| panic!("{}: {why}", fixture.name));
        // A text that is a message by itself is kept as it is.
        let is_all =
            fuzz::checks::is_all_text(&read, &marked) && fuzz::checks::is_all_text(&expected, text);
        assert!(is_all || read == expected, "{}: {read}", fixture.name);
    }
}

pub(crate) fn names_another_encoding(decoder: &Decoder, fixtures: &[Fixture]) {
    for fixture in fixtures {
        let Ok(text) = str::from_utf8(&fixture.bytes) else {
            continue;
        };
        for text in [text.to_owned(), format!("{MARK}{text}")] {
            let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
            let points = |bytes: fn(u32) -> [u8; 4]| {
                let points = text.chars().map(u32::from);
                points.flat_map(bytes).collect()
            };
            let encoded: [(&str, Vec<u8>); 4] = [
                ("UTF-16", units(u16::to_le_bytes)),
                ("UTF-16", units(u16::to_be_bytes)),
                ("UTF-32", points(u32::to_le_bytes)),
                ("UTF-32", points(u32::to_be_bytes)),
            ];
            for (name, bytes) in encoded {
                let error = decoder.decode(&bytes).expect_err(&fixture.name).to_string();
                let expected = format!("expected a text in UTF-8, found {name}");
                assert_eq!(error, expected, "{}", fixture.name);
            }
        }
    }
}
