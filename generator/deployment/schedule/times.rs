//! The wall clock times of a cron expression.

use jiff::civil::{Date, DateTime, Time};

use super::ScheduleError;
use super::field::{Field, Set, Values};
use crate::text::excerpt;

/// The most days that a month has, in a leap year.
const LONGEST: [i8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The wall clock times of a cron expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Times {
    second: Set,
    minute: Set,
    hour: Set,
    day: Values,
    month: Set,
    weekday: Values,
}

impl Times {
    /// Reads six fields.
    pub(super) fn parse(text: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<_> = text.split(' ').collect();
        if fields.contains(&"") {
            return Err(ScheduleError::Space);
        }
        let [second, minute, hour, day, month, weekday] = *fields else {
            return Err(match fields.len() {
                5 => ScheduleError::NoSecond(excerpt(text)),
                7 => ScheduleError::Year,
                count => ScheduleError::Fields(count),
            });
        };
        let times = Self {
            second: Field::SECOND.parse(second)?.set,
            minute: Field::MINUTE.parse(minute)?.set,
            hour: Field::HOUR.parse(hour)?.set,
            day: Field::DAY.parse(day)?,
            month: Field::MONTH.parse(month)?.set,
            weekday: Field::WEEKDAY.parse(weekday)?,
        };
        if times.fires() {
            Ok(times)
        } else {
            Err(ScheduleError::Never)
        }
    }

    /// Whether one of the months has one of the days. Every month has all days of the week.
    fn fires(&self) -> bool {
        let mut months = (1..)
            .zip(LONGEST)
            .filter(|(month, _)| self.month.contains(*month));
        let has_day = |longest| {
            let first = self.day.set.first_from(1);
            first.is_some_and(|first| first <= longest)
        };
        !self.weekday.is_open || months.any(|(_, longest)| has_day(longest))
    }

    /// The first of the times from one time on and before another one.
    pub(super) fn first_from(&self, from: DateTime, before: Option<DateTime>) -> Option<DateTime> {
        let mut date = from.date();
        let mut time = from.time();
        loop {
            if before.is_some_and(|before| date > before.date()) {
                return None;
            }
            if self.is_day(date)
                && let Some(time) = self.time_from(time)
            {
                let found = date.to_datetime(time);
                return before.is_none_or(|before| found < before).then_some(found);
            }
            date = date.tomorrow().ok()?;
            time = Time::midnight();
        }
    }

    /// As in every cron, a day has to be one of the two fields if both of them restrict it.
    fn is_day(&self, date: Date) -> bool {
        let is_day = self.day.set.contains(date.day());
        let is_weekday = self
            .weekday
            .set
            .contains(date.weekday().to_sunday_zero_offset());
        let is_either = !self.day.is_open && !self.weekday.is_open;
        self.month.contains(date.month())
            && (is_day && is_weekday || is_either && (is_day || is_weekday))
    }

    /// The first time of a day from another one on.
    fn time_from(&self, from: Time) -> Option<Time> {
        let mut from = (from.hour(), from.minute(), from.second());
        loop {
            let hour = self.hour.first_from(from.0)?;
            if hour > from.0 {
                from = (hour, 0, 0);
            }
            let Some(minute) = self.minute.first_from(from.1) else {
                from = (hour + 1, 0, 0);
                continue;
            };
            if minute > from.1 {
                from = (hour, minute, 0);
            }
            match self.second.first_from(from.2) {
                Some(second) => return Time::new(hour, minute, second, 0).ok(),
                None => from = (hour, minute + 1, 0),
            }
        }
    }
}
