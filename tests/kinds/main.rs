//! Every kind as its user meets it: rendered, formatted, linted, tested, built, started as the
//! platform starts it, and called with its own events.
//!
//! The kinds are found by themselves. One alone: `cargo test --test kinds -- json::`.

mod crates;
mod of_one;
mod running;
mod source;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use cargo_fc3::scaffold::template::Template;
use libtest_mimic::{Arguments, Failed, Trial};
use support::project::{self, Project};

type Check = fn(&Project) -> Result<(), Failed>;

/// How many checks are made at a time: cargo builds one of them, the others wait or run theirs.
const THREADS: usize = 4;

/// What holds for every kind.
const CHECKS: [(&str, Check); 13] = [
    ("is_formatted", source::is_formatted),
    (
        "is_clean_under_pedantic_clippy",
        source::is_clean_under_pedantic_clippy,
    ),
    ("passes_its_own_tests", source::passes_its_own_tests),
    (
        "states_a_true_rust_version",
        source::states_a_true_rust_version,
    ),
    ("compiles_few_crates", crates::compiles_few_crates),
    (
        "locks_what_some_system_compiles",
        crates::locks_what_some_system_compiles,
    ),
    ("deploys_one_static_file", running::deploys_one_static_file),
    (
        "is_built_by_the_command_line_too",
        running::is_built_by_the_command_line_too,
    ),
    ("answers_its_events", running::answers_its_events),
    (
        "is_invoked_by_the_command_line",
        running::is_invoked_by_the_command_line,
    ),
    (
        "replies_when_it_is_deployed",
        running::replies_when_it_is_deployed,
    ),
    (
        "lives_on_after_a_failure",
        running::lives_on_after_a_failure,
    ),
    ("ends_when_it_is_told_to", running::ends_when_it_is_told_to),
];

/// What holds for every kind that has an event type of its own.
const OF_TYPED_KINDS: [(&str, Check); 1] = [(
    "refuses_what_is_no_event",
    running::refuses_what_is_no_event,
)];

/// What holds for one.
const OF_ONE_KIND: [(&str, &str, Check); 6] = [
    (
        "event",
        "compiles_one_crate_after_an_edit",
        crates::compiles_one_crate_after_an_edit,
    ),
    ("event", "is_not_called_by_clients", of_one::is_not_called),
    (
        "event",
        "does_what_a_minimal_flask_function_does",
        of_one::does_what_flask_does,
    ),
    ("event", "takes_any_bytes", of_one::takes_any_bytes),
    (
        "json",
        "tells_the_field_it_could_not_read",
        of_one::tells_the_field_it_could_not_read,
    ),
    ("web", "passes_http_through", of_one::passes_http_through),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let mut trials = Vec::new();
    for kind in project::kinds() {
        let rendered: Arc<OnceLock<Result<Project, String>>> = Arc::default();
        for (name, check) in checks(&kind) {
            let (kind, rendered) = (kind.clone(), Arc::clone(&rendered));
            let trial = Trial::test(format!("{kind}::{name}"), move || {
                let render = || Project::render(&format!("kind-{kind}"), &kind, &[]);
                check(
                    rendered
                        .get_or_init(|| render().map_err(|error| error.to_string()))
                        .as_ref()?,
                )
            });
            let only_static = [
                "deploys_one_static_file",
                "is_built_by_the_command_line_too",
                "is_invoked_by_the_command_line",
            ];
            let is_ignored = only_static.contains(&name) && !project::IS_STATIC;
            trials.push(trial.with_ignored_flag(is_ignored));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The checks that a kind is put to.
fn checks(kind: &str) -> Vec<(&'static str, Check)> {
    let typed = format!("fc3/src/events/{}.rs", kind.replace('-', "_"));
    let typed = Template::embedded().files().contains_key(&typed);
    let of_typed = OF_TYPED_KINDS.into_iter().filter(|_| typed);
    let of_this = OF_ONE_KIND.into_iter().filter(|(of, ..)| *of == kind);
    let of_this = of_this.map(|(_, name, check)| (name, check));
    CHECKS.into_iter().chain(of_typed).chain(of_this).collect()
}
