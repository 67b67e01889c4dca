//! Timer triggers: when they fire, and the event that they send.

mod firing;
mod timetable;

use std::time::SystemTime;

use jiff::Timestamp;
use serde::Serialize;

use crate::deployment::{Schedule, ScheduleError, TriggerConfig, TriggerKind};
pub(super) use firing::Timers;
pub(super) use timetable::Due;
pub use timetable::NextTimer;

/// A timer trigger that fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    name: String,
    schedule: Schedule,
    payload: String,
}

/// The event of a timer trigger:
/// <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    trigger_time: String,
    trigger_name: &'a str,
    payload: &'a str,
}

impl Timer {
    /// The timer of a trigger. `None` if the trigger is no timer, is not enabled, or its expression has
    /// no value on this machine.
    ///
    /// # Errors
    /// The platform would not accept the expression.
    pub fn new(trigger: &TriggerConfig) -> Result<Option<Self>, ScheduleError> {
        let TriggerKind::Timer(timer) = &trigger.kind else {
            return Ok(None);
        };
        let expression = timer.expression.as_ref().filter(|_| timer.enabled);
        let schedule = expression.map(|expression| Schedule::parse(expression));
        let timer = schedule.transpose()?.map(|schedule| Self {
            name: trigger.name.clone(),
            schedule,
            payload: timer.payload.clone(),
        });
        Ok(timer)
    }

    /// The name of the trigger.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it fires next after a moment: [`Schedule::next_after`].
    #[must_use]
    pub fn next_after(&self, moment: SystemTime) -> Option<SystemTime> {
        self.schedule.next_after(moment)
    }

    /// The event that the trigger sends at a moment, as the platform writes it.
    ///
    /// # Panics
    /// The moment is not on the calendar, so that no schedule has it.
    #[must_use]
    pub fn event(&self, moment: SystemTime) -> Vec<u8> {
        let moment = Timestamp::try_from(moment).expect("a moment of a schedule");
        let event = Event {
            trigger_time: format!("{moment:.0}"),
            trigger_name: &self.name,
            payload: &self.payload,
        };
        serde_json::to_vec(&event).expect("texts are JSON")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::SystemTime;

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::Timer;
    use crate::deployment::{TimerTrigger, TriggerConfig, TriggerKind};

    fn trigger(expression: Option<&str>, enabled: bool) -> TriggerConfig {
        TriggerConfig {
            name: "nightly".to_owned(),
            kind: TriggerKind::Timer(TimerTrigger {
                expression: expression.map(str::to_owned),
                payload: String::new(),
                enabled,
            }),
        }
    }

    /// The samples of the kind `timer` are what the platform sends.
    #[test]
    fn an_event_is_that_of_the_platform() {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("template/kinds/timer/events");
        for sample in samples.read_dir().expect("the samples") {
            let path = sample.expect("a sample").path();
            let text = std::fs::read(&path).expect("a file");
            let mut sample: Value = serde_json::from_slice(&text).expect("JSON");
            let payload = sample.get("payload").and_then(Value::as_str);
            let config = TriggerConfig {
                name: sample["triggerName"].as_str().expect("a name").to_owned(),
                kind: TriggerKind::Timer(TimerTrigger {
                    expression: Some("@every 5m".to_owned()),
                    payload: payload.unwrap_or_default().to_owned(),
                    enabled: true,
                }),
            };
            let timer = Timer::new(&config).expect("a schedule").expect("a timer");
            let time: Timestamp = sample["triggerTime"]
                .as_str()
                .expect("a time")
                .parse()
                .expect("a time");
            let moment = SystemTime::try_from(time).expect("a time of this system");
            if payload.is_none() {
                sample["payload"] = json!("");
            }
            let event: Value = serde_json::from_slice(&timer.event(moment)).expect("JSON");
            assert_eq!(event, sample, "{}", path.display());
            let moment = moment + std::time::Duration::from_millis(999);
            assert_eq!(
                timer.event(moment),
                timer.event(time.try_into().expect("it was one"))
            );
        }
    }

    #[test]
    fn a_timer_that_does_not_fire_is_none() {
        let timer = |trigger| Timer::new(&trigger).map(|timer| timer.map(|timer| timer.name));
        assert_eq!(
            timer(trigger(Some("@every 5m"), true)),
            Ok(Some("nightly".to_owned()))
        );
        assert_eq!(timer(trigger(Some("@every 5m"), false)), Ok(None));
        assert_eq!(timer(trigger(None, true)), Ok(None));
        let other = TriggerConfig {
            kind: TriggerKind::Other("oss".to_owned()),
            ..trigger(None, true)
        };
        assert_eq!(timer(other), Ok(None));
        assert!(timer(trigger(Some("@daily"), true)).is_err());
    }
}
