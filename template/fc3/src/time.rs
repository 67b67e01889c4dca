//! Points in time, which every source writes in a dialect of its own.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _};

use crate::lenient;

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
