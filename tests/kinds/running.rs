//! What a kind's program does: started as the platform starts it, and called with its own events.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cargo_fc3::emulator::{Emulator, Instance, Settings};
use cargo_fc3::package::{File, Linkage, Program, archive};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use snapbox::{Assert, Data};

use crate::support::project::{CLI, Project, succeed};
use crate::support::stand_in;

/// What is an event of no kind with a type of its own, unless it takes any text.
const NO_EVENTS: [&str; 4] = ["{}", "[]", "null", "42"];

/// Starts the program that is deployed.
pub(crate) fn start(project: &Project) -> Result<Instance, Failed> {
    Ok(Instance::start(&project.build()?, &Settings::default())?)
}

/// `cargo bootstrap` makes a program that asks for no loader and no library of the system.
pub(crate) fn deploys_one_static_file(project: &Project) -> Result<(), Failed> {
    let bytes = fs::read(project.build()?.program)?;
    let program = Program::read(&bytes)?;
    assert_eq!(*program.linkage(), Linkage::Static);
    assert!(bytes.len() < 4_000_000, "{} bytes", bytes.len());
    Ok(())
}

/// `cargo fc3 build` makes the program that `cargo bootstrap` makes, and finds it good.
pub(crate) fn is_built_by_the_command_line_too(project: &Project) -> Result<(), Failed> {
    let built = fs::read(project.build()?.program)?;
    let output = project.fc3(&["build"])?;
    let said = String::from_utf8(output.stderr)?;
    assert!(said.contains("static, runs on every runtime"), "{said}");
    let path = String::from_utf8(output.stdout)?;
    let again = fs::read(project.dir.join(path.trim_end()))?;
    assert!(built == again, "it is another program");
    Ok(())
}

/// With what was reviewed: one snapshot a kind.
pub(crate) fn answers_its_events(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    assert!(!instance.initialize()?.failed());
    let events = project.events()?;
    assert!(!events.is_empty(), "no sample events");
    let mut replies = String::new();
    for (name, event) in events {
        let answer = instance.invoke(&event)?;
        assert!(!answer.failed(), "{name}: {}", answer.text());
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(answer.headers.get("x-fc-status"), Some("200"), "{name}");
        let reply = answer.text().replace(&answer.request_id, "REQUEST-ID");
        writeln!(replies, "=== events/{name}\n{}", reply.trim_end())?;
    }
    let reviewed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots/replies")
        .join(format!("{}.txt", project.kind));
    Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .eq(replies, Data::read_from(&reviewed, None).raw());
    Ok(())
}

/// `cargo fc3 invoke` sends each sample, and prints what a new instance replies. To a running `dev`, it
/// sends them one after the other, and prints what one instance replies.
pub(crate) fn is_invoked_by_the_command_line(project: &Project) -> Result<(), Failed> {
    let program = project.build()?.program;
    let tools = tempfile::tempdir()?;
    let cargo = tools.path().join("cargo");
    let program = program.to_str().ok_or("a path that is no text")?;
    stand_in::write(&cargo, &stand_in::built(&project.dir, program))?;
    let command = |args: &[&str]| {
        let mut command = Command::new(CLI);
        command.args(args).current_dir(&project.dir);
        command.env("CARGO", &cargo);
        command
    };
    let events = project.events()?;
    let replies_to = |instance: &Instance, name: &str, event: &[u8], by: &str| {
        let expected = instance.invoke(event)?;
        let invoked = succeed(&mut command(&["invoke", "--sample", name, "--json"]))?;
        let document: Value = serde_json::from_slice(&invoked.stdout)?;
        let id = document["request_id"].as_str().unwrap_or_default();
        let reply = document["reply"].as_str().unwrap_or_default();
        let reply = reply.replace(id, &expected.request_id);
        assert_eq!(reply, expected.text(), "{name}: {document}");
        assert_eq!(document["ran_by"], by, "{name}: {document}");
        Ok::<_, Failed>(())
    };
    for (name, event) in &events {
        let instance = start(project)?;
        instance.initialize()?;
        replies_to(&instance, name, event, "invoke")?;
    }
    let instance = start(project)?;
    instance.initialize()?;
    let _dev = Dev::serve(&mut command(&["dev", "--port=0", "--no-watch", "--json"]))?;
    for (name, event) in &events {
        replies_to(&instance, name, event, "dev")?;
    }
    Ok(())
}

/// A package with the program, deployed to a local Function Compute, replies what an instance replies.
pub(crate) fn replies_when_it_is_deployed(project: &Project) -> Result<(), Failed> {
    const NAME: &str = "function";
    let program = fs::read(project.build()?.program)?;
    let bootstrap = File {
        bytes: program,
        executable: true,
    };
    let package = archive(&BTreeMap::from([("bootstrap".to_owned(), bootstrap)]))?;
    let emulator = Emulator::start()?;
    let config = json!({
        "runtime": "custom.debian12",
        "timeout": 60,
        "instanceLifecycleConfig": { "initializer": { "timeout": 60 } },
    });
    emulator.deploy(NAME, &config, &package)?;
    let instance = start(project)?;
    instance.initialize()?;
    for (name, event) in project.events()? {
        let expected = instance.invoke(&event)?;
        let reply = emulator.invoke(NAME, &event)?;
        assert_eq!(reply.error_type, None, "{name}");
        let text = String::from_utf8(reply.body)?;
        let text = text.replace(&reply.request_id, &expected.request_id);
        assert_eq!(text, expected.text(), "{name}");
    }
    Ok(())
}

/// A running `dev`, which ends with this.
struct Dev(Child);

impl Dev {
    /// Starts it, and waits until it serves.
    fn serve(command: &mut Command) -> Result<Self, Failed> {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut dev = Self(command.spawn()?);
        let stdout = dev.0.stdout.take().ok_or("no pipe")?;
        let mut said = String::new();
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            let event: Value = serde_json::from_str(&line)?;
            if event["event"] == "serving" {
                return Ok(dev);
            }
            said += &line;
        }
        Err(said.into())
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It ends its functions before itself.
        let id = self.0.id().to_string();
        let _ = Command::new("kill").arg(id).status();
        let _ = self.0.wait();
    }
}

pub(crate) fn lives_on_after_a_failure(project: &Project) -> Result<(), Failed> {
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

/// An event that cannot be read is told as one, never taken for an empty one.
pub(crate) fn refuses_what_is_no_event(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    let events = project.events()?;
    let mut broken = vec![
        ("no bytes".to_owned(), Vec::new()),
        ("bytes that are no text".to_owned(), b"\xff\xfe".to_vec()),
    ];
    // A kind with a bare text among its samples takes any text for an event.
    let is_text = |name: &str| Path::new(name).extension().is_some_and(|end| end == "txt");
    if !events.iter().any(|(name, _)| is_text(name)) {
        let documents = NO_EVENTS.map(|event| (event.to_owned(), event.as_bytes().to_vec()));
        broken.extend(documents);
        let half = |(name, event): &(String, Vec<u8>)| {
            (
                format!("one half of {name}"),
                event[..event.len() / 2].to_vec(),
            )
        };
        broken.extend(events.iter().map(half));
    }
    for (what, event) in broken {
        let answer = instance.invoke(&event)?;
        assert!(answer.failed(), "{what}: {}", answer.text());
        assert_eq!(answer.status, 404, "{what}: {}", answer.text());
        assert_eq!(answer.headers.get("x-fc-status"), Some("404"), "{what}");
        let error: Value = serde_json::from_slice(&answer.body)?;
        assert_eq!(error["errorType"], "EventError", "{what}: {error}");
        let message = error["errorMessage"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{what}: {error}");
    }
    for (name, event) in events {
        let answer = instance.invoke(&event)?;
        assert!(!answer.failed(), "{name} after that: {}", answer.text());
    }
    Ok(())
}

pub(crate) fn ends_when_it_is_told_to(project: &Project) -> Result<(), Failed> {
    let instance = start(project)?;
    instance.initialize()?;
    assert!(!instance.pre_stop()?.failed());
    let status = instance
        .terminate(Duration::from_secs(20))
        .ok_or("it did not end")?;
    assert!(status.success(), "{status}");
    Ok(())
}
