//! Intervals such as `@every 5m`.

use std::time::Duration;

use super::ScheduleError;
use crate::text::excerpt;

/// The most digits of a number, before and behind the point.
const DIGITS: (usize, usize) = (6, 3);

/// Reads `@every` and an interval: numbers with units one after another, the first at least 1.
pub(super) fn parse(expression: &str) -> Result<Duration, ScheduleError> {
    let Some(interval) = expression.strip_prefix("@every ") else {
        return Err(ScheduleError::Every(excerpt(expression)));
    };
    let wrong = || ScheduleError::Interval(excerpt(interval));
    if !interval.starts_with(|char: char| matches!(char, '1'..='9')) {
        return Err(wrong());
    }
    let mut whole = Duration::ZERO;
    let mut rest = interval;
    while !rest.is_empty() {
        let end = rest.find(['h', 'm', 's']).ok_or_else(wrong)?;
        let (number, after) = rest.split_at(end);
        let (unit, after) = after.split_at(1);
        whole = whole.saturating_add(part(number, unit).ok_or_else(wrong)?);
        rest = after;
    }
    // The platform rounds down to whole seconds.
    Ok(Duration::from_secs(whole.as_secs()))
}

fn part(number: &str, unit: &str) -> Option<Duration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str, most: usize| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<u32>().ok()?;
        (is_number && text.len() <= most).then_some(number)
    };
    let whole = digits(whole, DIGITS.0)?;
    let thousandths = digits(fraction, DIGITS.1).map(|_| format!("{fraction:0<3}"))?;
    let seconds = match unit {
        "h" => 60 * 60,
        "m" => 60,
        _ => 1,
    };
    let fraction = Duration::from_millis(thousandths.parse().ok()?);
    Some((Duration::from_secs(whole.into()) + fraction) * seconds)
}
