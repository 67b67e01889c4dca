//! The times that requests carry.

use std::time::{Duration, SystemTime};

use hyper::HeaderMap;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::malformed::{self, Malformed};

/// A time as in `2023-10-26T10:22:32Z` or `20231026T102232Z`.
pub(super) fn iso(headers: &HeaderMap, name: &'static str) -> Result<SystemTime, Malformed> {
    let text = malformed::text(headers, name)?.ok_or(Malformed::Missing(name))?;
    let read: Option<Timestamp> = text.parse().ok();
    read.and_then(|time| SystemTime::try_from(time).ok())
        .ok_or_else(|| Malformed::invalid(name, text))
}

/// A time as in `Thu, 26 Oct 2023 10:22:32 GMT`, of the first of these headers that was sent.
pub(super) fn rfc1123(
    headers: &HeaderMap,
    names: [&'static str; 2],
) -> Result<SystemTime, Malformed> {
    for name in names {
        let Some(text) = malformed::text(headers, name)? else {
            continue;
        };
        let read = rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
        return read
            .and_then(|time| SystemTime::try_from(time).ok())
            .ok_or_else(|| Malformed::invalid(name, text));
    }
    Err(Malformed::Missing(names[0]))
}

/// A time as a number of seconds since 1970.
pub(super) fn seconds(name: &'static str, text: &str) -> Result<SystemTime, Malformed> {
    let seconds = text.parse().ok().map(Duration::from_secs);
    let time = seconds.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since));
    time.ok_or_else(|| Malformed::invalid(name, text))
}

/// A time as `x-acs-date` has it, in whole seconds. `None` if no calendar has it.
pub(super) fn to_iso(at: SystemTime) -> Option<String> {
    let timestamp = Timestamp::try_from(at).ok()?;
    Some(timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A time as a number of seconds since 1970.
pub(super) fn to_seconds(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
