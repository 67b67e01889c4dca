//! When a timer trigger fires: an interval, or a cron expression in the platform's dialect,
//! [`page::TIMER`](crate::platform::page::TIMER).
//!
//! An expression has six fields, seconds first, and is in UTC unless it follows `CRON_TZ=ZONE`. The
//! crates that read cron expressions accept `L`, `W`, `#` or a year, which the platform does not have,
//! and none of them reads `CRON_TZ=`. So the fields are read here, and `jiff` knows the calendar and
//! the time zones.

mod error;
mod field;
mod interval;
#[cfg(test)]
mod tests;
mod times;

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::tz::{self, TimeZone};

use super::words::nearest;
use crate::text::excerpt;
pub use error::ScheduleError;
use times::Times;

/// The prefix of an expression that is not in UTC.
const ZONE: &str = "CRON_TZ=";

/// When a timer trigger fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Every(Duration),
    At(Box<Times>, TimeZone),
}

impl Schedule {
    /// Reads an expression, such as `@every 5m` or `CRON_TZ=Asia/Shanghai 0 0 8 * * *`.
    ///
    /// # Errors
    /// The platform would not accept it, or it would never fire.
    pub fn parse(expression: &str) -> Result<Self, ScheduleError> {
        if expression.starts_with('@') {
            return interval::parse(expression).map(|interval| Self(Kind::Every(interval)));
        }
        let (zone, fields) = match expression.split_once(' ') {
            Some((first, fields)) if first.contains('=') => (zone(first)?, fields),
            _ => (TimeZone::UTC, expression),
        };
        if fields.starts_with('@') {
            return Err(ScheduleError::IntervalInZone);
        }
        Ok(Self(Kind::At(Box::new(Times::parse(fields)?), zone)))
    }

    /// The first moment after another one at which the trigger fires, in whole seconds. An interval
    /// begins at that other moment.
    ///
    /// When clocks change, wall clock times that are skipped do not fire, and those that come twice fire
    /// twice, as the platform warns. `None` means that no such moment is on the calendar.
    #[must_use]
    pub fn next_after(&self, moment: SystemTime) -> Option<SystemTime> {
        const NANOSECONDS: i128 = 1_000_000_000;
        let moment = Timestamp::try_from(moment).ok()?;
        let second = moment.as_nanosecond().div_euclid(NANOSECONDS);
        let second = i64::try_from(second).ok()?;
        let next = match &self.0 {
            Kind::Every(interval) => {
                let interval = i64::try_from(interval.as_secs()).ok()?;
                Timestamp::from_second(second.checked_add(interval)?).ok()?
            }
            Kind::At(times, zone) => {
                let from = Timestamp::from_second(second.checked_add(1)?).ok()?;
                first_from(times, zone, from)?
            }
        };
        SystemTime::try_from(next).ok()
    }
}

/// The first moment from another one on whose wall clock time is one of these times.
///
/// Between two changes of the clocks, wall clock time runs evenly, so each such period is searched by
/// itself.
fn first_from(times: &Times, zone: &TimeZone, mut from: Timestamp) -> Option<Timestamp> {
    loop {
        let end = zone.following(from).next().map(|change| change.timestamp());
        let offset = zone.to_offset(from);
        let last = end.map(|end| offset.to_datetime(end));
        if let Some(found) = times.first_from(offset.to_datetime(from), last) {
            return offset.to_timestamp(found).ok();
        }
        from = end?;
    }
}

/// The time zone of `CRON_TZ=ZONE`. Its name is case-sensitive on the platform.
fn zone(text: &str) -> Result<TimeZone, ScheduleError> {
    let Some(name) = text.strip_prefix(ZONE) else {
        return Err(ScheduleError::ZonePrefix(excerpt(text)));
    };
    let found = tz::db().get(name).ok();
    if let Some(zone) = found.filter(|zone| zone.iana_name() == Some(name)) {
        return Ok(zone);
    }
    let names: Vec<_> = tz::db().available().map(|name| name.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    Err(ScheduleError::Zone {
        name: excerpt(name),
        near: nearest(name, &names).map(str::to_owned),
    })
}
