//! `cargo fc3 check`, as its user runs it: the report and its forms, what it says of a function that
//! cannot be checked, and how it ends.
//!
//! The functions are this same program, started again, and programs of projects. Accept a changed
//! text with `SNAPSHOTS=overwrite cargo test --test check`.

#[cfg(unix)]
mod ended;
mod function;
mod json;
mod junit;
mod packages;
mod ports;
mod projects;
mod run;
mod s_yaml;
#[cfg(unix)]
mod shared;
mod started;
#[path = "../support/mod.rs"]
mod support;
mod table;
#[cfg(unix)]
mod terminal;
mod usage;
mod zip;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use support::project::IS_STATIC;

type Check = (&'static str, fn());

/// What needs no project.
const ALWAYS: &[Check] = &[
    ("a_failure_is_told", table::failure_is_told),
    (
        "what_need_not_be_kept_fails_nothing",
        table::need_not_be_kept,
    ),
    ("what_must_be_kept_comes_first", table::musts_come_first),
    ("no_terminal_gets_no_colours", table::no_terminal),
    ("json_has_every_rule_once", json::every_rule_once),
    ("json_has_what_was_asked_for", json::only_what_was_asked_for),
    ("the_rules_are_listed", json::rules_are_listed),
    ("junit_says_the_same_as_json", junit::says_the_same),
    ("junit_holds_any_text", junit::holds_any_text),
    ("junit_tries_its_place_first", junit::tries_its_place_first),
    ("wrong_flags_are_told", usage::wrong_flags),
    ("a_file_that_is_missing_is_told", usage::missing_files),
    ("no_project_here", usage::no_project),
    ("no_such_program", started::no_such_program),
    ("it_ends_at_once", started::ends_at_once),
    ("it_ends_without_a_word", started::ends_silently),
    ("it_fails_the_event", started::fails_the_event),
    ("it_is_no_probe", started::is_no_probe),
    ("it_has_a_page", started::has_a_page),
    (
        "a_rule_that_is_not_checked_is_told",
        started::is_not_checked,
    ),
    (
        "it_has_a_page_and_takes_events",
        started::has_a_page_and_takes_events,
    ),
    (
        "it_has_a_page_and_fails_events",
        started::has_a_page_and_fails_events,
    ),
    ("it_insists_on_a_type", started::insists_on_a_type),
    (
        "programs_get_a_report_of_what_is_not_answered",
        started::fails_the_event_for_programs,
    ),
    (
        "junit_tells_of_what_is_not_answered",
        junit::tells_of_what_is_not_answered,
    ),
    ("another_port_than_it_is_told", ports::another_one),
    ("a_port_that_is_named", ports::named),
    ("a_port_that_is_wrong", ports::wrong),
    ("a_port_that_is_taken", ports::taken),
    ("a_package_that_breaks_rules", zip::bad),
    ("a_package_beside_a_program", zip::beside_a_program),
    ("no_package", zip::not_one),
    ("s_yaml_of_every_kind_is_right", s_yaml::every_kind_is_right),
    (
        "s_yaml_of_the_guide_is_right",
        s_yaml::every_file_of_the_guide_is_right,
    ),
    (
        "s_yaml_comments_are_right",
        s_yaml::every_commented_block_is_right,
    ),
    (
        "s_yaml_of_every_source_is_right",
        s_yaml::every_source_is_right,
    ),
    ("s_yaml_mistakes_are_found", s_yaml::every_mistake_is_found),
    (
        "s_yaml_may_have_what_is_not_known",
        s_yaml::what_is_not_known_is_not_refused,
    ),
    (
        "s_yaml_has_4_kb_of_variables",
        s_yaml::the_environment_has_a_size,
    ),
    (
        "s_yaml_comes_before_a_build",
        s_yaml::a_mistake_ends_check_and_build_first,
    ),
    ("s_yaml_is_reported", s_yaml::reports),
];

/// What needs signals and terminals.
#[cfg(unix)]
const ON_UNIX: &[Check] = &[
    ("it_crashes", started::crashes),
    ("a_signal_ends_it_while_it_waits", ended::while_it_waits),
    ("a_signal_ends_it_while_it_starts", ended::while_it_starts),
    ("it_ends_by_itself_and_leaves_nothing", ended::by_itself),
    ("a_kill_is_cleaned_up_by_the_next_run", ended::by_a_kill),
    (
        "a_lock_of_somebody_else_is_not_used",
        shared::lock_of_another,
    ),
    ("a_long_start_is_told", ended::told_that_it_waits),
    ("nothing_acts_on_a_terminal", terminal::nothing_acts),
    ("a_terminal_sees_how_far_it_is", terminal::sees_progress),
];
#[cfg(not(unix))]
const ON_UNIX: &[Check] = &[];

/// What needs a program as it is deployed.
const WHERE_STATIC: &[Check] = &[
    ("the_table_of_an_event_function", projects::event_table),
    ("a_web_function_is_found_out", projects::web_is_found_out),
    ("an_event_that_fails", projects::failing_event),
    ("a_handler_that_panics", projects::handler_panics),
    (
        "a_function_gets_the_variables_of_its_project",
        projects::gets_its_variables,
    ),
    ("a_package_that_is_right", projects::good_package),
];

fn main() -> ExitCode {
    if let Some(mode) = function::mode() {
        return function::serve(&mode);
    }
    let mut arguments = Arguments::from_args();
    // Most of them wait, and hold no processor.
    arguments.test_threads.get_or_insert(4);
    let trial = |(name, check): &Check| {
        let check = *check;
        Trial::test(*name, move || {
            check();
            Ok(())
        })
    };
    let mut trials: Vec<_> = ALWAYS.iter().chain(ON_UNIX).map(trial).collect();
    let of_projects = WHERE_STATIC.iter().map(|check| {
        let kind = if IS_STATIC {
            ""
        } else {
            "needs Linux on x86-64"
        };
        trial(check).with_kind(kind).with_ignored_flag(!IS_STATIC)
    });
    trials.extend(of_projects);
    trials.extend(packages::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
