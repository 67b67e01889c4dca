//! The result of a check as data, from which the table, the JSON and the XML are written.

pub(super) mod junit;
pub(super) mod table;

use std::borrow::Cow;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::conformance::{Level, Outcome, Rule, Violation};

/// The result of checking a subject.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// A description of what was checked.
    pub(super) subject: String,
    /// The rules in their order.
    pub(super) rules: Vec<Row>,
}

/// The facts about a rule that every report includes.
#[derive(Debug, Serialize)]
pub(super) struct RuleInfo {
    pub(super) id: &'static str,
    pub(super) level: Level,
    pub(super) theme: &'static str,
    pub(super) summary: &'static str,
    pub(super) hint: Cow<'static, str>,
    pub(super) page: &'static str,
}

impl RuleInfo {
    pub(super) fn new(theme: &'static str, rule: &Rule) -> Self {
        Self {
            id: rule.id,
            level: rule.level,
            theme,
            summary: rule.summary,
            hint: rule.hint.into(),
            page: rule.source,
        }
    }
}

/// One rule and its result.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    pub(super) rule: RuleInfo,
    #[serde(flatten)]
    pub(super) result: RuleResult,
    /// The time for which the rule was checked, if that matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<CheckDuration>,
}

/// The same as [`Outcome`], in the terms of the report.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub(super) enum RuleResult {
    Passed,
    Failed(Violation),
    NotChecked {
        why: String,
        /// Whether this machine is the reason.
        #[serde(skip)]
        unsupported: bool,
    },
}

impl From<Outcome> for RuleResult {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Passed,
            Outcome::Failed(failure) => Self::Failed(failure),
            Outcome::NotChecked(why) => Self::NotChecked {
                why,
                unsupported: false,
            },
            Outcome::Unsupported(why) => Self::NotChecked {
                why,
                unsupported: true,
            },
        }
    }
}

/// The time for which a rule was checked, and the time that the platform documents if that is
/// longer.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct CheckDuration {
    #[serde(rename = "seconds", serialize_with = "in_seconds")]
    pub(super) time: Duration,
    #[serde(rename = "stated_seconds", serialize_with = "in_seconds_if_any")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stated: Option<Duration>,
}

/// It is omitted if there is none.
#[allow(clippy::ref_option, reason = "so it is called")]
fn in_seconds_if_any<S: Serializer>(
    time: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(|time| time.as_secs()).serialize(serializer)
}

fn in_seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(time.as_secs())
}

impl Row {
    pub(super) fn new(theme: &'static str, rule: &Rule, outcome: Outcome, idle: Duration) -> Self {
        let was_checked = !matches!(outcome, Outcome::NotChecked(_) | Outcome::Unsupported(_));
        let duration = CheckDuration {
            time: idle,
            stated: rule.stated.filter(|stated| *stated > idle),
        };
        Self {
            rule: RuleInfo::new(theme, rule),
            result: outcome.into(),
            duration: (was_checked && rule.uses_idle_time).then_some(duration),
        }
    }

    /// The same row with a hint for this case.
    pub(super) fn with_hint(mut self, hint: String) -> Self {
        self.rule.hint = hint.into();
        self
    }
}

impl Report {
    /// The rules that were not checked: each with the reason, and whether that is this machine.
    pub(super) fn unchecked(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.rules.iter().filter_map(|row| match &row.result {
            RuleResult::NotChecked { why, unsupported } => {
                Some((row.rule.id, &**why, *unsupported))
            }
            RuleResult::Passed | RuleResult::Failed(_) => None,
        })
    }

    /// The number of failed rules of a level.
    pub(super) fn failed(&self, level: Level) -> usize {
        let failed = self.rules.iter().filter(|row| {
            let failed = matches!(row.result, RuleResult::Failed(_));
            failed && row.rule.level == level
        });
        failed.count()
    }
}
