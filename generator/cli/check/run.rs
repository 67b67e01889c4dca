//! Runs several rules at the same time: most of them only wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

use super::crash;
use super::report::{Report, Row};
use super::subject::Subject;
use crate::cli::interrupt::interruptible;
use crate::conformance::{Outcome, Rule, rules_by_theme};
use crate::stop::Stop;

/// The number of rules that are checked at the same time, if each can use its own port.
const THREADS: usize = 8;

/// One rule to check.
type Task = (&'static str, &'static Rule);

/// Checks a subject against the selected rules, or against all rules that apply to it.
///
/// A failed start is reported whatever rules are selected.
pub(super) fn run(subject: Subject, selected: &[&Rule], stop: &Stop) -> anyhow::Result<Report> {
    let subject = Arc::new(subject);
    let is_selected = |rule: &Rule| selected.iter().any(|one| one.id == rule.id);
    let tasks: Vec<Task> = rules_by_theme()
        .filter(|(_, rule)| match selected {
            [] => subject.is_about(rule),
            _ => is_selected(rule) || subject.fails(rule),
        })
        .collect();
    let progress = progress_bar(tasks.len());
    let outcomes = {
        let (subject, tasks, stop) = (Arc::clone(&subject), tasks.clone(), stop.clone());
        let progress = progress.clone();
        move || check_all(&subject, &tasks, &stop, &progress)
    };
    let outcomes = interruptible(stop, outcomes);
    progress.finish_and_clear();
    let rows = tasks.into_iter().zip(outcomes?);
    let rows = rows.map(|((theme, rule), outcome)| {
        let crash = crash::hint_for(&outcome).map(str::to_owned);
        let row = Row::new(theme, rule, outcome, subject.idle);
        match subject.hint(rule).or(crash) {
            Some(hint) => row.with_hint(hint),
            None => row,
        }
    });
    Ok(Report {
        subject: subject.name.clone(),
        rules: rows.collect(),
    })
}

/// Checks each rule and returns the results in the same order.
fn check_all(
    subject: &Subject,
    tasks: &[Task],
    stop: &Stop,
    progress: &ProgressBar,
) -> Vec<Outcome> {
    let threads = if subject.has_one_port() { 1 } else { THREADS };
    // The rules that wait longest start first, so that the others run in the meantime.
    let mut order: Vec<usize> = (0..tasks.len()).collect();
    order.sort_by_key(|at| !tasks[*at].1.uses_idle_time);
    let next = AtomicUsize::new(0);
    let mut outcomes: Vec<Option<Outcome>> = vec![None; tasks.len()];
    thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        for _ in 0..threads {
            let (sender, order, next) = (sender.clone(), &order, &next);
            scope.spawn(move || {
                while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = subject.check(tasks[at].1);
                    if stop.signal().is_some() || sender.send((at, outcome)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (at, outcome) in results {
            outcomes[at] = Some(outcome);
            progress.inc(1);
        }
    });
    let outcomes = outcomes.into_iter().map(|outcome| {
        outcome
            .unwrap_or_else(|| Outcome::NotChecked("the check of this rule ended early".to_owned()))
    });
    outcomes.collect()
}

/// The progress of the check, which is shown on a terminal only.
fn progress_bar(rules: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos} of {len} rules");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(rules as u64).with_style(style)
}
