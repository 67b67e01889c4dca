//! One field of a cron expression: the numbers that it stands for.

use super::ScheduleError;
use crate::text::excerpt;

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The longest step has two digits.
const STEP_DIGITS: usize = 2;

/// A set of numbers below 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Set(u64);

impl Set {
    fn insert(&mut self, number: u8) {
        self.0 |= 1 << number;
    }

    pub(super) fn contains(self, number: i8) -> bool {
        u32::try_from(number)
            .is_ok_and(|number| self.0 & 1_u64.checked_shl(number).unwrap_or(0) != 0)
    }

    /// The smallest number that is not below another one.
    pub(super) fn first_from(self, number: i8) -> Option<i8> {
        let numbers = number..64;
        numbers.into_iter().find(|number| self.contains(*number))
    }
}

/// The numbers of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) set: Set,
    /// Whether the field restricts nothing: `*`, `?`, or a list with one of them.
    pub(super) is_open: bool,
}

/// What a field may contain.
pub(super) struct Field {
    /// Its values, in words.
    expected: &'static str,
    least: u8,
    most: u8,
    /// Names of the numbers, beginning with that of `least`.
    names: &'static [&'static str],
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Time,
    Day,
    Weekday,
}

impl Field {
    pub(super) const SECOND: Self = Self::new("a second from 0 to 59", 0, 59);
    pub(super) const MINUTE: Self = Self::new("a minute from 0 to 59", 0, 59);
    pub(super) const HOUR: Self = Self::new("an hour from 0 to 23", 0, 23);
    pub(super) const DAY: Self = Self {
        kind: Kind::Day,
        ..Self::new("a day of the month from 1 to 31", 1, 31)
    };
    pub(super) const MONTH: Self = Self {
        names: &MONTHS,
        ..Self::new("a month from 1 to 12 or from JAN to DEC", 1, 12)
    };
    /// Sunday is 0 and 7.
    pub(super) const WEEKDAY: Self = Self {
        names: &WEEKDAYS,
        kind: Kind::Weekday,
        ..Self::new("a day of the week from 1 to 7 or from MON to SUN", 0, 7)
    };

    const fn new(expected: &'static str, least: u8, most: u8) -> Self {
        Self {
            expected,
            least,
            most,
            names: &[],
            kind: Kind::Time,
        }
    }

    pub(super) fn parse(&self, text: &str) -> Result<Values, ScheduleError> {
        let mut values = Values {
            set: Set::default(),
            is_open: false,
        };
        if text == "?" {
            if self.kind == Kind::Time {
                return Err(ScheduleError::Question);
            }
            return self.parse("*");
        }
        if text.split([',', '-', '/']).any(str::is_empty) {
            return Err(ScheduleError::Empty(excerpt(text)));
        }
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(self.step(step)?)),
                None => (part, None),
            };
            let (first, last) = self.range(range, step.is_some())?;
            let step = step.unwrap_or(1);
            values.is_open |= range == "*" && step == 1;
            for number in (first..=last).step_by(step) {
                let is_sunday = self.kind == Kind::Weekday && number == 7;
                values.set.insert(if is_sunday { 0 } else { number });
            }
        }
        Ok(values)
    }

    fn step(&self, text: &str) -> Result<usize, ScheduleError> {
        if self.kind == Kind::Weekday {
            // The documentation has none, and `*/2` could begin on Sunday or on Monday.
            return Err(ScheduleError::WeekdayStep(excerpt(text)));
        }
        let step = number(text, STEP_DIGITS).filter(|_| !text.starts_with('0'));
        let wrong = || ScheduleError::Step(excerpt(text));
        step.map(usize::from).ok_or_else(wrong)
    }

    /// The first and the last number of a part. With a step, a single number begins an open range.
    fn range(&self, text: &str, has_step: bool) -> Result<(u8, u8), ScheduleError> {
        if text == "*" {
            return Ok((self.least, self.most));
        }
        let Some((first, last)) = text.split_once('-') else {
            let first = self.value(text)?;
            return Ok((first, if has_step { self.most } else { first }));
        };
        let (first, named) = (self.value(first)?, self.name(last));
        let last = match self.value(last)? {
            // In `MON-SUN`, Sunday is the last day of the week.
            0 if named.is_some() && first > 0 => 7,
            last => last,
        };
        if first > last {
            return Err(ScheduleError::Backwards(excerpt(text)));
        }
        Ok((first, last))
    }

    fn value(&self, text: &str) -> Result<u8, ScheduleError> {
        let digits = self.most.to_string().len();
        let number = number(text, digits).filter(|value| (self.least..=self.most).contains(value));
        number.or_else(|| self.name(text)).ok_or_else(|| {
            let part = excerpt(text);
            let letters = text.trim_matches(|char: char| char.is_ascii_digit() || char == '-');
            if text.contains('#') || ["L", "W", "LW"].contains(&letters) {
                return ScheduleError::Quartz(part);
            }
            let expected = self.expected;
            ScheduleError::Value { part, expected }
        })
    }

    fn name(&self, text: &str) -> Option<u8> {
        let mut names = self.names.iter();
        let at = names.position(|name| name.eq_ignore_ascii_case(text))?;
        u8::try_from(at).ok()?.checked_add(self.least)
    }
}

/// A number of a few digits.
fn number(text: &str, digits: usize) -> Option<u8> {
    let is_number = text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
