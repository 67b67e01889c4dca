//! Any text can be read, and the next moment is the first one that matches.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::super::Schedule;

const ZONES: [&str; 6] = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
];

/// Some numbers of a field, or all of them.
fn numbers(least: i8, most: i8) -> impl Strategy<Value = Option<Vec<i8>>> {
    let some = subsequence((least..=most).collect::<Vec<_>>(), 1..4);
    prop_oneof![2 => some.prop_map(Some), 1 => Just(None)]
}

/// The fields as numbers, and what is known of a time by them alone.
#[derive(Debug, Clone)]
struct Fields {
    time: [Option<Vec<i8>>; 3],
    day: Option<Vec<i8>>,
    month: Option<Vec<i8>>,
    weekday: Option<Vec<i8>>,
}

impl Fields {
    fn any() -> impl Strategy<Value = Self> {
        let time = (numbers(0, 59), numbers(0, 59), numbers(0, 23));
        let days = (numbers(1, 28), numbers(1, 12), numbers(0, 6));
        (time, days).prop_map(|((second, minute, hour), (day, month, weekday))| Self {
            time: [second, minute, hour],
            day,
            month,
            weekday,
        })
    }

    fn expression(&self) -> String {
        let [second, minute, hour] = &self.time;
        let fields = [second, minute, hour, &self.day, &self.month, &self.weekday];
        let texts = fields.map(|field| match field {
            Some(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                numbers.join(",")
            }
            None => "*".to_owned(),
        });
        texts.join(" ")
    }

    fn matches(&self, time: DateTime) -> bool {
        let is_in = |numbers: &Option<Vec<i8>>, number| {
            numbers
                .as_ref()
                .is_none_or(|numbers| numbers.contains(&number))
        };
        let (day, weekday) = (time.day(), time.weekday().to_sunday_zero_offset());
        let is_day = match (&self.day, &self.weekday) {
            (Some(days), Some(weekdays)) => days.contains(&day) || weekdays.contains(&weekday),
            (days, weekdays) => is_in(days, day) && is_in(weekdays, weekday),
        };
        is_day
            && is_in(&self.time[0], time.second())
            && is_in(&self.time[1], time.minute())
            && is_in(&self.time[2], time.hour())
            && is_in(&self.month, time.month())
    }
}

fn moment(second: i64) -> SystemTime {
    let timestamp = Timestamp::from_second(second).expect("a time");
    timestamp.try_into().expect("a time of this system")
}

/// Moments between 2020 and 2035: any of them, or one near a change of the clocks.
fn any_second(zone: &'static str) -> impl Strategy<Value = i64> {
    let seconds = 1_577_836_800_i64..2_051_222_400;
    (seconds, any::<bool>(), -7200_i64..7200).prop_map(move |(second, is_near, apart)| {
        let zone = TimeZone::get(zone).expect("a zone");
        let timestamp = Timestamp::from_second(second).expect("a time");
        let change = zone.following(timestamp).next().filter(|_| is_near);
        change.map_or(second, |change| change.timestamp().as_second() + apart)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn the_next_moment_is_the_first_that_matches(
        fields in Fields::any(),
        (zone, second) in select(&ZONES[..]).prop_flat_map(|zone| (Just(zone), any_second(zone))),
        others in prop::collection::vec(any::<Index>(), 30),
    ) {
        let expression = format!("CRON_TZ={zone} {}", fields.expression());
        let schedule = Schedule::parse(&expression).expect("a schedule");
        let next = schedule.next_after(moment(second)).expect("a next time");
        let next = Timestamp::try_from(next).expect("a time");
        prop_assert_eq!(next.subsec_nanosecond(), 0);
        prop_assert!(next.as_second() > second);
        let zone = TimeZone::get(zone).expect("a zone");
        prop_assert!(fields.matches(zone.to_datetime(next)), "{}", zone.to_datetime(next));
        // No moment between the two matches: those nearby, and any others.
        let between = usize::try_from(next.as_second() - second).expect("it is later") - 1;
        let near = (1..=between.min(4000)).chain((1..=between).rev().take(4000));
        let others = others.iter().filter(|_| between > 0).map(|index| index.index(between) + 1);
        for apart in near.chain(others) {
            let time = second + i64::try_from(apart).expect("it is small");
            let time = zone.to_datetime(Timestamp::from_second(time).expect("a time"));
            prop_assert!(!fields.matches(time), "{} comes before {}", time, next);
        }
    }

    #[test]
    fn any_text_is_read(
        text in r"(CRON_TZ=[A-Za-z/]{0,9} |@every )?([*?LW#/,0-9A-Z-]{0,9} ){0,6}[0-9hms.]{0,9}|\PC{0,40}",
        seconds in any::<u32>(),
    ) {
        if let Ok(schedule) = Schedule::parse(&text) {
            let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.into());
            prop_assert!(schedule.next_after(moment) > Some(moment), "{}", text);
        }
    }
}
