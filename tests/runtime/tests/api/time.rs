//! Points in time in the formats of the sources.

use std::time::UNIX_EPOCH;

use fc3::Time;

/// 2026-06-01T02:00:00Z.
const SECONDS: u128 = 1_780_279_200;

fn millis(text: &str) -> Option<u128> {
    let time = Time::from(text).parse().ok()?;
    let since = time.duration_since(UNIX_EPOCH);
    since.ok().map(|since| since.as_millis())
}

#[test]
fn every_format_of_the_sources_is_read() {
    for text in [
        "2026-06-01T02:00:00Z",
        "2026-06-01T02:00:00.000Z",
        "2026-06-01T10:00:00+08:00",
        "2026-05-31T20:30:00-05:30",
        "2026-06-01T10:00:00.000PRC",
        "2026-06-01T10:00:00.000Asia/Shanghai",
        "1780279200",
        "1780279200000",
        "1780279200000000",
    ] {
        assert_eq!(millis(text), Some(SECONDS * 1000), "{text}");
    }
    let fraction = millis("2020-11-19T21:04:42.179PRC").unwrap();
    assert_eq!(fraction % 1000, 179);
}

#[test]
fn another_format_is_an_error_and_its_text_is_kept() {
    for text in [
        "",
        "soon",
        "2026-06-01",
        "2026-06-01T02:00:00",
        "2026-06-01T02:00:00+8",
        "2026-06-01T02:00:00日本語",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+08:00",
        "99999999999999999999999",
    ] {
        let time = Time::from(text);
        assert_eq!((time.as_str(), time.to_string().as_str()), (text, text));
        let error = time.parse().unwrap_err().to_string();
        assert_eq!(error, format!("unrecognized time format: `{text}`"));
    }
}

#[test]
fn a_number_is_kept_as_its_text() {
    let time: Time = serde_json::from_str("1780279200000").unwrap();
    assert_eq!(time.as_str(), "1780279200000");
    serde_json::from_str::<Time>("null").unwrap_err();
    serde_json::from_str::<Time>("[]").unwrap_err();
}
