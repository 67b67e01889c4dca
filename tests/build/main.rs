//! `cargo fc3 build`, as its user runs it: what it makes, how it chooses, and what it says of the
//! usual mistakes. Accept a changed text with `SNAPSHOTS=overwrite cargo test --test build`.

mod choices;
mod engines;
mod keys;
mod made;
mod mistakes;
mod place;
mod readelf;
#[path = "../support/mod.rs"]
mod support;
mod zips;

use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use support::project::IS_STATIC;

type Check = fn() -> Result<(), Failed>;

/// What needs no build.
const ANYWHERE: [(&str, Check); 4] = [
    ("a_missing_access_key", keys::are_missed),
    ("it_is_run_in_a_project", mistakes::no_project),
    (
        "an_archive_replaces_nothing_else",
        zips::replaces_no_other_file,
    ),
    ("an_old_cargo", mistakes::old_cargo),
];

/// What needs a shell, for the machines that are pretended.
const ON_UNIX: [(&str, Check); 11] = [
    ("a_mac_without_docker", choices::mac_without_docker),
    ("a_mac_with_docker", choices::mac_with_docker),
    ("a_mac_with_zig", choices::mac_with_zig),
    ("an_old_c_library", choices::old_glibc),
    ("docker_when_asked", choices::docker_when_asked),
    ("an_engine_that_leaves_nothing", engines::leaves_nothing),
    (
        "an_engine_that_leaves_a_script",
        engines::leaves_another_program,
    ),
    ("an_engine_without_the_image", engines::lacks_the_image),
    ("an_engine_that_does_not_answer", engines::does_not_answer),
    ("an_engine_that_is_stopped", engines::is_stopped),
    (
        "an_engine_sees_no_crate_outside",
        engines::sees_no_crate_outside,
    ),
];

/// What needs a machine that builds what is deployed.
const WHERE_STATIC: [(&str, Check); 17] = [
    ("an_old_layout", mistakes::old_layout),
    ("it_builds_and_checks", made::is_built_and_checked),
    ("it_is_run_below_the_project_too", made::from_below),
    (
        "it_refuses_what_no_instance_starts",
        made::refuses_what_is_too_new,
    ),
    (
        "it_refuses_a_lock_file_that_is_behind",
        made::refuses_a_lock_file_that_is_behind,
    ),
    (
        "an_archive_is_the_same_each_time",
        zips::is_the_same_each_time,
    ),
    ("rustflags", mistakes::rustflags),
    ("no_docker_and_no_zig", mistakes::no_tools),
    ("no_c_library", mistakes::no_c_library),
    ("no_c_compiler", mistakes::no_c_compiler),
    ("no_rust_for_linux", mistakes::no_standard_library),
    ("no_alias", mistakes::no_alias),
    (
        "a_workspace_that_claims_it",
        mistakes::claimed_by_a_workspace,
    ),
    ("a_member_of_a_workspace", mistakes::member_of_a_workspace),
    ("a_mistake_in_the_handler", mistakes::in_the_handler),
    ("an_engine_that_leaves_a_program", engines::leaves_a_program),
    ("an_engine_at_work_twice", engines::runs_twice_at_once),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(4);
    let trial = |(name, check): (&str, Check), lacking: Option<&str>| {
        let name = lacking.map_or_else(|| name.to_owned(), |lacking| format!("{name} [{lacking}]"));
        Trial::test(name, check).with_ignored_flag(lacking.is_some())
    };
    let mut trials = Vec::new();
    trials.extend(ANYWHERE.map(|check| trial(check, None)));
    trials.extend(ON_UNIX.map(|check| trial(check, (!cfg!(unix)).then_some("needs a shell"))));
    let elsewhere = (!IS_STATIC).then_some("needs Linux on x86-64");
    trials.extend(WHERE_STATIC.map(|check| trial(check, elsewhere)));
    let no_unzip = (!answers("unzip", "-v")).then_some("needs `unzip`");
    let unzipped = (
        "an_archive_is_read_by_unzip",
        zips::is_read_by_unzip as Check,
    );
    trials.push(trial(unzipped, elsewhere.or(no_unzip)));
    let no_readelf = (!answers("readelf", "--version")).then_some("needs `readelf`");
    let read = ("readelf_reads_the_same", readelf::reads_the_same as Check);
    trials.push(trial(read, elsewhere.or(no_readelf)));
    let no_mounts = (!mistakes::can_be_read_only()).then_some("needs the right to mount");
    let read_only = ("a_disk_that_is_read_only", mistakes::read_only as Check);
    trials.push(trial(read_only, elsewhere.or(no_mounts)));
    let no_zig = (!answers("cargo-zigbuild", "--version")).then_some("needs `cargo-zigbuild`");
    trials.push(trial(
        ("by_zig", made::by_zig as Check),
        elsewhere.or(no_zig),
    ));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn answers(program: &str, flag: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(flag).stdin(Stdio::null());
    command.output().is_ok_and(|output| output.status.success())
}
