//! What `new` prints at its end works when it is pasted, up to the deployment.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::project::{self, CLI, succeed};

/// Ends a process when the test does, whatever it comes to.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> ExitCode {
    let can = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    let missing = ["sh", "curl"].into_iter().find(|tool| !can(tool));
    let trial = Trial::test("each_step_works_as_it_is", each_step_works_as_it_is)
        .with_kind(
            missing
                .map(|tool| format!("needs {tool}"))
                .unwrap_or_default(),
        )
        .with_ignored_flag(missing.is_some());
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}

fn each_step_works_as_it_is() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let folder = tempfile::tempdir()?;
    let shell = |line: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(folder.path());
        shell
            .env("CARGO_TARGET_DIR", project::target())
            .env("FC_SERVER_PORT", "0");
        shell
    };
    let mut new = Command::new(CLI);
    new.args(["new", "hello", "--yes", "--json", "--path", "it's a place"]);
    let made = succeed(new.current_dir(folder.path()))?;
    let made: Value = serde_json::from_slice(&made.stdout)?;
    let steps: Vec<&str> = made["next_steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let [cd, test, run, call, deploy] = steps[..] else {
        panic!("other steps: {steps:?}");
    };
    assert_eq!(deploy, "s deploy");

    succeed(&mut shell(&format!("{cd} && {test}")))?;

    // The shell becomes cargo, and cargo the function, so that ending it ends all of it.
    let mut run = shell(&format!("{cd} && exec {run}"));
    let mut running = Ended(run.stdout(Stdio::piped()).spawn()?);
    let mut lines = BufReader::new(running.0.stdout.take().expect("a pipe")).lines();
    let port = lines.find_map(|line| {
        let line = line.expect("text");
        line.split_once("listening on port ")
            .map(|(_, port)| port.to_owned())
    });
    let call = call.replace(
        ":9000",
        &format!(":{}", port.expect("it says where it listens")),
    );
    let mut curl = shell(&format!("{cd} && {call}"));
    let reply = succeed(curl.stderr(Stdio::null()))?.stdout;
    let event = std::fs::read(folder.path().join("it's a place/events/invoke.json"));
    assert_eq!(reply, event?);
    Ok(())
}
