//! Points in time, which the sources write in different formats.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _};

use crate::{excerpt, lenient};

/// Time zones that are written by name. Both are eight hours ahead of UTC, all year round.
const NAMED: [&str; 2] = ["PRC", "Asia/Shanghai"];
const AHEAD: Duration = Duration::from_secs(8 * 60 * 60);

/// A point in time, as its source wrote it.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use fc3::Time;
///
/// for text in ["2026-06-01T02:00:00Z", "2026-06-01T10:00:00.000PRC", "1780279200000"] {
///     assert_eq!(Time::from(text).parse()?, UNIX_EPOCH + Duration::from_secs(1_780_279_200));
/// }
/// # Ok::<(), fc3::TimeError>(())
/// ```
///
/// The text is kept, so that an event with a time in another format can be read. The texts do not sort
/// by time: compare the results of [`parse`](Self::parse).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Time(String);

impl Time {
    /// The text that the source wrote.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the time. It may be RFC 3339 with `Z`, an offset such as `+08:00`, `PRC` or `Asia/Shanghai`
    /// at its end, or the number of seconds, milliseconds or microseconds since 1970.
    ///
    /// # Errors
    /// The text has another format or no time zone, or the time is before 1970.
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

/// The local time, and by how much it is ahead of UTC or behind UTC.
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

/// The error of [`Time::parse`]: the format of the time is not recognized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError(String);

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = excerpt::beginning(&self.0);
        write!(f, "unrecognized time format: `{text}`")
    }
}

impl std::error::Error for TimeError {}
