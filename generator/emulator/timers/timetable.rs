//! When each timer fires next, by a clock that is given.

use std::time::{Duration, SystemTime};

use super::Timer;
use crate::emulator::function::{EventCall, Trigger};

/// How late a timer still fires. A machine may be busy for a while. What is later was missed, because
/// the machine slept or its clock was set, and does not fire.
const LATEST: Duration = Duration::from_secs(10);
/// How far the clock may be set back without being another time. Otherwise, a clock that is adjusted
/// would fire a timer twice.
const ADJUSTMENT: Duration = Duration::from_secs(10);

/// A timer of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextTimer {
    /// The name of the function.
    pub function: String,
    /// The name of the trigger.
    pub trigger: String,
    /// When the timer fires next. `None` means that no such moment is on the calendar.
    pub next: Option<SystemTime>,
}

/// All timers.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    rows: Vec<Row>,
    /// The time of the last look.
    looked: Option<SystemTime>,
}

#[derive(Debug)]
struct Row {
    function: String,
    timer: Timer,
    next: Option<SystemTime>,
}

/// A timer whose moment has come.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::emulator) struct Due {
    pub(in crate::emulator) function: String,
    pub(in crate::emulator) trigger: String,
    pub(in crate::emulator) event: Vec<u8>,
}

impl Due {
    /// The call that the timer wants.
    pub(in crate::emulator) fn call(self) -> EventCall {
        EventCall::new(Trigger::Timer(self.trigger), self.event)
    }
}

impl Timetable {
    /// Replaces all timers, each with the name of its function. Intervals of those that were there before
    /// go on.
    pub(super) fn set(&mut self, timers: Vec<(String, Timer)>, now: SystemTime) {
        let before = std::mem::take(&mut self.rows);
        let row = |(function, timer): (String, Timer)| {
            let is_it = |row: &&Row| row.function == function && row.timer == timer;
            let next = match before.iter().find(is_it) {
                Some(row) => row.next,
                None => timer.next_after(now),
            };
            Row {
                function,
                timer,
                next,
            }
        };
        self.rows = timers.into_iter().map(row).collect();
    }

    /// Returns the timers whose moment has come since the last look.
    pub(super) fn look(&mut self, now: SystemTime) -> Vec<Due> {
        let is_set_back = self.looked.is_some_and(|looked| now + ADJUSTMENT < looked);
        self.looked = Some(now);
        let mut due = Vec::new();
        for row in &mut self.rows {
            if is_set_back {
                row.next = row.timer.next_after(now);
            }
            let Some(moment) = row.next.filter(|next| *next <= now) else {
                continue;
            };
            let is_missed = moment + LATEST < now;
            if !is_missed {
                due.push(Due {
                    function: row.function.clone(),
                    trigger: row.timer.name().to_owned(),
                    event: row.timer.event(moment),
                });
            }
            let following = row.timer.next_after(moment);
            row.next = following
                .filter(|next| *next > now)
                .or_else(|| row.timer.next_after(now));
        }
        due
    }

    /// The next moment of all.
    pub(super) fn next(&self) -> Option<SystemTime> {
        self.rows.iter().filter_map(|row| row.next).min()
    }

    pub(super) fn list(&self) -> Vec<NextTimer> {
        let timer = |row: &Row| NextTimer {
            function: row.function.clone(),
            trigger: row.timer.name().to_owned(),
            next: row.next,
        };
        self.rows.iter().map(timer).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use jiff::Timestamp;
    use serde_json::Value;

    use super::{Due, Timetable};
    use crate::deployment::{TimerTrigger, TriggerConfig, TriggerKind};
    use crate::emulator::Timer;

    fn timer(name: &str, expression: &str) -> (String, Timer) {
        let trigger = TriggerConfig {
            name: name.to_owned(),
            kind: TriggerKind::Timer(TimerTrigger {
                expression: Some(expression.to_owned()),
                payload: "text".to_owned(),
                enabled: true,
            }),
        };
        let timer = Timer::new(&trigger).expect("a schedule");
        ("hello".to_owned(), timer.expect("a timer"))
    }

    /// A moment of 1 December 2026.
    fn at(time: &str) -> SystemTime {
        let moment: Timestamp = format!("2026-12-01T{time}Z").parse().expect("a time");
        moment.try_into().expect("a time of this system")
    }

    /// The triggers that fire, with the times in their events.
    fn fired(due: &[Due]) -> Vec<(&str, String)> {
        let fired = due.iter().map(|due| {
            let event: Value = serde_json::from_slice(&due.event).expect("JSON");
            assert_eq!(
                (&*due.function, &event["payload"]),
                ("hello", &"text".into())
            );
            assert_eq!(event["triggerName"], due.trigger);
            let time = event["triggerTime"].as_str().expect("a time");
            let time = time.strip_prefix("2026-12-01T").expect("that day");
            (&*due.trigger, time.to_owned())
        });
        fired.collect()
    }

    fn table(timers: &[(&str, &str)], now: SystemTime) -> Timetable {
        let mut table = Timetable::default();
        let timers = timers.iter();
        table.set(timers.map(|(name, when)| timer(name, when)).collect(), now);
        table
    }

    #[test]
    fn each_moment_fires_once() {
        let mut table = table(
            &[("a", "0 * * * * *"), ("b", "@every 90s")],
            at("10:00:30.5"),
        );
        assert_eq!(table.next(), Some(at("10:01:00")));
        assert_eq!(table.look(at("10:00:59.999")), []);
        let due = table.look(at("10:01:00"));
        assert_eq!(fired(&due), [("a", "10:01:00Z".to_owned())]);
        assert_eq!(table.look(at("10:01:00")), []);
        let due = table.look(at("10:02:00.2"));
        let both = ["a", "b"].map(|name| (name, "10:02:00Z".to_owned()));
        assert_eq!(fired(&due), both);
        let next: Vec<_> = table.list().into_iter().map(|timer| timer.next).collect();
        assert_eq!(next, [at("10:03:00"), at("10:03:30")].map(Some));
    }

    #[test]
    fn a_machine_that_was_busy_fires_and_one_that_slept_does_not() {
        let mut table = table(&[("a", "* * * * * *")], at("10:00:00"));
        let due = table.look(at("10:00:08.5"));
        assert_eq!(fired(&due), [("a", "10:00:01Z".to_owned())]);
        assert_eq!(table.look(at("10:00:08.9")), []);
        assert_eq!(table.look(at("18:00:00.5")), []);
        let due = table.look(at("18:00:01"));
        assert_eq!(fired(&due), [("a", "18:00:01Z".to_owned())]);
    }

    #[test]
    fn a_clock_that_is_set_counts_from_then_on() {
        let mut table = table(&[("a", "0 * * * * *"), ("b", "@every 1h")], at("10:00:30"));
        let next = |table: &Timetable| -> Vec<_> {
            table
                .list()
                .into_iter()
                .filter_map(|timer| timer.next)
                .collect()
        };
        assert_eq!(fired(&table.look(at("10:01:00"))).len(), 1);
        // An adjustment does not fire it twice.
        assert_eq!(table.look(at("10:00:59.5")), []);
        assert_eq!(table.look(at("10:01:00")), []);
        assert_eq!(next(&table), [at("10:02:00"), at("11:00:30")]);
        assert_eq!(table.look(at("08:30:10")), []);
        assert_eq!(next(&table), [at("08:31:00"), at("09:30:10")]);
        assert_eq!(table.look(at("20:30:20")), []);
        assert_eq!(next(&table), [at("20:31:00"), at("21:30:20")]);
    }

    #[test]
    fn an_edit_leaves_the_intervals_of_other_timers_alone() {
        let mut table = table(&[("a", "@every 1h"), ("b", "@every 1h")], at("10:00:00"));
        let timers = [("b", "@every 2h"), ("a", "@every 1h"), ("c", "@every 1h")];
        let timers = timers.map(|(name, when)| timer(name, when));
        table.set(timers.to_vec(), at("10:30:00"));
        let next: Vec<_> = table.list().into_iter().collect();
        let next: Vec<_> = next
            .iter()
            .map(|timer| (&*timer.trigger, timer.next.expect("a moment")))
            .collect();
        let expected = [
            ("b", at("12:30:00")),
            ("a", at("11:00:00")),
            ("c", at("11:30:00")),
        ];
        assert_eq!(next, expected);
        table.set(Vec::new(), at("10:40:00"));
        assert_eq!(
            (table.next(), table.look(at("12:00:00"))),
            (None, Vec::new())
        );
    }
}
