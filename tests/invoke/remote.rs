//! `--remote`: the deployed function, here in a Function Compute on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use cargo_fc3::emulator::Emulator;
use cargo_fc3::package::{File, archive};
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::support::serverless::Serverless;

/// A project, and its function where it is deployed.
fn deployed() -> (Stage, Emulator) {
    let stage = Stage::new("event");
    let emulator = Emulator::start().expect("a free port");
    let bootstrap = File {
        bytes: fs::read(Stage::function()).expect("a program"),
        executable: true,
    };
    let package = archive(&BTreeMap::from([("bootstrap".to_owned(), bootstrap)]));
    let config = json!({ "environmentVariables": { "A": "there" } });
    let package = package.expect("an archive");
    emulator
        .deploy("hello", &config, &package)
        .expect("deployed");
    (stage, emulator)
}

fn invoke(stage: &Stage, emulator: &Emulator, args: &[&str]) -> Output {
    with(stage, emulator, args, &[])
}

/// Runs `invoke --remote` with the variables of the emulator, and then with others.
fn with(stage: &Stage, emulator: &Emulator, args: &[&str], more: &[(&str, &str)]) -> Output {
    let mut command = stage.command(&[&["--remote"], args].concat());
    command.env("HOME", stage.dir());
    command.envs(emulator.environment());
    command.envs(more.iter().copied());
    command.output().expect("the CLI runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_deployed_function_is_called() {
    let (stage, emulator) = deployed();
    let said = invoke(&stage, &emulator, &["-e", "variable A"]);
    assert_eq!(text(&said.stdout), "there", "{}", text(&said.stderr));
    assert!(text(&said.stderr).contains("on stdout"), "the log is shown");
    let said = invoke(&stage, &emulator, &["-e", "x", "--json"]);
    let document: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(document["ran_by"], "remote");
    assert_eq!(document["reply"], "x");
    let said = invoke(&stage, &emulator, &["-e", "x", "--async"]);
    assert!(
        text(&said.stderr).contains("Queued"),
        "{}",
        text(&said.stderr)
    );
    assert!(said.status.success());
}

#[test]
fn a_version_or_an_alias_is_called() {
    let (stage, emulator) = deployed();
    emulator
        .call("POST", "functions/hello/versions", &Value::Null)
        .expect("a version");
    let changed = json!({ "environmentVariables": { "A": "newer" } });
    emulator
        .call("PUT", "functions/hello", &changed)
        .expect("deployed");
    let said = invoke(&stage, &emulator, &["-e", "variable A", "--qualifier", "1"]);
    assert_eq!(text(&said.stdout), "there");
    let said = invoke(&stage, &emulator, &["-e", "variable A"]);
    assert_eq!(text(&said.stdout), "newer");
    let said = invoke(&stage, &emulator, &["-e", "x", "--qualifier", "none"]);
    assert_eq!(said.status.code(), Some(1));
    let words = text(&said.stderr);
    assert!(
        words.contains("AliasNotFound") && words.contains("request id"),
        "{words}"
    );
}

/// A secret that nothing prints.
const SECRET: &str = "a-wrong-secret";

#[test]
fn failures_have_their_exit_codes() {
    let (stage, emulator) = deployed();
    let failed = invoke(&stage, &emulator, &["-e", "fail"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stderr).contains("OrderError: no such order"));

    let wrong = with(
        &stage,
        &emulator,
        &["-e", "x"],
        &[("AccessKeySecret", SECRET)],
    );
    assert_eq!(wrong.status.code(), Some(1));
    let words = text(&wrong.stderr);
    assert!(
        words.contains("SignatureNotMatch") && words.contains("secret"),
        "{words}"
    );
    assert!(!words.contains(SECRET), "{words}");

    let nobody = [("FC_CLIENT_CUSTOM_ENDPOINT", "http://127.0.0.1:1")];
    let nobody = with(&stage, &emulator, &["-e", "x"], &nobody);
    assert_eq!(nobody.status.code(), Some(3), "{}", text(&nobody.stderr));
    let open = [("FC_CLIENT_CUSTOM_ENDPOINT", "http://fc.example")];
    let open = with(&stage, &emulator, &["-e", "x"], &open);
    assert_eq!(open.status.code(), Some(2));
    assert!(text(&open.stderr).contains("is not encrypted"));

    let mut keyless = stage.command(&["--remote", "-e", "x"]);
    keyless.env("HOME", stage.dir());
    for (name, _) in emulator.environment() {
        keyless.env_remove(name);
    }
    let keyless = keyless.output().expect("the CLI runs");
    assert_eq!(keyless.status.code(), Some(2));
    let words = text(&keyless.stderr);
    assert!(
        words.contains("there is no access key") && words.contains("s config add"),
        "{words}"
    );
}

#[test]
fn a_flag_of_remote_needs_it() {
    let stage = Stage::new("event");
    let mut command = stage.command(&["--qualifier", "1"]);
    let said = command.output().expect("the CLI runs");
    assert_eq!(said.status.code(), Some(2));
    assert!(
        text(&said.stderr).contains("--remote"),
        "{}",
        text(&said.stderr)
    );
}

#[test]
fn a_request_is_no_event() {
    let (_, emulator) = deployed();
    let web = Stage::new("web");
    let said = invoke(&web, &emulator, &[]);
    assert_eq!(said.status.code(), Some(2));
    assert!(
        text(&said.stderr).contains("`--remote` sends events"),
        "{}",
        text(&said.stderr)
    );
}

/// A profile as Serverless Devs itself writes it.
#[test]
fn a_profile_of_serverless_devs_is_used() {
    let Some(serverless) = Serverless::find() else {
        println!("ignored: a profile of Serverless Devs, which is not here");
        return;
    };
    let (stage, emulator) = deployed();
    let home = tempfile::tempdir().expect("a folder");
    let key = &emulator.account().key;
    let mut add = serverless.command(home.path(), home.path());
    add.args(["config", "add", "-a", "work", "-f"]);
    add.args(["--AccessKeyID", &key.id, "--AccessKeySecret", &key.secret]);
    add.args(["--AccountID", &emulator.account().id]);
    let added = add.output().expect("it runs");
    assert!(added.status.success(), "{}", text(&added.stdout));
    let call = |home: &Path, alias: &str| {
        let mut command = stage.command(&["--remote", "-e", "x", "-a", alias]);
        command.env("serverless_devs_config_home", home);
        command.env("FC_CLIENT_CUSTOM_ENDPOINT", emulator.base_url());
        command.output().expect("the CLI runs")
    };
    let said = call(home.path(), "work");
    assert_eq!(text(&said.stdout), "x", "{}", text(&said.stderr));
    let said = call(home.path(), "other");
    assert_eq!(said.status.code(), Some(2));
    assert!(
        text(&said.stderr).contains("has no profile `other`"),
        "{}",
        text(&said.stderr)
    );
    let mut command = stage.command(&["--remote", "-e", "x", "-a", "json"]);
    let json = json!({
        "AccountID": "1",
        "AccessKeyID": key.id,
        "AccessKeySecret": key.secret,
    });
    command.env("json_serverless_devs_key", json.to_string());
    command.env("FC_CLIENT_CUSTOM_ENDPOINT", emulator.base_url());
    let said = command.output().expect("the CLI runs");
    assert_eq!(text(&said.stdout), "x", "{}", text(&said.stderr));
}
