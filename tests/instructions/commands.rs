//! The lines that are to be typed one after another, up to the deployment, which other tests type.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use libtest_mimic::Failed;
use serde_json::Value;

use crate::place::{Place, Project, prepare, shell_lines};
use crate::support::project::{self, CLI, succeed};

/// Ends a process when the test does, however it goes.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn next_steps() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let mut new = Command::new(CLI);
    new.args(["new", "hello", "--yes", "--json", "--path", "it's a place"]);
    let made = succeed(prepare(&mut new, place.path())?)?;
    let made: Value = serde_json::from_slice(&made.stdout)?;
    let steps = made["next_steps"].as_array().ok_or("no steps")?;
    let steps: Vec<_> = steps.iter().filter_map(Value::as_str).collect();
    let [cd, test, run, call, deploy] = steps[..] else {
        return Err(format!("other steps: {steps:?}").into());
    };
    assert_eq!(deploy, "s deploy");
    let beside = Project {
        dir: place.path().to_owned(),
    };
    let here = beside.types(&format!("{cd} && pwd"))?;
    let project = Project {
        dir: here.trim_end().into(),
    };
    project.types(test)?;
    is_run_and_called(&project, run, call)
}

pub(crate) fn of_the_read_me() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    let lines = shell_lines(&project.read("README.md")?);
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let [test, run, call, install, keys, key, deploy, invoke] = lines[..] else {
        return Err(format!("other lines: {lines:?}").into());
    };
    assert_eq!(test, "cargo test");
    project.types(test)?;
    is_run_and_called(&project, run, call)?;
    // Tests of the deployment have these, with a service of our own in the place of the cloud.
    assert_eq!(install, "npm install --global @serverless-devs/s@3");
    assert_eq!(keys, "s config get");
    assert_eq!(key, "s config add");
    assert_eq!(deploy, "s deploy");
    assert_eq!(invoke, "s invoke -f events/invoke.json");
    Ok(())
}

pub(crate) fn for_assistants() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    let lines = shell_lines(&project.read("AGENTS.md")?);
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let [test, clippy, run, call, bootstrap, deploy] = lines[..] else {
        return Err(format!("other lines: {lines:?}").into());
    };
    project.types(test)?;
    project.types(clippy)?;
    is_run_and_called(&project, run, call)?;
    project.types(bootstrap)?;
    assert!(project.dir.join("target/fc/bin/bootstrap").exists());
    // The tests of the deployment type this.
    assert_eq!(deploy, "s deploy -y");
    Ok(())
}

/// Starts the function by one line, and calls it by another, as in a second terminal.
fn is_run_and_called(project: &Project, run: &str, call: &str) -> Result<(), Failed> {
    // The shell becomes cargo, and cargo the function, so that ending it ends all of it.
    let mut run = project.shell(&format!("exec {run}"))?;
    let mut running = Running(run.stdout(Stdio::piped()).spawn()?);
    let port = listens_on(&mut running.0)?;
    let call = call.replace(":9000", &format!(":{port}"));
    assert!(call.contains(&port), "it is called elsewhere: {call}");
    let mut call = project.shell(&call)?;
    let reply = succeed(call.stderr(Stdio::null()))?.stdout;
    assert_eq!(reply, fs::read(project.dir.join("events/invoke.json"))?);
    Ok(())
}

/// The port that a function says it listens on.
fn listens_on(running: &mut Child) -> io::Result<String> {
    let stdout = running.stdout.take().expect("a pipe");
    for line in BufReader::new(stdout).lines() {
        if let Some((_, port)) = line?.split_once("listening on port ") {
            let digits = port.chars().take_while(char::is_ascii_digit);
            return Ok(digits.collect());
        }
    }
    Err(io::Error::other("it ended before it listened"))
}
