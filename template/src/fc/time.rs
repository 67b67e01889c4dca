//! Points in time, which every source writes in a dialect of its own.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _};

use super::lenient;

/// Zones that are written by their name. Both are eight hours ahead of UTC, all year round.
const NAMED: [&str; 2] = ["PRC", "Asia/Shanghai"];
const AHEAD: Duration = Duration::from_secs(8 * 60 * 60);

/// A point in time as its source wrote it.
///
/// It is kept as text, so that an event with a time in yet another dialect is still read. The texts
/// do not sort by time: compare what [`parse`](Self::parse) gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Time(String);

impl Time {
    /// What the source wrote.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The time, if it is in a known dialect: RFC 3339 with `Z`, `+08:00`, `PRC` or
    /// `Asia/Shanghai` at its end, or the seconds, milliseconds or microseconds since 1970.
    ///
    /// # Errors
    /// Another dialect, a time without a zone, or one before 1970.
    pub fn parse(&self) -> Result<SystemTime, TimeError> {
        self.since_1970()
            .and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since))
            .ok_or_else(|| TimeError(self.0.clone()))
    }

    fn since_1970(&self) -> Option<Duration> {
        let text = self.0.as_str();
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let count = text.parse().ok()?;
            return match text.len() {
                ..=11 => Some(Duration::from_secs(count)),
                12..=14 => Some(Duration::from_millis(count)),
                _ => Some(Duration::from_micros(count)),
            };
        }
        let (local, ahead, behind) = split_zone(text)?;
        let local = humantime::parse_rfc3339_weak(local).ok()?;
        let local = local.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        local.checked_add(behind)?.checked_sub(ahead)
    }
}

/// The time of day somewhere, and how far that place is ahead of UTC, or behind it.
fn split_zone(text: &str) -> Option<(&str, Duration, Duration)> {
    const NONE: Duration = Duration::ZERO;
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return Some((local, NONE, NONE));
    }
    if let Some(local) = NAMED.iter().find_map(|zone| text.strip_suffix(zone)) {
        return Some((local.trim_end(), AHEAD, NONE));
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let part = |digits: &str| digits.parse::<u8>().ok().filter(|&part| part < 60);
    let minutes = u64::from(part(hours)?) * 60 + u64::from(part(minutes)?);
    let offset_by = Duration::from_secs(minutes * 60);
    match offset.as_bytes().first()? {
        b'+' => Some((local, offset_by, NONE)),
        b'-' => Some((local, NONE, offset_by)),
        _ => None,
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Time {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = lenient::text(from)?;
        text.map(Self)
            .ok_or_else(|| D::Error::custom("expected a time"))
    }
}

/// A time in a dialect that [`Time::parse`] does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError(String);

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no time in a known form", self.0)
    }
}

impl std::error::Error for TimeError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-01T02:00:00Z.
    const SECONDS: u64 = 1_780_279_200;

    fn millis(text: &str) -> Option<u128> {
        let time = Time::from(text).parse().ok()?;
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        since.ok().map(|since| since.as_millis())
    }

    #[test]
    fn every_dialect_of_the_sources_is_read() {
        let whole = Some(u128::from(SECONDS) * 1000);
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
            assert_eq!(millis(text), whole, "{text}");
        }
        let fraction = millis("2020-11-19T21:04:42.179PRC").unwrap();
        assert_eq!(fraction % 1000, 179);
    }

    #[test]
    fn another_dialect_is_an_error_and_stays_readable() {
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
            assert_eq!(time.as_str(), text);
            assert_eq!(time.parse().unwrap_err(), TimeError(text.to_owned()));
        }
    }

    #[test]
    fn a_number_is_kept_as_its_text() {
        let time: Time = serde_json::from_str("1780279200000").unwrap();
        assert_eq!(time.as_str(), "1780279200000");
        serde_json::from_str::<Time>("null").unwrap_err();
        serde_json::from_str::<Time>("[]").unwrap_err();
    }
}
