//! The reasons why an expression is no schedule.

use thiserror::Error;

/// The reason why an expression is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// It has some other number of fields than six.
    #[error(
        "expected six fields, not {0}: second, minute, hour, day of the month, month and day of the week"
    )]
    Fields(usize),
    /// It has five fields, as in a crontab.
    #[error("the second is missing, which comes first; did you mean `0 {0}`?")]
    NoSecond(String),
    /// It has seven fields, as in Quartz.
    #[error("it has seven fields, but Function Compute has no year")]
    Year,
    /// Two spaces follow each other, or the first or last character is one.
    #[error("it has an empty field; put one space between two fields")]
    Space,
    /// A list, a range or a step has nothing on one side.
    #[error("`{0}` has an empty part")]
    Empty(String),
    /// A part of a field is neither a number within its limits nor one of its names.
    #[error("`{part}` is not {expected}")]
    Value {
        /// The part of the field.
        part: String,
        /// The values of the field.
        expected: &'static str,
    },
    /// A part of a field is written as in Quartz.
    #[error("`{0}` is not supported: Function Compute has no `L`, `W` or `#`")]
    Quartz(String),
    /// A field other than the two that name days is `?`.
    #[error("`?` is only a day of the month or a day of the week; use `*`")]
    Question,
    /// A range ends before it begins.
    #[error("the range `{0}` runs backwards; list its two parts instead")]
    Backwards(String),
    /// A step is zero, too large, or not a number.
    #[error("`{0}` is not a step from 1 to 99")]
    Step(String),
    /// The day of the week has a step.
    #[error("the day of the week has no steps such as `/{0}`; list the days instead")]
    WeekdayStep(String),
    /// No month has one of the days.
    #[error("it never fires: none of its months has one of its days")]
    Never,
    /// A time zone that is not introduced by `CRON_TZ=`.
    #[error("`{0}` is not `CRON_TZ=` and a time zone, such as `CRON_TZ=Asia/Shanghai`")]
    ZonePrefix(String),
    /// A time zone that does not exist.
    #[error("`{name}` is not a time zone{}", did_you_mean(near.as_deref()))]
    Zone {
        /// The name of the time zone.
        name: String,
        /// The name that was probably meant.
        near: Option<String>,
    },
    /// An interval after a time zone.
    #[error("an interval has no time zone")]
    IntervalInZone,
    /// A word with `@` other than `@every`.
    #[error("`{0}` is not `@every` and an interval, such as `@every 5m`")]
    Every(String),
    /// An interval that is not a positive number of hours, minutes and seconds.
    #[error("`{0}` is not an interval such as `30s`, `5m`, `1.5h` or `2h45m`")]
    Interval(String),
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
