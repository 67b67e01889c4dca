//! The platform's contract: `cargo fc3 check` holds every kind to what can be seen from outside, and a
//! probe in a kind's place to the rest.
//!
//! The kinds are found by themselves, and called with their own samples. One function alone:
//! `cargo test --test conformance -- kind-oss`, or `-- probe-web`.

#[path = "../support/mod.rs"]
mod support;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use cargo_fc3::emulator;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::project::{self, CLI, Project};

/// How many seconds the probes' connections are held idle, and the like, unless `CARGO_FC3_HELD` says
/// otherwise: longer than the time-outs that most servers come with.
const HELD: &str = "35";
/// The same for the kinds, whose server is the probe's.
const HELD_OF_KINDS: &str = "2";

/// How many seconds an answer may take; long, since the machine may be busy.
const PATIENCE: &str = "60";

/// How many functions are checked at a time: most rules wait, and hold no processor.
const THREADS: usize = 4;

/// What is held to the rules.
struct Function {
    name: String,
    kind: String,
    /// Whether it is the probe, and not the kind's own handler.
    is_probe: bool,
    /// How many workers it is told to have, if it is told.
    workers: Option<&'static str>,
}

impl Function {
    fn is_web(&self) -> bool {
        self.kind == "web"
    }

    fn render(&self) -> io::Result<Project> {
        if self.is_probe {
            return Project::render_probe(&self.name, &self.kind);
        }
        Project::render(&self.name, &self.kind, &[])
    }

    /// Holds the built program to the rules.
    fn check(&self) -> Result<(), Failed> {
        let project = self.render()?;
        let program = project.build()?.program;
        let mut check = Command::new(CLI);
        check.args(["check", "--json", "--cmd"]).arg(&program);
        let held = env::var("CARGO_FC3_HELD").unwrap_or_else(|_| HELD.to_owned());
        let (held, more): (_, &[_]) = match (self.is_probe, self.workers) {
            (true, None) => (held.as_str(), &["--probe"]),
            (true, Some(_)) => (HELD_OF_KINDS, &["--probe"]),
            (false, _) => (HELD_OF_KINDS, &["--event", "events/invoke.json"]),
        };
        check
            .args(["--timeout", PATIENCE, "--idle", held])
            .args(more);
        if self.is_web() {
            check.args(["--path", "/"]);
        }
        if let Some(workers) = self.workers {
            check.args(["--env", &format!("TOKIO_WORKER_THREADS={workers}")]);
        }
        let rules = report(check.current_dir(&project.dir))?;
        for rule in &rules {
            let why = rule["why"].as_str().unwrap_or_default();
            let expected = match rule["outcome"].as_str() {
                Some("passed") => true,
                Some("not-checked") => self.cannot_be_held(rule, why),
                _ => false,
            };
            if !expected {
                return Err(format!("{rule:#}").into());
            }
        }
        Ok(())
    }

    /// Whether a rule says nothing about this function, or nothing on this machine.
    fn cannot_be_held(&self, rule: &Value, why: &str) -> bool {
        let of_other_kinds = if self.is_web() { "event" } else { "web" };
        let of_probes = !self.is_probe && why.starts_with("needs a probe");
        of_probes
            || why == format!("applies to {of_other_kinds} functions only")
            // Only of functions that claim HTTP/2, which ours do not.
            || (rule["id"] == "web-h2c" && why.contains("does not claim"))
            || (["sigterm-as-process-1", "orphans-collected"].map(Value::from).contains(&rule["id"])
                && !emulator::can_start_as_process_one())
            || why == "this machine has only a loopback address"
    }
}

/// The rules of a check's report, in which there must be some.
fn report(check: &mut Command) -> Result<Vec<Value>, Failed> {
    let output = check.output()?;
    let report: Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("{check:?} gives no report: {said}")
    })?;
    match report["rules"].as_array() {
        Some(rules) if !rules.is_empty() => Ok(rules.clone()),
        _ => Err(format!("no rule was checked: {report:#}").into()),
    }
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    // The probes wait longest, so they come first and the kinds are checked beside them.
    let probes = [("event", None), ("web", None), ("event", Some("2"))];
    // Each has a project of its own: another build would replace a program that is being started.
    let probes = probes.map(|(kind, workers)| Function {
        name: match workers {
            Some(workers) => format!("probe-{kind}-{workers}-workers"),
            None => format!("probe-{kind}"),
        },
        kind: kind.to_owned(),
        is_probe: true,
        workers,
    });
    let kinds = project::kinds().into_iter().map(|kind| Function {
        name: format!("kind-{kind}"),
        kind,
        is_probe: false,
        workers: None,
    });
    let functions = probes.into_iter().chain(kinds);
    let trials =
        functions.map(|function| Trial::test(function.name.clone(), move || function.check()));
    let in_projects = [
        Trial::test("in-project", in_project),
        Trial::test("in-its-ci", in_its_ci),
    ];
    let lacking = if project::IS_STATIC {
        ""
    } else {
        "needs Linux on x86-64"
    };
    let in_projects = in_projects.map(|trial| {
        let trial = trial.with_kind(lacking);
        trial.with_ignored_flag(!project::IS_STATIC)
    });
    libtest_mimic::run(&arguments, trials.chain(in_projects).collect()).exit_code()
}

/// As its author does it: in the project, which is built with a probe beside it.
fn in_project() -> Result<(), Failed> {
    let project = Project::render("kind-web", "web", &[])?;
    let args = [
        "check",
        "--json",
        "--timeout",
        PATIENCE,
        "--idle",
        HELD_OF_KINDS,
    ];
    let output = project.fc3(&args)?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let rules = report["rules"].as_array().cloned().unwrap_or_default();
    let of_probes = rules.iter().find(|rule| rule["id"] == "panic-isolated");
    let passed = of_probes.is_some_and(|rule| rule["outcome"] == "passed");
    if !passed || rules.iter().any(|rule| rule["outcome"] == "failed") {
        return Err(format!("{report:#}").into());
    }
    is_left_as_it_was(&project.dir)
}

/// As the workflow of a project does it, where this program is installed and where it is not.
fn in_its_ci() -> Result<(), Failed> {
    let project = Project::render("kind-event", "event", &[])?;
    let workflow = fs::read_to_string(project.dir.join(".github/workflows/ci.yml"))?;
    let mut lines = workflow
        .lines()
        .filter(|line| line.contains("cargo fc3 check"));
    let line = lines
        .next()
        .and_then(|line| line.trim().strip_prefix("run: "));
    let line = line.ok_or("the workflow checks nothing")?;

    let path = env::var_os("PATH").unwrap_or_default();
    let lacks_it = |folder: &PathBuf| !folder.join("cargo-fc3").exists();
    let without: Vec<_> = env::split_paths(&path).filter(lacks_it).collect();
    let output = project.shell(line, &env::join_paths(&without)?)?;
    if !output.stdout.is_empty() || !output.stderr.is_empty() {
        return Err(format!("it does not stand alone: {output:?}").into());
    }
    let own = Path::new(CLI).parent().map(Path::to_owned);
    let output = project.shell(line, &env::join_paths(own.into_iter().chain(without))?)?;
    let table = String::from_utf8_lossy(&output.stdout);
    if !table.contains("panic-isolated") || table.contains("FAILED") {
        return Err(table.into());
    }
    is_left_as_it_was(&project.dir)
}

/// What a check leaves in a project lies in `target`, and is not the probe where it is deployed from.
fn is_left_as_it_was(dir: &Path) -> Result<(), Failed> {
    let handler = fs::read_to_string(dir.join("src/handler.rs"))?;
    let deployed = fs::read_dir(dir.join("target/fc/bin"))?;
    let deployed: io::Result<Vec<_>> = deployed.map(|entry| Ok(entry?.file_name())).collect();
    if handler.contains("probe") || deployed? != ["bootstrap"] {
        return Err("the probe took the place of the function".into());
    }
    Ok(())
}
