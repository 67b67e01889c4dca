//! Programs of projects, as they are deployed.

use std::fs;
use std::path::Path;

use crate::run::{Said, check_in, scratch};
use crate::support::project::Project;
use crate::zip;

/// Where a project's program lies.
const PROGRAM: &str = "target/fc/bin/bootstrap";

/// A handler that has a bug, and needs variables.
const PANICS: &str = r#"
use fc3::{Bytes, Context, Function, Result};

pub struct Handler;

impl Function for Handler {
    type Event = Bytes;
    type Reply = Bytes;

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    async fn handle(&self, _event: Bytes, _cx: &Context) -> Result<Bytes> {
        let variables = ["TABLE", "DB_URL", "SECRET", "BUILD"].map(|name| std::env::var(name).ok());
        panic!("no such thing: {variables:?}")
    }
}
"#;

/// How it is deployed: one of its variables comes from `.env`, and one from nowhere.
const DEPLOYMENT: &str = r"
edition: 3.0.0
name: panics
access: default
vars:
  stage: ${env('STAGE', 'test')}
resources:
  function:
    component: fc3@
    props:
      region: cn-hangzhou
      functionName: panics
      runtime: custom.debian12
      code: ./target/fc/bin
      handler: index.handler
      cpu: 0.35
      memorySize: 512
      diskSize: 512
      timeout: 60
      customRuntimeConfig:
        command:
          - /code/bootstrap
        port: 9000
      environmentVariables:
        TABLE: ${vars.stage}-table
        DB_URL: ${env('DATABASE')}
        SECRET: ${env('CARGO_FC3_TEST_SECRET')}
";

/// The file beside it. The function gets no variable that is for the build.
const DOT_ENV: &str = "DATABASE='db://x'\nBUILD=cargo fc3 build\nUNUSED=1\n";

fn panicking() -> Project {
    let files = [
        ("src/handler.rs", PANICS),
        ("s.yaml", DEPLOYMENT),
        (".env", DOT_ENV),
    ];
    Project::render("check-panics", "event", &files).expect("a project")
}

fn built(kind: &str) -> Project {
    let project = Project::render(&format!("kind-{kind}"), kind, &[]).expect("a project");
    project.build().expect("a program");
    project
}

fn check(dir: &Path, more: &[&str]) -> Said {
    check_in(dir, &[&["--cmd", PROGRAM, "--idle", "1"], more].concat())
}

pub(crate) fn event_table() {
    let project = built("event");
    let rules = [
        "listen-on-server-port",
        "keep-alive",
        "idle-connection",
        "slow-head",
        "panic-isolated",
        "error-told",
        "web-answers",
        "client-of-event-function",
        "sigterm-exits",
    ];
    let rules = rules.map(|rule| ["--rule", rule]).concat();
    let said = check(
        &project.dir,
        &[&["--event", "events/invoke.json"], &rules[..]].concat(),
    );
    said.is(1, "event", &[]);
}

/// It takes events too, and is what clients call all the same.
pub(crate) fn web_is_found_out() {
    let project = built("web");
    let rules = ["--rule", "keep-alive", "--rule", "client-of-event-function"];
    check(&project.dir, &rules).is(1, "web-project", &[]);
}

pub(crate) fn failing_event() {
    let project = built("json");
    let rules = ["--rule", "error-marked", "--rule", "error-told"];
    let event = ["--event", "events/invoke.json", "--json"];
    let failing = ["--failing-event", "fc3.toml"];
    let of = |outcome: &str| {
        ["error-marked", "error-told"].map(|rule| (rule.to_owned(), outcome.to_owned()))
    };
    let said = check(&project.dir, &[&event[..], &rules].concat());
    assert_eq!(said.outcomes(), of("not-checked"));
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    let told = "error: `error-marked` was not checked: ";
    assert!(said.stderr.starts_with(told), "{}", said.stderr);
    let said = check(&project.dir, &[&event[..], &failing, &rules].concat());
    assert_eq!(
        (said.outcomes(), said.code),
        (of("passed").to_vec(), Some(0))
    );
    // An event that it answers with success is none that it fails.
    let wrong = ["--failing-event", "events/invoke.json"];
    let said = check(&project.dir, &[&event[..], &wrong, &rules].concat());
    assert_eq!(said.outcomes(), of("failed"));
}

/// Its author is told where to look, before any probe is built.
pub(crate) fn handler_panics() {
    let project = panicking();
    let error = project.fc3(&["check"]).expect_err("it fails the event");
    let said = error.to_string();
    assert!(said.contains("exit status: 1\n"), "{said}");
    let (_, told) = said
        .split_once("\nerror: ")
        .unwrap_or_else(|| panic!("{said}"));
    assert!(
        told.starts_with("the function does not accept the event `events/invoke.json`: ")
            && told.contains("no such thing")
            && told.contains(
                "\nhint: fix `src/handler.rs`; the response and the log are shown above. Or pass"
            ),
        "{told}"
    );
    let probe = project.dir.join("target/fc3-probe");
    assert!(!probe.exists(), "a probe was made");
}

/// It gets the variables that the deployed function gets, and its author is told which have no value
/// before anything is built.
pub(crate) fn gets_its_variables() {
    let project = panicking();
    let missing = "`s.yaml` sets `SECRET` to `${env('CARGO_FC3_TEST_SECRET')}`, which has no value \
                   here: pass `--env SECRET=VALUE`\n";
    let error = project.fc3(&["check"]).expect_err("it fails the event");
    let said = error.to_string();
    let [local, first, last] = hints(&said)[..] else {
        panic!("other hints: {said}");
    };
    assert!(local.starts_with("only `.env` sets `UNUSED`: "), "{said}");
    assert_eq!(first, missing);
    assert!(last.ends_with(missing), "{said}");
    let got = r#"[Some("test-table"), Some("db://x"), None, None]"#;
    assert!(said.contains(got), "{said}");

    let error = project.fc3(&["check", "--env", "SECRET=x", "--env", "TABLE=y"]);
    let said = error.expect_err("it fails the event").to_string();
    let got = r#"[Some("y"), Some("db://x"), Some("x"), None]"#;
    assert!(said.contains(got), "{said}");
    let [_, last] = hints(&said)[..] else {
        panic!("other hints: {said}");
    };
    assert!(last.ends_with("Set a variable it needs in `s.yaml`, or here with `--env K=V`\n"));
}

/// The lines with a hint, in their order.
fn hints(said: &str) -> Vec<&str> {
    let lines = said.split_inclusive('\n');
    lines
        .filter_map(|line| line.strip_prefix("hint: "))
        .collect()
}

pub(crate) fn good_package() {
    let project = built("event");
    let program = fs::read(project.dir.join(PROGRAM)).expect("a program");
    let dir = scratch();
    fs::write(dir.path().join("code.zip"), zip::with(program, true)).expect("a package");
    check_in(dir.path(), &["--zip", "code.zip"]).is(0, "good-package", &[]);
}
