//! `s deploy` as a newcomer types it: the real Serverless Devs runs the build action of `s.yaml`, and
//! hands the component a package, which is then started and called.
//!
//! The component is a stand-in that keeps what it is given: the real one can be had from its vendor's
//! own registry only. The project lies in a fresh folder and is built from nothing, once for all of
//! these, which takes a minute.

mod build;
mod deployed;
mod dot_env;
mod handed_over;
mod newcomer;
mod reproducible;

use std::sync::Arc;

use crate::support::project::IS_STATIC;
use crate::support::serverless::{Serverless, VERSION};
use libtest_mimic::{Failed, Trial};
use newcomer::Newcomer;

type Check = fn(&Newcomer) -> Result<(), Failed>;

const CHECKS: [(&str, Check); 13] = [
    (
        "hands_over_one_program_that_runs",
        handed_over::one_program_that_runs,
    ),
    (
        "hands_over_what_the_file_says",
        handed_over::what_the_file_says,
    ),
    (
        "takes_another_region_and_another_key",
        handed_over::another_region_and_another_key,
    ),
    (
        "hands_over_an_image_and_builds_nothing",
        handed_over::an_image_and_builds_nothing,
    ),
    ("builds_nothing_again", build::nothing_again),
    ("builds_by_another_command", build::by_another_command),
    (
        "builds_by_docker_as_its_page_says",
        dot_env::builds_by_docker,
    ),
    ("builds_by_zig_as_its_page_says", dot_env::builds_by_zig),
    (
        "stops_when_another_command_fails",
        build::stops_when_another_command_fails,
    ),
    (
        "stops_when_the_handler_does_not_compile",
        build::stops_when_the_handler_does_not_compile,
    ),
    ("stops_at_a_wrong_value", build::stops_at_a_wrong_value),
    (
        "builds_the_same_in_two_folders",
        reproducible::built_in_two_folders,
    ),
    (
        "packs_the_same_in_two_folders",
        reproducible::packed_in_two_folders,
    ),
];

/// The trials of this module.
pub(crate) fn trials() -> Vec<Trial> {
    let missing = format!("it needs Serverless Devs {VERSION}, and Linux on x86-64 with glibc");
    let serverless = Serverless::find().filter(|_| IS_STATIC);
    let newcomer = serverless.map(|found| Arc::new(Newcomer::new(found)));
    if newcomer.is_none() {
        println!("ignored: `s deploy` with its build: {missing}");
    }
    let trials = CHECKS.map(|(name, check)| {
        if let Some(newcomer) = newcomer.clone() {
            return Trial::test(format!("command::{name}"), move || check(&newcomer));
        }
        let missing = missing.clone();
        Trial::test(format!("command::{name} [{missing}]"), || {
            Err(missing.into())
        })
        .with_ignored_flag(true)
    });
    trials.into()
}
