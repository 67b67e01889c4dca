//! A cargo workspace with two projects, and calls of several functions.

use std::fs;
use std::process::Output;

use cargo_fc3::emulator::Request;
use serde_json::Value;

use crate::dev::Dev;
use crate::stage::{S_YAML, Stage, handler};

const ROOT: &str =
    "[workspace]\nmembers = [\"first\", \"second\", \"shared\", \"tool\"]\nresolver = \"3\"\n";

/// Another resource of an `s.yaml`, which runs the same program.
pub(crate) const OTHER: &str = "  other:
    component: fc3
    props:
      region: cn-hangzhou
      functionName: other
      runtime: custom.debian11
      code: ./target/fc/bin
      environmentVariables:
        GREETING: bye
";

fn manifest(name: &str) -> String {
    format!(
        "[package]\nname = {name:?}\nedition = \"2024\"\n[[bin]]\nname = \"bootstrap\"\npath = \
         \"src/main.rs\"\n[dependencies]\nshared = {{ path = \"../shared\" }}\n"
    )
}

pub(crate) fn s_yaml(name: &str) -> String {
    S_YAML.replace("functionName: hello", &format!("functionName: {name}"))
}

fn trigger(name: &str, kind: &str, config: &str) -> String {
    format!(
        "      triggers:\n        - triggerName: {name}\n          triggerType: {kind}\n          \
         triggerConfig: {{ {config} }}\n"
    )
}

/// Two functions, of which the second is a web function, a library that both use, and a program that
/// is not deployed by itself.
pub(crate) fn workspace() -> Stage {
    let stage = Stage::empty();
    let timer = trigger(
        "nightly",
        "timer",
        "cronExpression: '0 0 4 * * *', enable: true",
    );
    let http = trigger("http", "http", "methods: [GET], authType: anonymous");
    stage.write("Cargo.toml", ROOT);
    stage.add("first", &manifest("first"), &(s_yaml("first") + &timer));
    stage.add("second", &manifest("second"), &(s_yaml("second") + &http));
    stage.write("second/src/handler.rs", &handler("two"));
    let package = |name: &str| format!("[package]\nname = {name:?}\nedition = \"2024\"\n");
    stage.write("shared/Cargo.toml", &package("shared"));
    stage.write("shared/src/lib.rs", "pub const SHARED: &str = \"a\";\n");
    stage.write("tool/Cargo.toml", &package("tool"));
    stage.write("tool/src/bin/bootstrap.rs", "fn main() { unused(); }\n");
    stage.write("tool/fc3.toml", "");
    stage.write("tool/s.yaml", "edition: 3.0.0\nname: tool\nresources:\n");
    for folder in ["first", "second"] {
        // It has to be used to be an input.
        let main = format!("{folder}/src/main.rs");
        let text = fs::read_to_string(stage.dir().join(&main)).expect("a file");
        let used = "#[used]\nstatic SHARED: &str = shared::SHARED;\n";
        stage.write(&main, &format!("{text}\n{used}"));
    }
    stage
}

/// Starts `dev` in a directory below the stage.
pub(crate) fn start(stage: &Stage, folder: &str, args: &[&str]) -> Dev {
    let mut command = stage.command(&[&["--json"], args].concat());
    Dev::start(command.current_dir(stage.dir().join(folder)), &stage.dir())
}

/// The same, once it serves this number of functions.
pub(crate) fn serve(stage: &Stage, folder: &str, count: usize) -> (Dev, Vec<Value>) {
    let mut dev = start(stage, folder, &[]);
    dev.serving();
    dev.wait_for("all functions", || {
        (dev.count("serving") == count).then_some(())
    });
    let served = dev.events().into_iter();
    let served = served.filter(|event| event["event"] == "serving").collect();
    (dev, served)
}

/// A call of a function by the API.
pub(crate) fn request(function: &str, event: &str) -> Request {
    let path = format!("/2023-03-30/functions/{function}/invocations");
    let request = Request::new("POST", path).with("Host", "localhost");
    request.body(event)
}

/// What a function returns.
pub(crate) fn told(dev: &Dev, function: &str, event: &str) -> String {
    let answer = dev.send(&request(function, event));
    assert_eq!(answer.headers.get("x-fc-error-type"), None, "{answer}");
    assert_eq!(answer.status, 200, "{answer}");
    answer.text()
}

/// Waits until a function returns this.
pub(crate) fn tells(dev: &Dev, function: &str, event: &str, expected: &str) {
    dev.wait_for(expected, || {
        (told(dev, function, event) == expected).then_some(())
    });
}

/// The projects of which there was this event since an earlier number of events.
pub(crate) fn projects(dev: &Dev, kind: &str, since: usize) -> Vec<Value> {
    let events = dev.events().into_iter().skip(since);
    let events = events.filter(|event| event["event"] == kind);
    events.map(|event| event["project"].clone()).collect()
}

/// Waits until a function that is new returns this for the event `which`.
pub(crate) fn tells_soon(dev: &Dev, function: &str, which: &str) {
    dev.wait_for(function, || {
        let answer = dev.send(&request(function, "which"));
        (answer.status == 200 && answer.text() == which).then_some(())
    });
}

/// Calls a function by the command line, in a directory below the stage.
pub(crate) fn invoke(stage: &Stage, folder: &str, args: &[&str]) -> Output {
    let mut command = stage.command_of("invoke");
    command.args(args).current_dir(stage.dir().join(folder));
    command.output().expect("the CLI runs")
}
