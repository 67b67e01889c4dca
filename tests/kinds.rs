//! Every kind as its user meets it: rendered, formatted, linted, tested, built, started as the
//! platform starts it, and called with its own events.
//!
//! One kind alone: `cargo test --test kinds -- json::`.

mod support;

use std::fs;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cargo_fc3::local::{Answer, Instance, Line, Settings};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::project::{self, Project};

type Check = fn(&Project) -> Result<(), Failed>;

/// What holds for every kind.
const CHECKS: [(&str, Check); 9] = [
    ("is_formatted", is_formatted),
    (
        "is_clean_under_pedantic_clippy",
        is_clean_under_pedantic_clippy,
    ),
    ("uses_every_dependency", uses_every_dependency),
    ("passes_its_own_tests", passes_its_own_tests),
    ("states_a_true_rust_version", states_a_true_rust_version),
    ("deploys_one_static_file", deploys_one_static_file),
    ("answers_its_events", answers_its_events),
    ("lives_on_after_a_failure", lives_on_after_a_failure),
    ("ends_when_it_is_told_to", ends_when_it_is_told_to),
];

/// What holds for one.
const OF_ONE_KIND: [(&str, &str, Check); 4] = [
    (
        "event",
        "compiles_at_most_45_crates",
        compiles_at_most_45_crates,
    ),
    (
        "event",
        "does_what_a_minimal_flask_function_does",
        does_what_flask_does,
    ),
    (
        "json",
        "tells_the_field_it_could_not_read",
        tells_the_field_it_could_not_read,
    ),
    ("web", "passes_http_through", passes_http_through),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for kind in project::kinds() {
        let rendered: Arc<OnceLock<Result<Project, String>>> = Arc::default();
        let of_this = OF_ONE_KIND.iter().filter(|(of, ..)| *of == kind);
        let of_this = of_this.map(|(_, name, check)| (*name, *check));
        for (name, check) in CHECKS.into_iter().chain(of_this) {
            let (kind, rendered) = (kind.clone(), Arc::clone(&rendered));
            let trial = Trial::test(format!("{kind}::{name}"), move || {
                let render = || Project::render(&format!("kind-{kind}"), &kind, &[]);
                check(
                    rendered
                        .get_or_init(|| render().map_err(|error| error.to_string()))
                        .as_ref()?,
                )
            });
            trials.push(trial);
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn is_formatted(project: &Project) -> Result<(), Failed> {
    project.cargo(&["fmt", "--check"])?;
    Ok(())
}

fn is_clean_under_pedantic_clippy(project: &Project) -> Result<(), Failed> {
    let lints = ["--", "-D", "warnings", "-W", "clippy::pedantic"];
    project.cargo(&[&["clippy", "--locked", "--all-targets"][..], &lints].concat())?;
    Ok(())
}

/// Of the library, which all dependencies are for.
fn uses_every_dependency(project: &Project) -> Result<(), Failed> {
    let lint = ["--", "-D", "unused_crate_dependencies"];
    project.cargo(&[&["clippy", "--locked", "--lib"][..], &lint].concat())?;
    Ok(())
}

fn passes_its_own_tests(project: &Project) -> Result<(), Failed> {
    let output = project.cargo(&["test", "--locked"])?;
    let said = String::from_utf8(output.stdout)?;
    assert!(
        said.contains("handler::tests::"),
        "no test of the handler ran:\n{said}"
    );
    Ok(())
}

/// No dependency needs a newer Rust. That of the code itself is clippy's `incompatible_msrv`.
fn states_a_true_rust_version(project: &Project) -> Result<(), Failed> {
    let output = project.cargo(&["metadata", "--locked", "--format-version", "1"])?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let version = |package: &Value| -> Vec<u32> {
        let version = package["rust_version"].as_str().unwrap_or("0");
        version
            .split('.')
            .map(|part| part.parse().expect("a number"))
            .collect()
    };
    let own = packages
        .iter()
        .find(|package| package["name"] == project.name.as_str());
    let own = version(own.ok_or("the project is no package")?);
    assert!(own > vec![1], "no rust-version is stated");
    for package in packages {
        assert!(
            version(package) <= own,
            "{} needs Rust {}",
            package["id"],
            package["rust_version"]
        );
    }
    Ok(())
}

fn compiles_at_most_45_crates(project: &Project) -> Result<(), Failed> {
    let crates = project::crates(&project.dir)?;
    assert!(
        crates.len() <= 45,
        "{} crates:\n{}",
        crates.len(),
        crates.join("\n")
    );
    Ok(())
}

/// `cargo bootstrap` makes a program that asks for no loader and no library of the system: none of
/// its segments is `PT_INTERP` (<https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html>).
fn deploys_one_static_file(project: &Project) -> Result<(), Failed> {
    const INTERPRETER: u32 = 3;
    let program = fs::read(project.build()?.program)?;
    let half = |at: usize| usize::from(u16::from_le_bytes([program[at], program[at + 1]]));
    assert_eq!(&program[..5], b"\x7fELF\x02", "it is no 64-bit ELF file");
    let (table, size, count) = (u64_at(&program, 0x20)?, half(0x36), half(0x38));
    for segment in 0..count {
        let at = table + segment * size;
        let kind = u32::from_le_bytes(program[at..at + 4].try_into()?);
        assert_ne!(kind, INTERPRETER, "it needs a loader");
    }
    assert!(
        count > 0 && program.len() < 4_000_000,
        "{} bytes",
        program.len()
    );
    Ok(())
}

fn u64_at(bytes: &[u8], at: usize) -> Result<usize, Failed> {
    Ok(usize::try_from(u64::from_le_bytes(
        bytes[at..at + 8].try_into()?,
    ))?)
}

fn answers_its_events(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    assert!(!instance.initialize()?.failed());
    let events = project.events()?;
    assert!(!events.is_empty(), "no sample events");
    for (name, event) in events {
        let answer = instance.invoke(&event)?;
        assert!(!answer.failed(), "{name}: {}", answer.text());
        assert_eq!(answer.headers.get("x-fc-status"), Some("200"), "{name}");
        is_the_reply_of(project, &event, &answer)?;
    }
    Ok(())
}

/// Tells the kinds apart, so that no test starts another kind's program unseen.
fn is_the_reply_of(project: &Project, event: &[u8], answer: &Answer) -> Result<(), Failed> {
    let instance = start(project)?;
    let home = instance.call(&instance.client("GET", "/"))?;
    match project.name.as_str() {
        "kind-event" => {
            assert_eq!(answer.body, event);
            assert_eq!(home.status, 404, "{}", home.text());
        }
        "kind-json" => {
            let reply: Value = serde_json::from_slice(&answer.body)?;
            assert_eq!(reply["message"], "Hello, Ferris!");
        }
        "kind-web" => {
            let [sent, reply] = [event, &answer.body].map(serde_json::from_slice::<Value>);
            assert_eq!(reply?["received"], sent?);
            assert_eq!(home.text(), "Hello from Rust on Function Compute\n");
        }
        other => return Err(format!("what does {other} answer?").into()),
    }
    Ok(())
}

fn lives_on_after_a_failure(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let mut request = instance.invocation(b"");
    request.headers.set("Content-Length", "33554433");
    let refused = instance.call(&request)?;
    assert_eq!(refused.status, 413);
    assert!(refused.failed(), "{}", refused.text());
    for (_, event) in project.events()? {
        assert!(!instance.invoke(&event)?.failed());
    }
    Ok(())
}

fn ends_when_it_is_told_to(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    instance.initialize()?;
    assert!(!instance.pre_stop()?.failed());
    let status = instance
        .terminate(Duration::from_secs(20))
        .ok_or("it did not end")?;
    assert!(status.success(), "{status}");
    Ok(())
}

/// The function of the platform's own documentation answers `Hello, World!` to every event and
/// prints two lines around it.
fn does_what_flask_does(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let logs = instance.logs().clone();
    let request = instance.invocation(b"Hello, World!");
    let answer = instance.call(&request)?;
    assert_eq!(
        (answer.status, answer.text().as_ref()),
        (200, "Hello, World!")
    );
    assert_eq!(instance.initialize()?.status, 200);
    let status = instance
        .terminate(Duration::from_secs(20))
        .ok_or("it did not end")?;
    assert!(status.success(), "{status}");
    assert!(
        logs.wait_end(Duration::from_secs(20)),
        "its output did not end"
    );
    let id = request.id();
    let lines = logs.lines();
    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert!(lines[0].contains("listening on port"), "{lines:?}");
    let expected = ["Start", "End"].map(|point| format!("FC Invoke {point} RequestId: {id}"));
    assert_eq!(lines[1..3], expected);
    assert!(
        lines[3].starts_with("FC Initialize Start RequestId: "),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 5, "{lines:?}");
    Ok(())
}

fn tells_the_field_it_could_not_read(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let answer = instance.invoke(br#"{"name": 5}"#)?;
    let error: Value = serde_json::from_slice(&answer.body)?;
    assert_eq!((answer.status, answer.failed()), (404, true));
    assert_eq!(error["errorType"], "EventError");
    assert_eq!(error["path"], "name");
    assert!(
        error["errorMessage"]
            .as_str()
            .is_some_and(|text| text.contains("expected a string"))
    );

    let answer = instance.invoke(br#"{"name": ""}"#)?;
    let error: Value = serde_json::from_slice(&answer.body)?;
    assert_eq!(error["errorType"], "HandlerError");
    assert_eq!(error["errorMessage"], "`name` is empty");
    Ok(())
}

fn passes_http_through(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    instance.initialize()?;
    let request = instance.client("GET", "/hello/caf%C3%A9?x=1");
    let answer = instance.call(&request)?;
    let reply: Value = serde_json::from_slice(&answer.body)?;
    assert_eq!(reply["message"], "Hello, café!");
    assert_eq!(reply["id"].as_str(), request.headers.get("x-fc-request-id"));

    let answer = instance.call(&instance.client("GET", "/countdown/3"))?;
    assert_eq!(answer.text(), "3\n2\n1\n");
    assert_eq!(answer.headers.get("transfer-encoding"), Some("chunked"));
    assert_eq!(
        instance.call(&instance.client("GET", "/nowhere"))?.status,
        404
    );

    // An error of a route: its client is not told why, the log is.
    let answer = instance.invoke(b"{")?;
    assert_eq!((answer.status, answer.failed()), (500, true));
    assert!(!answer.text().contains("EOF"), "{}", answer.text());
    let told = |line: &Line| {
        line.text
            .contains("[ERROR] a route failed error=EOF while parsing")
    };
    let line = instance.logs().wait_for(Duration::from_secs(20), told);
    assert!(line.is_some(), "{}", instance.logs().text());
    Ok(())
}

fn start(project: &Project) -> Result<Instance, Failed> {
    Ok(Instance::start(&project.build()?, &Settings::default())?)
}
