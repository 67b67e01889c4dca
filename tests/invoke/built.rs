//! Functions that cargo has built: their samples, their requests, their log.

use std::process::Command;

use crate::stage::Ended;
use crate::support::project::{self, Project};

fn run(project: &Project, args: &[&str]) -> Ended {
    let _lock = project::lock(&project.name).expect("a lock");
    let mut command: Command = project.command(&[&["invoke"], args].concat());
    Ended::from(command.env("NO_COLOR", "1").output().expect("the CLI runs"))
}

#[test]
fn an_event_function_is_built_and_called() {
    let project = Project::render("invoke-json", "json", &[]).expect("a project");
    let ended = run(&project, &["--set", "name=5"]);
    assert_eq!(ended.reply(), r#"{"message":"Hello, 5!","visit":1}"#);
    let mut from = 0;
    for wanted in [
        "listening on port",
        "FC Initialize Start RequestId: ",
        "FC Initialize End RequestId: ",
        "FC Invoke Start RequestId: ",
        "[INFO] greeting 5",
        "FC Invoke End RequestId: ",
        "FC PreStop Start RequestId: ",
        "stopping after 1 visitors",
    ] {
        let at = ended.stderr[from..].find(wanted);
        from += at.unwrap_or_else(|| panic!("no `{wanted}` after the {from}th byte: {ended:?}"));
    }

    let ended = run(&project, &["-e", r#"{"name": 5}"#]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let error =
        "error: the function failed: EventError: invalid type: integer `5`, expected a string";
    assert!(ended.stderr.contains(error), "{ended:?}");
}

#[test]
fn a_web_function_is_built_and_called() {
    let project = Project::render("invoke-web", "web", &[]).expect("a project");
    assert_eq!(
        run(&project, &[]).reply(),
        "Hello from Rust on Function Compute\n"
    );
    let greeted = run(&project, &["--get", "/hello/Ferris", "--json"]).json();
    assert_eq!(greeted["http"]["status"], 200);
    let reply: serde_json::Value =
        serde_json::from_str(greeted["reply"].as_str().expect("a text")).expect("JSON");
    assert_eq!(reply["message"], "Hello, Ferris!");
    assert_eq!(reply["id"], greeted["request_id"]);
    assert_eq!(
        run(&project, &["--sample", "invoke"]).reply(),
        r#"{"received":{"hello":"world"}}"#
    );
}
