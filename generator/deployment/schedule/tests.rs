//! The platform's dialect, and when its expressions fire.

mod properties;

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::Schedule;

/// Expressions, moments, and the next times after them.
const TIMES: &str = "\
# The documentation's own examples.
0 0 4 * * * | 2026-11-30T04:00:00Z | 2026-12-01T04:00:00Z
CRON_TZ=Asia/Shanghai 0 0 4 1 * * | 2026-11-30T00:00:00Z | 2026-11-30T20:00:00Z 2026-12-31T20:00:00Z
0 3/5 * * * * | 2026-11-30T23:54:00Z | 2026-11-30T23:58:00Z 2026-12-01T00:03:00Z
0 0 10-12 * * * | 2026-01-01T11:00:00Z | 2026-01-01T12:00:00Z 2026-01-02T10:00:00Z
# A moment is never its own next one, and a part of a second counts as before the next.
* * * * * * | 2026-01-01T00:00:00Z | 2026-01-01T00:00:01Z
* * * * * * | 2026-01-01T00:00:00.999Z | 2026-01-01T00:00:01Z
* * * * * * | 1969-12-31T23:59:58.5Z | 1969-12-31T23:59:59Z 1970-01-01T00:00:00Z
# Lists, ranges, steps and names in any case.
*/20,5 59 23 31 dec ? | 2026-01-01T00:00:00Z | 2026-12-31T23:59:00Z 2026-12-31T23:59:05Z 2026-12-31T23:59:20Z
0 0 0-6/3 ? JAN-MAR * | 2026-03-31T03:00:00Z | 2026-03-31T06:00:00Z 2027-01-01T00:00:00Z
# Sunday is 0, 7 and SUN, and the last day of a range of names.
0 0 0 ? * 0 | 2026-11-30T00:00:00Z | 2026-12-06T00:00:00Z
0 0 0 ? * 7 | 2026-11-30T00:00:00Z | 2026-12-06T00:00:00Z
0 0 0 ? * 6-7 | 2026-11-30T00:00:00Z | 2026-12-05T00:00:00Z 2026-12-06T00:00:00Z
0 0 0 ? * Sat-Sun | 2026-12-05T00:00:00Z | 2026-12-06T00:00:00Z 2026-12-12T00:00:00Z
0 0 0 ? * SUN-MON | 2026-12-05T00:00:00Z | 2026-12-06T00:00:00Z 2026-12-07T00:00:00Z
# Either of two days, as in every cron, unless one of them restricts nothing.
0 0 0 13 * FRI | 2026-11-12T12:00:00Z | 2026-11-13T00:00:00Z 2026-11-20T00:00:00Z
0 0 0 13 2 FRI | 2026-02-06T00:00:00Z | 2026-02-13T00:00:00Z 2026-02-20T00:00:00Z
0 0 0 */31 * MON | 2026-12-01T00:00:00Z | 2026-12-07T00:00:00Z 2026-12-14T00:00:00Z
# Leap days, also across a year that is none, and months without the day.
0 0 0 29 2 * | 2026-11-30T00:00:00Z | 2028-02-29T00:00:00Z 2032-02-29T00:00:00Z
0 0 0 29 2 * | 2096-02-29T00:00:00Z | 2104-02-29T00:00:00Z
0 0 0 31 * * | 2026-01-31T00:00:00Z | 2026-03-31T00:00:00Z 2026-05-31T00:00:00Z
0 0 0 30 2,4 * | 2026-01-01T00:00:00Z | 2026-04-30T00:00:00Z
# The end of a year, here and in another zone.
59 59 23 31 12 * | 2026-12-31T23:59:58Z | 2026-12-31T23:59:59Z 2027-12-31T23:59:59Z
CRON_TZ=Pacific/Auckland 0 0 0 1 1 * | 2026-06-01T00:00:00Z | 2026-12-31T11:00:00Z 2027-12-31T11:00:00Z
CRON_TZ=UTC 0 0 0 1 1 * | 2026-06-01T00:00:00Z | 2027-01-01T00:00:00Z
CRON_TZ=PRC 0 0 0 1 1 * | 2026-06-01T00:00:00Z | 2026-12-31T16:00:00Z
# Intervals begin at the moment before, in whole seconds.
@every 5m | 2026-01-01T00:00:07.9Z | 2026-01-01T00:05:07Z 2026-01-01T00:10:07Z
@every 2h45m | 2026-01-01T00:00:00Z | 2026-01-01T02:45:00Z
@every 1.5h | 2026-01-01T00:00:00Z | 2026-01-01T01:30:00Z
@every 1.75s | 2026-01-01T00:00:00Z | 2026-01-01T00:00:01Z";

/// The same around changes of the clocks.
const CLOCKS: &str = "\
# In Berlin, 02:00 to 03:00 was skipped on 29 March 2026, and came twice on 25 October.
CRON_TZ=Europe/Berlin 0 30 2 * * * | 2026-03-28T00:00:00Z | 2026-03-28T01:30:00Z 2026-03-30T00:30:00Z
CRON_TZ=Europe/Berlin 0 30 2 * * * | 2026-10-24T00:30:00Z | 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-26T01:30:00Z
# Nothing else is skipped or doubled.
CRON_TZ=Europe/Berlin 0 0 * * * * | 2026-03-28T23:30:00Z | 2026-03-29T00:00:00Z 2026-03-29T01:00:00Z 2026-03-29T02:00:00Z
CRON_TZ=Europe/Berlin 0 0 3 * * * | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T01:00:00Z
CRON_TZ=Europe/Berlin 0 0 3 * * * | 2026-10-24T12:00:00Z | 2026-10-25T02:00:00Z 2026-10-26T02:00:00Z
# Lord Howe Island goes back half an hour, from 02:00 to 01:30.
CRON_TZ=Australia/Lord_Howe 0 45 1 5 4 * | 2026-04-01T00:00:00Z | 2026-04-04T14:45:00Z 2026-04-04T15:15:00Z
# In Santiago, the day of the change has no midnight.
CRON_TZ=America/Santiago 0 0 0 ? 9 SUN | 2026-08-31T12:00:00Z | 2026-09-13T03:00:00Z
# The rules go on behind the last change that the database lists.
CRON_TZ=Europe/Berlin 0 0 12 1 7 * | 2090-01-01T00:00:00Z | 2090-07-01T10:00:00Z";

/// Expressions that the platform does not have, and what is wrong.
const REFUSED: &str = "\
0 0  8 * * * | it has an empty field; put one space between two fields
0 0 8 * * *  | it has an empty field; put one space between two fields
0 8 * * * | the second is missing, which comes first; did you mean `0 0 8 * * *`?
0 0 8 * * ? * | it has seven fields, but Function Compute has no year
8 | expected six fields, not 1: second, minute, hour, day of the month, month and day of the week
60 0 8 * * * | `60` is not a second from 0 to 59
0 0 24 * * * | `24` is not an hour from 0 to 23
0 0 8 0 * * | `0` is not a day of the month from 1 to 31
0 0 8 * 13 * | `13` is not a month from 1 to 12 or from JAN to DEC
0 0 8 * JUNE * | `JUNE` is not a month from 1 to 12 or from JAN to DEC
0 0 8 * * 8 | `8` is not a day of the week from 1 to 7 or from MON to SUN
0 0 8 1,,2 * * | `1,,2` has an empty part
0 0 8 +1 * * | `+1` is not a day of the month from 1 to 31
0 001 8 * * * | `001` is not a minute from 0 to 59
0 0 8 L * * | `L` is not supported: Function Compute has no `L`, `W` or `#`
0 0 8 15W * * | `15W` is not supported: Function Compute has no `L`, `W` or `#`
0 0 8 LW * * | `LW` is not supported: Function Compute has no `L`, `W` or `#`
0 0 8 ? * 5L | `5L` is not supported: Function Compute has no `L`, `W` or `#`
0 0 8 ? * MON#2 | `MON#2` is not supported: Function Compute has no `L`, `W` or `#`
0 0 8 * ? * | `?` is only a day of the month or a day of the week; use `*`
0 0 8 ?,1 * * | `?` is not a day of the month from 1 to 31
0 0 22-2 * * * | the range `22-2` runs backwards; list its two parts instead
0 0 8 * * 5-0 | the range `5-0` runs backwards; list its two parts instead
0 */0 8 * * * | `0` is not a step from 1 to 99
0 */100 8 * * * | `100` is not a step from 1 to 99
0 0 8 * * */2 | the day of the week has no steps such as `/2`; list the days instead
0 0 8 30 2 * | it never fires: none of its months has one of its days
0 0 8 31 4,6,9,NOV ? | it never fires: none of its months has one of its days
TZ=Asia/Shanghai 0 0 8 * * * | `TZ=Asia/Shanghai` is not `CRON_TZ=` and a time zone, such as `CRON_TZ=Asia/Shanghai`
CRON_TZ=asia/shanghai 0 0 8 * * * | `asia/shanghai` is not a time zone; did you mean `Asia/Shanghai`?
CRON_TZ=Asia/Shanghia 0 0 8 * * * | `Asia/Shanghia` is not a time zone; did you mean `Asia/Shanghai`?
CRON_TZ=+08:00 0 0 8 * * * | `+08:00` is not a time zone
CRON_TZ= 0 0 8 * * * | `` is not a time zone
CRON_TZ=Asia/Shanghai @every 5m | an interval has no time zone
 | it has an empty field; put one space between two fields
@daily | `@daily` is not `@every` and an interval, such as `@every 5m`
@every 5d | `5d` is not an interval such as `30s`, `5m`, `1.5h` or `2h45m`
@every 0m | `0m` is not an interval such as `30s`, `5m`, `1.5h` or `2h45m`
@every 5 | `5` is not an interval such as `30s`, `5m`, `1.5h` or `2h45m`
@every  | `` is not an interval such as `30s`, `5m`, `1.5h` or `2h45m`
@every 1000000h | `1000000h` is not an interval such as `30s`, `5m`, `1.5h` or `2h45m`
@every 1.h | `1.h` is not an interval such as `30s`, `5m`, `1.5h` or `2h45m`";

/// The rows of a table, without its comments.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split(" | ").collect())
}

fn moment(text: &str) -> SystemTime {
    let timestamp: Timestamp = text.parse().expect("a time");
    timestamp.try_into().expect("a time of this system")
}

/// The next times after a moment, as texts.
fn next(expression: &str, after: &str, count: usize) -> Vec<String> {
    let schedule =
        Schedule::parse(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    let mut moment = moment(after);
    let times = std::iter::from_fn(|| {
        moment = schedule.next_after(moment)?;
        Some(Timestamp::try_from(moment).expect("a time").to_string())
    });
    times.take(count).collect()
}

fn fire_at_their_times(table: &str) {
    for row in rows(table) {
        let [expression, after, times] = *row else {
            panic!("three columns: {row:?}");
        };
        let times: Vec<_> = times.split(' ').collect();
        assert_eq!(
            next(expression, after, times.len()),
            times,
            "{expression} after {after}"
        );
    }
}

#[test]
fn expressions_fire_at_their_times() {
    fire_at_their_times(TIMES);
}

#[test]
fn clocks_change() {
    fire_at_their_times(CLOCKS);
}

#[test]
fn the_calendar_ends() {
    let last = "9999-12-30T22:00:00.5Z";
    assert_eq!(next("0 0 0 1 1 *", last, 1), [""; 0]);
    assert_eq!(next("@every 999999h", last, 1), [""; 0]);
    let schedule = Schedule::parse("* * * * * *").expect("a schedule");
    let far = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 60));
    assert_eq!(far.and_then(|far| schedule.next_after(far)), None);
}

#[test]
fn what_the_platform_does_not_have_is_refused() {
    for row in rows(REFUSED) {
        let [expression, reason] = *row else {
            panic!("two columns: {row:?}");
        };
        let error = Schedule::parse(expression).expect_err(expression);
        assert_eq!(error.to_string(), reason, "{expression:?}");
    }
}
