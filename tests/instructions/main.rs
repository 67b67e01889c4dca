//! What people and assistants are told to type works: the last lines of `new`, the pages of a project,
//! and what its editor runs.

mod changes;
mod commands;
mod copies;
mod editor;
mod invoke;
mod place;
#[path = "../support/mod.rs"]
mod support;
mod workspace;

use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use support::project::IS_STATIC;

type Check = fn() -> Result<(), Failed>;

const CHECKS: [(&str, &[&str], Check); 13] = [
    ("the_next_steps_work", &["sh", "curl"], commands::next_steps),
    (
        "the_commands_of_the_read_me_work",
        &["sh", "curl"],
        commands::of_the_read_me,
    ),
    (
        "the_commands_for_assistants_work",
        &["sh", "curl"],
        commands::for_assistants,
    ),
    (
        "a_script_sees_that_a_deployed_function_failed",
        &["sh", "awk"],
        invoke::in_a_script,
    ),
    ("the_tasks_of_the_editor_run", &["sh"], editor::tasks_run),
    (
        "the_editor_debugs_what_its_tasks_build",
        &["sh"],
        editor::debugs_what_tasks_build,
    ),
    (
        "a_dependency_is_added_by_hand",
        &[],
        changes::dependency_by_hand,
    ),
    (
        "a_dependency_is_added_by_cargo",
        &[],
        changes::dependency_by_cargo,
    ),
    ("a_second_trigger_is_one_word", &[], changes::second_trigger),
    ("tests_of_ones_own_need_a_library", &[], changes::own_tests),
    (
        "copies_do_not_share_a_program",
        &[],
        copies::each_has_its_program,
    ),
    (
        "two_functions_share_a_runtime",
        &[],
        workspace::two_functions,
    ),
    (
        "a_function_lives_in_an_existing_workspace",
        &["sh"],
        workspace::in_an_existing_one,
    ),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);
    let trials = CHECKS.map(|(name, tools, check)| {
        let missing = tools.iter().find(|tool| !answers(tool)).copied();
        let missing = missing.or((!IS_STATIC).then_some("Linux on x86-64"));
        let name = missing.map_or_else(|| name.to_owned(), |tool| format!("{name} [needs {tool}]"));
        Trial::test(name, check).with_ignored_flag(missing.is_some())
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null());
    command.output().is_ok()
}
