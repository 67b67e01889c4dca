//! The timer triggers of `s.yaml`: they are handed to the local Function Compute, and the author is told
//! when they fire next.

use std::time::SystemTime;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::json;

use crate::cli::project::ProjectFunction;
use crate::cli::talk::Talk;
use crate::cli::talk::json::since_epoch;
use crate::deployment::{TriggerConfig, TriggerKind};
use crate::emulator::{FunctionCompute, NextTimer, Timer};
use crate::text::printable;

/// The timers of all functions.
pub(super) struct Timers {
    /// Whether they fire.
    fire: bool,
    set: Vec<(String, Timer)>,
    /// What keeps others from firing.
    mistakes: Vec<String>,
}

impl Timers {
    pub(super) fn new(service: &FunctionCompute, fire: bool) -> Self {
        if fire {
            service.fire_timers();
        }
        Self {
            fire,
            set: Vec::new(),
            mistakes: Vec::new(),
        }
    }

    /// Sets the timers of these functions, and tells what is new about them.
    pub(super) fn set<'a>(
        &mut self,
        functions: impl Iterator<Item = &'a ProjectFunction>,
        service: &FunctionCompute,
        talk: &Talk,
    ) {
        let (mut set, mut mistakes) = (Vec::new(), Vec::new());
        for function in functions {
            let name = &function.config.name;
            for trigger in &function.config.triggers {
                match read(trigger) {
                    Ok(None) => {}
                    Ok(Some(timer)) => set.push((name.clone(), timer)),
                    Err(reason) => mistakes.push(format!(
                        "the timer `{}` of `{}` does not fire: {reason}",
                        printable(&trigger.name),
                        printable(name)
                    )),
                }
            }
        }
        if mistakes != self.mistakes {
            for mistake in &mistakes {
                talk.hint(mistake);
            }
            self.mistakes = mistakes;
        }
        if set != self.set {
            service.set_timers(set.clone());
            self.set = set;
            self.tell(&service.timers(), talk);
        }
    }

    fn tell(&self, timers: &[NextTimer], talk: &Talk) {
        let fields = timers.iter().map(|timer| {
            json!({
                "function": timer.function,
                "trigger": timer.trigger,
                "next_ms": timer.next.map(since_epoch),
            })
        });
        let fields = json!({ "fire": self.fire, "timers": fields.collect::<Vec<_>>() });
        let now = SystemTime::now();
        let listed: Vec<_> = timers
            .iter()
            .map(|timer| {
                let when = timer.next.map_or_else(
                    || "never".to_owned(),
                    |next| words(next, now, &TimeZone::system()),
                );
                let of = if talk.is_named() {
                    format!(" of `{}`", printable(&timer.function))
                } else {
                    String::new()
                };
                format!("`{}`{of} ({when})", printable(&timer.trigger))
            })
            .collect();
        let listed = listed.join(", ");
        let (verb, rest) = match (timers, self.fire) {
            ([], _) => ("Removed", "all timers".to_owned()),
            (_, true) => ("Scheduled", format!("timers: {listed}")),
            (_, false) => (
                "Skipping",
                format!("timers: {listed}; fire them with `--timers`"),
            ),
        };
        talk.did("timers", fields, verb, &rest);
    }
}

/// The timer of a trigger, if it is one, or else why it does not fire.
fn read(trigger: &TriggerConfig) -> Result<Option<Timer>, String> {
    let TriggerKind::Timer(timer) = &trigger.kind else {
        return Ok(None);
    };
    if !timer.enabled {
        return Err("it has no `enable: true`".to_owned());
    }
    if timer.expression.is_none() {
        return Err("its `cronExpression` has no value here".to_owned());
    }
    Timer::new(trigger).map_err(|error| error.to_string())
}

/// A moment to come in the words of a time zone, such as `tomorrow at 08:00`.
fn words(moment: SystemTime, now: SystemTime, zone: &TimeZone) -> String {
    let local = |time| Some(zone.to_datetime(Timestamp::try_from(time).ok()?));
    let (Some(moment), Some(now)) = (local(moment), local(now)) else {
        return "never".to_owned();
    };
    let days = |days| now.date().checked_add(i64::from(days).days()).ok();
    let day = match moment.date() {
        day if day == now.date() => "today".to_owned(),
        day if Some(day) == days(1) => "tomorrow".to_owned(),
        day if days(7).is_some_and(|week| day < week) => day.strftime("on %A").to_string(),
        day => day.strftime("on %-d %B %Y").to_string(),
    };
    let time = match moment.second() {
        0 => moment.strftime("%H:%M"),
        _ => moment.strftime("%H:%M:%S"),
    };
    format!("{day} at {time}")
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::words;

    #[test]
    fn a_moment_is_told_as_people_say_it() {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let moment = |text: &str| -> SystemTime {
            let moment: Timestamp = text.parse().expect("a time");
            moment.try_into().expect("a time of this system")
        };
        // A Tuesday, half past eleven in the evening there.
        let now = moment("2026-12-01T15:30:00Z");
        for (text, expected) in [
            ("2026-12-01T15:31:00Z", "today at 23:31"),
            ("2026-12-01T15:59:05Z", "today at 23:59:05"),
            ("2026-12-01T16:00:00Z", "tomorrow at 00:00"),
            ("2026-12-02T16:00:00Z", "on Thursday at 00:00"),
            ("2026-12-07T15:59:00Z", "on Monday at 23:59"),
            ("2026-12-07T16:00:00Z", "on 8 December 2026 at 00:00"),
            ("2028-02-29T00:00:00Z", "on 29 February 2028 at 08:00"),
        ] {
            assert_eq!(words(moment(text), now, &zone), expected);
        }
    }
}
