//! `--memory-limit`: an instance that uses more than `memorySize` ends, by the way that this machine
//! has.

use std::process::Command;

use serde_json::json;
use walkdir::WalkDir;

use crate::Check;
use crate::dev::{Dev, send_signal};
use crate::stage::{S_YAML, Stage};

pub(crate) const CHECKS: &[Check] = &[
    ("an_instance_that_reaches_its_limit", reaches),
    ("its_author_is_told_what_to_do", told),
    ("what_a_killed_one_left_is_removed", killed),
    ("memory_is_free_without_the_flag", free),
];

/// A project with a limit of 256 MB.
fn limited() -> Stage {
    let stage = Stage::new();
    stage.write(
        "s.yaml",
        &S_YAML.replace("timeout: 60", "timeout: 60\n      memorySize: 256"),
    );
    stage
}

/// Whether this machine has control groups for `dev`, as it says itself.
fn has_groups(dev: &mut Dev) -> bool {
    let way = dev.event("memory_limit")["way"].clone();
    assert!(way == "control_group" || way == "resource_limit", "{way}");
    way == "control_group"
}

/// The number of control groups of an instance.
fn groups(instance: &str) -> usize {
    let all = WalkDir::new("/sys/fs/cgroup").into_iter().flatten();
    let own = all.filter(|entry| entry.file_name().to_string_lossy().contains(instance));
    own.count()
}

fn reaches() {
    let stage = limited();
    let mut dev = stage.start(&["--memory-limit"]);
    let has_groups = has_groups(&mut dev);
    dev.serving();
    let first = dev.told("pid");
    let instance = dev.event("started")["instance"].clone();
    let instance = instance.as_str().expect("an id");
    assert_eq!(groups(instance), usize::from(has_groups));
    assert_eq!(dev.told("allocate 100"), "104857600");
    // Nothing of the shell that set the limit.
    assert_eq!(dev.told("variable PWD"), "");
    let answer = dev.call("allocate 1000");
    assert_eq!(answer.status, 200, "{answer}");
    let error_type = answer.headers.get("x-fc-error-type");
    assert_eq!(error_type, Some("UnhandledInvocationError"), "{answer}");
    let expected = "Process exited unexpectedly before completing request (out of memory: the limit \
                    is 256 MB; raise `memorySize` in `s.yaml`, or use less)";
    let body = answer.json().expect("JSON");
    let message = body["errorMessage"].as_str().expect("a text");
    assert!(message.starts_with(expected), "{message}");
    let stopped = dev.event("stopped");
    assert_eq!(stopped["why"], "out_of_memory", "{stopped}");
    assert_ne!(dev.told("pid"), first);
    dev.wait_for("its group", || (groups(instance) == 0).then_some(()));
    // Another limit is an edit like any other.
    stage.write(
        "s.yaml",
        &S_YAML.replace("timeout: 60", "timeout: 60\n      memorySize: 2048"),
    );
    dev.wait_for("the new limit", || {
        let answer = dev.call("allocate 1000");
        (answer.headers.get("x-fc-error-type").is_none()).then_some(())
    });
    let ended = dev.end("INT");
    let started = ended
        .events
        .iter()
        .filter(|event| event["event"] == "started");
    for started in started {
        assert_eq!(groups(started["instance"].as_str().expect("an id")), 0);
    }
}

fn told() {
    let stage = limited();
    let mut dev = Dev::start(&mut stage.command(&["--memory-limit"]), &stage.dir());
    let way = dev.line("Limiting");
    let ways = [
        "Limiting the memory of each instance to its `memorySize`, with a control group",
        "Limiting the memory of each process to `memorySize`, with a resource limit, because control \
         groups are not writable here; reserved memory counts too",
    ];
    assert!(ways.contains(&&*way), "{way}");
    dev.line("Serving");
    let address = dev.wait_for("its address", || stage.announced());
    let mut invoke = Command::new(crate::support::scratch::CLI);
    invoke
        .args(["invoke", "-e", "allocate 1000"])
        .current_dir(stage.dir());
    let output = invoke.output().expect("the CLI runs");
    assert_eq!(output.status.code(), Some(1), "{address}: {output:?}");
    let stopped = dev.line("Stopped");
    let expected = "Stopped an instance that reached its memory limit of 256 MB: raise `memorySize` in \
                    `s.yaml`, or use less memory";
    assert_eq!(stopped, expected);
    // A killed one would leave its last group.
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

fn killed() {
    let stage = limited();
    let mut dev = stage.start(&["--memory-limit"]);
    let has_groups = has_groups(&mut dev);
    dev.serving();
    dev.told("child");
    let instance = dev.event("started")["instance"].clone();
    let instance = instance.as_str().expect("an id");
    send_signal("KILL", dev.id());
    dev.ended();
    assert_eq!(groups(instance), usize::from(has_groups));
    let dev = stage.serve(&[]);
    assert_eq!(groups(instance), 0);
    assert_eq!(dev.told("which"), "one");
}

fn free() {
    let stage = limited();
    let dev = stage.serve(&[]);
    let limits = dev
        .events()
        .into_iter()
        .find(|event| event["event"] == "memory_limit");
    assert_eq!(limits, None);
    assert_eq!(
        dev.told("allocate 300"),
        json!(300 * 1024 * 1024).to_string()
    );
}
