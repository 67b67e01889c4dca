//! `--credentials`: the function gets them, and nobody else.

use std::fs;
use std::process::Command;

use cargo_fc3::emulator::{Connection, Request};

use crate::Check;
use crate::dev::{Dev, LIMIT};
use crate::stage::Stage;

pub(crate) const CHECKS: &[Check] = &[
    ("the_function_gets_those_of_the_environment", environment),
    ("the_function_gets_those_of_a_profile", profile),
    ("a_long_lived_key_is_warned_about", long_lived),
    ("without_the_flag_there_are_none", none),
    ("what_is_missing_is_told", missing),
];

const ID: &str = "sts.id-0b61c5";
const SECRET: &str = "secret-93f2aa";
const TOKEN: &str = "token-5d1e77";

/// The variables, of which the last may be missing.
const VARIABLES: [(&str, &str); 3] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", ID),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET),
    ("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN),
];

/// The names of the headers, in the same order.
const HEADERS: [&str; 3] = [
    "x-fc-access-key-id",
    "x-fc-access-key-secret",
    "x-fc-security-token",
];

/// The number of calls of a check.
const CALLS: usize = 8;

fn config(stage: &Stage, mode: &str) {
    let profile = format!(
        r#"{{ "name": "work", "mode": "{mode}", "access_key_id": "{ID}", "access_key_secret": "{SECRET}", "sts_token": "{TOKEN}" }}"#
    );
    let config = format!(r#"{{ "current": "work", "profiles": [{profile}] }}"#);
    stage.write("home/.aliyun/config.json", &config);
}

fn assert_no_secret(text: &str, what: &str) {
    for secret in [ID, SECRET, TOKEN] {
        assert!(!text.contains(secret), "{what} has `{secret}`:\n{text}");
    }
}

/// All that the page of the console gets, to the last call.
fn feed(dev: &Dev, token: &str) -> String {
    let request = |path: &str| {
        Request::new("GET", format!("/_fc3/{path}"))
            .with("Host", dev.address().to_string())
            .with("Fc3-Token", token)
    };
    let told = dev.send(&request("state")).text();
    let mut connection = Connection::open(dev.address()).expect("it listens");
    let events = request("events").with("Last-Event-ID", "0");
    connection
        .send(&events.to_bytes(), LIMIT)
        .expect("it reads");
    connection.answer_head(LIMIT).expect("a response");
    let mut answer = String::new();
    while answer.matches("\"invoked\"").count() < CALLS {
        let chunk = connection.chunk(LIMIT).expect("the feed goes on");
        answer.push_str(&String::from_utf8_lossy(&chunk));
    }
    told + &answer
}

/// Starts `dev` by a command, and checks what the function gets, and that nobody else gets it.
fn check(stage: &Stage, command: &mut Command, expected: [&str; 3]) -> Dev {
    let mut dev = Dev::start(command, &stage.dir());
    let (_, token) = dev.console();
    dev.serving();
    let head = dev.told("head");
    for (name, value) in HEADERS.iter().zip(expected) {
        let line = format!("\n{name}: {value}\r\n");
        assert!(head.contains(&line), "{name}: {value}\n{head}");
    }
    for ((name, _), value) in VARIABLES.iter().zip(expected) {
        assert_eq!(dev.told(&format!("variable {name}")), value, "{name}");
    }
    // Whatever goes wrong.
    for event in ["fail", "garbage", "exit"] {
        dev.call(event);
    }
    assert_eq!(dev.told("which"), "one");
    assert_no_secret(&feed(&dev, &token), "the console");
    for file in ["fc3-dev.json", "fc3-dev.lock"] {
        let text = fs::read_to_string(stage.dir().join("target").join(file)).unwrap_or_default();
        assert_no_secret(&text, file);
    }
    dev
}

/// Ends it, and checks all that it has printed.
fn end(dev: Dev) -> (String, String) {
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let (events, lines) = (format!("{:?}", ended.events), ended.lines.join("\n"));
    assert!(events.contains("\"invoked\""), "{events}");
    assert_no_secret(&events, "stdout");
    assert_no_secret(&lines, "stderr");
    (events, lines)
}

fn environment() {
    let stage = Stage::new();
    let mut command = stage.command(&["--json", "--credentials"]);
    let dev = check(&stage, command.envs(VARIABLES), [ID, SECRET, TOKEN]);
    let (_, lines) = end(dev);
    assert!(!lines.contains("warning"), "{lines}");
    // What a person reads.
    let mut command = stage.command(&["--credentials"]);
    let mut dev = Dev::start(command.envs(VARIABLES), &stage.dir());
    let line = dev.line("Passing");
    assert_eq!(
        line,
        "Passing the credentials of the environment to the functions"
    );
    dev.line("Serving");
    let address = dev.wait_for("its address", || stage.announced());
    let mut connection = Connection::open(address).expect("it listens");
    let answer = connection
        .call(&crate::dev::request("head"), LIMIT)
        .expect("a reply");
    assert!(answer.text().contains(SECRET), "{answer}");
    dev.line("Called");
    let ended = dev.end("INT");
    assert_no_secret(&ended.lines.join("\n"), "stderr");
}

fn profile() {
    let stage = Stage::new();
    config(&stage, "StsToken");
    let mut command = stage.command(&["--json", "--credentials", "work"]);
    command.env("HOME", stage.dir().join("home"));
    let dev = check(&stage, &mut command, [ID, SECRET, TOKEN]);
    let told = dev
        .events()
        .into_iter()
        .find(|event| event["event"] == "credentials");
    let told = told.expect("it says so");
    assert_eq!(
        (&told["profile"], &told["temporary"]),
        (&"work".into(), &true.into())
    );
    end(dev);
}

fn long_lived() {
    const WARNING: &str = "warning: these credentials have no security token, so the function gets a \
                           long-lived AccessKey; ";
    let stage = Stage::new();
    let mut command = stage.command(&["--json", "--credentials"]);
    let mut dev = check(
        &stage,
        command.envs(VARIABLES[..2].iter().copied()),
        [ID, SECRET, ""],
    );
    assert!(dev.line("warning").starts_with(WARNING));
    end(dev);
    config(&stage, "AK");
    let mut command = stage.command(&["--json", "--credentials", "work"]);
    command.env("HOME", stage.dir().join("home"));
    let mut dev = check(&stage, &mut command, [ID, SECRET, ""]);
    assert!(dev.line("warning").starts_with(WARNING));
    end(dev);
}

fn none() {
    let stage = Stage::new();
    config(&stage, "StsToken");
    let mut command = stage.command(&["--json"]);
    command
        .envs(VARIABLES)
        .env("HOME", stage.dir().join("home"));
    end(check(&stage, &mut command, ["", "", ""]));
}

/// What it says of a mistake: the error, and what to do.
fn told(command: &mut Command, stage: &Stage) -> [String; 2] {
    let ended = Dev::start(command, &stage.dir()).ended();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_no_secret(&ended.lines.join("\n"), "stderr");
    let lines: Vec<_> = ended.lines;
    lines.try_into().expect("an error and a hint")
}

fn missing() {
    let stage = Stage::new();
    let home = stage.dir().join("home");
    let file = home.join(".aliyun/config.json");
    for (missing, _) in &VARIABLES[..2] {
        let mut command = stage.command(&["--credentials"]);
        command.envs(VARIABLES).env_remove(missing);
        let [error, hint] = told(&mut command, &stage);
        assert_eq!(error, format!("error: `{missing}` is not set"));
        assert_eq!(
            hint,
            "hint: set `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and \
             `ALIBABA_CLOUD_SECURITY_TOKEN`, or name a profile of `~/.aliyun/config.json` with \
             `--credentials NAME`"
        );
    }
    let profile = |name: &str| {
        let mut command = stage.command(&["--credentials", name]);
        told(command.env("HOME", &home), &stage)
    };
    let [error, hint] = profile("work");
    assert!(
        error.starts_with(&format!("error: cannot read `{}`: ", file.display())),
        "{error}"
    );
    assert_eq!(
        hint,
        "hint: create it with `aliyun configure --mode StsToken --profile work`"
    );
    config(&stage, "StsToken");
    let [error, hint] = profile("other");
    assert_eq!(
        error,
        format!("error: `{}` has no profile `other`", file.display())
    );
    assert_eq!(hint, "hint: pass one of its profiles: `work`");
    config(&stage, "CloudSSO");
    let [error, _] = profile("work");
    assert_eq!(
        error,
        "error: the profile `work` has the mode `CloudSSO`, which `dev` cannot use"
    );
    config(&stage, "StsToken\", \"sts_token\": 5, \"x\": \"");
    let [error, _] = profile("work");
    assert!(
        error.ends_with(": not a configuration of the Alibaba Cloud CLI"),
        "{error}"
    );
    // Not a header.
    let mut command = stage.command(&["--credentials"]);
    command.envs(VARIABLES).env(
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        format!("{TOKEN}\nx-other: 1"),
    );
    let [error, _] = told(&mut command, &stage);
    assert_eq!(
        error,
        "error: the security token of the environment has a character that no header can have"
    );
}
