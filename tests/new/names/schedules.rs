//! The question for a cron expression accepts what a schedule is read from.

use std::sync::LazyLock;

use cargo_fc3::deployment::{Schedule, ScheduleError};
use cargo_fc3::scaffold::manifest::Constraint;
use cargo_fc3::scaffold::template::Template;
use proptest::prelude::*;
use regex::Regex;

use super::answers::matching;

static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    let mut asked = Template::embedded().manifest().asked_for("timer");
    let cron = asked.find(|asked| asked.name == "cron").expect("cron");
    match &cron.constraint {
        Constraint::Pattern(pattern) => pattern.clone(),
        Constraint::Choices(_) => panic!("cron has no choices"),
    }
});

/// What no expression can describe: an order of numbers, a calendar, and a list of time zones.
fn is_beyond_a_pattern(error: &ScheduleError) -> bool {
    matches!(
        error,
        ScheduleError::Backwards(_) | ScheduleError::Never | ScheduleError::Zone { .. }
    )
}

/// A time zone of one word other than UTC and GMT, such as PRC, is more often a mistake.
fn has_rare_zone(text: &str) -> bool {
    let zone = text
        .strip_prefix("CRON_TZ=")
        .and_then(|zone| zone.split(' ').next());
    zone.is_some_and(|zone| !zone.contains('/') && !["UTC", "GMT"].contains(&zone))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn an_accepted_answer_is_a_schedule(answer in matching(PATTERN.as_str())) {
        if let Err(error) = Schedule::parse(&answer) {
            prop_assert!(is_beyond_a_pattern(&error), "{}: {}", answer, error);
        }
    }

    /// Answers that differ in a few characters from accepted ones are accepted or are no schedules.
    #[test]
    fn a_schedule_is_an_accepted_answer(
        answer in matching(PATTERN.as_str()),
        zone in prop::sample::select(&["", "", "", "CRON_TZ=Asia/Shanghai ", "CRON_TZ=GMT ", "TZ=UTC "][..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[-0-9*?/,@.hmsLW# A-Z]?", 0..2_usize), 0..4),
    ) {
        let answer = match answer.split_once(' ') {
            Some((first, fields)) if first.contains('=') => fields,
            _ => &answer,
        };
        let mut answer = format!("{zone}{answer}");
        for (at, new, removed) in changes {
            let mut chars: Vec<_> = answer.chars().collect();
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, new.chars());
            answer = chars.into_iter().collect();
        }
        let is_schedule = match Schedule::parse(&answer) {
            Ok(_) => !has_rare_zone(&answer),
            Err(error) if is_beyond_a_pattern(&error) => return Ok(()),
            Err(_) => false,
        };
        prop_assert_eq!(PATTERN.is_match(&answer), is_schedule, "{}", answer);
    }
}
