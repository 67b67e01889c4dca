//! The target is whole or absent: whatever stops `new`, nothing is left, and nothing is replaced.
//!
//! `git init` is its last step before the target takes its name. So a program called `git` that is
//! first on `PATH` chooses the moment: it runs when all files are written, and decides there.

#[path = "../support/disk.rs"]
mod disk;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
#[path = "../support/mounts.rs"]
mod mounts;
#[cfg(unix)]
mod others;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod stage;

#[cfg(unix)]
use std::io;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

#[cfg(not(unix))]
fn main() -> ExitCode {
    let why = "[needs signals and FIFOs, as Unix has]";
    let trial = Trial::test(format!("staging {why}"), || Ok(())).with_ignored_flag(true);
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}

#[cfg(unix)]
fn main() -> ExitCode {
    let mut trials: Vec<Trial> = CHECKS
        .iter()
        .map(|(name, check)| Trial::test(*name, || Ok(check()?)))
        .collect();
    let disk = Trial::test("a_full_disk_leaves_nothing", || Ok(machine::a_full_disk()?));
    let proc = Trial::test("an_unwritable_parent_leaves_nothing", || {
        Ok(machine::no_permission()?)
    });
    if mounts::can_mount() {
        trials.push(disk);
    } else {
        println!("ignored: a full disk, since `unshare` cannot mount one here");
        trials.push(disk.with_ignored_flag(true));
    }
    trials.push(proc.with_ignored_flag(!cfg!(target_os = "linux")));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

#[cfg(unix)]
type Check = fn() -> io::Result<()>;

#[cfg(unix)]
const CHECKS: [(&str, Check); 17] = [
    ("an_interrupt_leaves_nothing", || {
        signals::stopped_by("INT", 130)
    }),
    ("a_termination_leaves_nothing", || {
        signals::stopped_by("TERM", 143)
    }),
    ("a_closed_terminal_leaves_nothing", || {
        signals::stopped_by("HUP", 129)
    }),
    (
        "a_second_signal_ends_it_where_it_stands",
        signals::two_signals,
    ),
    ("a_kill_leaves_what_the_next_run_removes", signals::killed),
    (
        "a_directory_of_the_users_own_with_that_name_stays",
        others::staging_is_of_the_user,
    ),
    (
        "a_kill_before_the_mark_leaves_what_the_next_run_takes",
        signals::killed_before_the_mark,
    ),
    (
        "a_process_with_few_descriptors_leaves_nothing",
        machine::few_descriptors,
    ),
    (
        "a_git_that_ignores_signals_does_not_hold_it",
        signals::deaf_git,
    ),
    (
        "what_git_started_does_not_outlive_it",
        signals::children_of_git,
    ),
    (
        "a_failing_last_step_leaves_nothing",
        machine::last_step_fails,
    ),
    (
        "a_signal_is_the_reason_even_if_the_last_step_fails",
        signals::signal_and_failure,
    ),
    (
        "a_target_made_meanwhile_is_not_replaced",
        others::target_made_meanwhile,
    ),
    (
        "a_file_made_meanwhile_is_not_replaced",
        others::file_made_meanwhile,
    ),
    ("the_second_of_two_runs_is_told", others::two_runs),
    (
        "the_second_run_has_its_turn_when_the_first_fails",
        others::second_after_failed_first,
    ),
    (
        "a_link_in_the_place_of_the_staging_directory_is_not_followed",
        others::staging_is_a_link,
    ),
];
