//! A local Function Compute as its callers see it: the API, HTTP triggers, and what happens to
//! instances.
//!
//! The function is this same program, started again.

#[cfg(target_os = "linux")]
mod addresses;
mod calls;
mod client;
mod clients;
mod doors;
mod function;
mod health;
mod instances;
mod memory;
mod names;
#[path = "../support/function.rs"]
mod program;
mod rest;
mod sessions;
mod timers;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

type Check = (&'static str, fn());

const CHECKS: &[Check] = &[
    ("a_call_returns_the_body", calls::returns_the_body),
    ("a_failure_is_marked", calls::failure_is_marked),
    ("the_end_of_the_log_comes_with_the_call", calls::log_tail),
    ("a_timeout_ends_the_instance", calls::timeout),
    ("an_exit_is_told", calls::exit),
    ("an_exit_in_a_response_is_told", calls::exit_in_a_response),
    ("garbage_is_told", calls::garbage),
    ("a_program_that_does_not_start_is_told", calls::no_start),
    ("a_failed_initializer_is_told", calls::failed_initializer),
    ("events_have_limits", calls::limits),
    ("an_asynchronous_call_is_retried", calls::asynchronous),
    (
        "foreign_hosts_and_pages_are_refused",
        doors::refuses_foreigners,
    ),
    ("other_paths_of_the_api_are_told", doors::other_paths),
    ("http_passes_both_ways", doors::http_passes),
    ("http_is_streamed", doors::http_streams),
    ("http_has_limits", doors::http_limits),
    ("no_http_trigger_names_the_api", doors::no_http_trigger),
    (
        "a_failing_web_function_is_told",
        doors::failing_web_function,
    ),
    ("a_qualifier_is_served_and_told_once", names::qualifier),
    ("each_function_has_an_address", names::addresses),
    #[cfg(target_os = "linux")]
    ("a_function_sees_the_client", addresses::of_clients),
    (
        "a_client_that_sends_too_much_is_told",
        clients::sends_too_much,
    ),
    ("a_client_may_leave_in_an_upload", clients::leaves_an_upload),
    (
        "an_instance_whose_client_left_takes_no_other_call",
        clients::leaves_the_only_call,
    ),
    (
        "what_takes_the_place_of_a_frozen_instance_is_frozen",
        clients::leaves_the_only_call_of_a_frozen_one,
    ),
    ("a_client_may_leave_during_a_start", clients::leaves_a_start),
    (
        "an_instance_with_other_calls_stays_when_a_client_leaves",
        clients::leaves_one_of_several,
    ),
    ("calls_spread_over_instances", instances::spread),
    ("an_idle_instance_is_stopped", rest::idle),
    ("a_frozen_instance_wakes_up_for_a_call", rest::wakes_up),
    ("a_new_instance_starts_frozen", rest::starts_frozen),
    ("a_frozen_instance_does_not_compute", rest::does_not_compute),
    (
        "a_call_is_not_frozen_with_another",
        rest::other_call_goes_on,
    ),
    ("a_frozen_instance_is_stopped", rest::frozen_is_stopped),
    (
        "a_new_program_takes_over_without_a_failed_call",
        instances::takes_over,
    ),
    (
        "a_new_program_that_does_not_start_is_told",
        instances::new_does_not_start,
    ),
    (
        "an_instance_must_be_healthy_to_start",
        health::fails_at_start,
    ),
    ("an_unhealthy_instance_is_replaced", health::fails_later),
    ("an_unhealthy_instance_can_recover", health::recovers),
    ("a_frozen_instance_is_not_checked", health::frozen),
    ("timers_fire", timers::fire),
    ("a_header_keeps_a_session", sessions::by_header),
    ("a_cookie_keeps_a_session", sessions::by_cookie),
    ("a_session_expires", sessions::expires),
    (
        "a_session_outlives_its_instance",
        sessions::outlives_its_instance,
    ),
    ("a_session_has_at_most_200_calls", sessions::is_busy),
    ("mcp_keeps_a_session_by_header", sessions::by_mcp_header),
    ("mcp_keeps_a_session_by_events", sessions::by_mcp_events),
    ("a_memory_limit_is_enforced", memory::is_enforced),
    (
        "a_memory_limit_is_enforced_at_the_start",
        memory::is_enforced_at_the_start,
    ),
    ("a_memory_limit_leaves_nothing", memory::leaves_nothing),
    ("nothing_is_left", instances::nothing_is_left),
    (
        "nothing_is_left_of_an_instance_that_starts_or_stops",
        instances::nothing_is_left_of_a_start,
    ),
    (
        "nothing_is_left_of_a_replacement_that_starts",
        instances::nothing_is_left_of_a_replacement,
    ),
    (
        "a_function_deployed_twice_at_once_is_one",
        instances::deployed_at_once,
    ),
];

fn main() -> ExitCode {
    if let Some(mode) = function::mode() {
        return function::serve(&mode);
    }
    let trials = CHECKS.iter().map(|(name, check)| {
        let ignored = name.contains("frozen") && !cfg!(unix)
            || ["compute", "memory"].iter().any(|word| name.contains(word))
                && !cfg!(target_os = "linux");
        Trial::test(*name, || {
            check();
            Ok(())
        })
        .with_ignored_flag(ignored)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
