//! What `.vscode` has: read as an editor reads it, and run as an editor runs it.

use libtest_mimic::Failed;
use serde_json::Value;

use crate::place::{Place, Project};
use crate::support::project;

/// What a launch configuration may have, by the type of debugger, in the schemas of `CodeLLDB` and of the
/// C/C++ extension. The first is what each must have.
const OF_LLDB: [&str; 3] = ["cargo", "cwd", "env"];
const OF_CPPDBG: [&str; 5] = ["program", "cwd", "environment", "MIMode", "osx"];
/// What any may have, in that of the editor.
const OF_ALL: [&str; 4] = ["name", "type", "request", "preLaunchTask"];

/// Every task that runs cargo; the other one sends an event to a function that runs.
pub(crate) fn tasks_run() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    let tasks = tasks(&project)?;
    for task in &tasks {
        assert_eq!(task["type"], "process", "a shell would read it: {task}");
        let program = text(&task["command"])?;
        if program == "cargo" {
            project.runs(program, &texts(&task["args"])?)?;
        } else {
            assert_eq!(program, "curl");
        }
    }
    assert!(project.dir.join("target/fc/bin/bootstrap").exists());
    Ok(())
}

/// Each configuration names what is there once its task, or its cargo, has run.
pub(crate) fn debugs_what_tasks_build() -> Result<(), Failed> {
    let _lock = project::lock("build")?;
    let place = Place::new()?;
    let project = place.make("hello", "event")?;
    let tasks = tasks(&project)?;
    let launch: Value = serde_json::from_str(&project.read(".vscode/launch.json")?)?;
    let configurations = launch["configurations"].as_array().ok_or("none")?;
    assert_eq!(configurations.len(), 4);
    for configuration in configurations {
        let table = configuration.as_object().ok_or("not a table")?;
        let own: &[&str] = match text(&configuration["type"])? {
            "lldb" => &OF_LLDB,
            "cppdbg" => &OF_CPPDBG,
            other => return Err(format!("another debugger: {other}").into()),
        };
        let known = |key: &&String| own.contains(&key.as_str()) || OF_ALL.contains(&key.as_str());
        assert!(table.keys().all(|key| known(&key)), "{configuration}");
        assert!(table.contains_key(own[0]), "{configuration}");
        assert_eq!(configuration["request"], "launch");

        if let Some(cargo) = table.get("cargo") {
            let args = texts(&cargo["args"])?;
            let json = ["--message-format=json"];
            let said = project.runs("cargo", &[&args[..], &json].concat())?;
            let programs = said
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok());
            let programs = programs.filter(|message: &Value| message["executable"].is_string());
            assert_eq!(programs.count(), 1, "which one? {configuration}");
        } else {
            let label = text(&configuration["preLaunchTask"])?;
            let task = tasks.iter().find(|task| task["label"] == label);
            let task = task.ok_or_else(|| format!("no task `{label}`"))?;
            project.runs(text(&task["command"])?, &texts(&task["args"])?)?;
            let program = text(&configuration["program"])?;
            let program = program.strip_prefix("${workspaceFolder}/");
            let program = program.ok_or("it lies elsewhere")?;
            assert!(project.dir.join(program).exists(), "no {program}");
        }
    }
    // One that is the tests, and not the function.
    let listed = project.runs("target/debug/bootstrap-tests", &["--list"])?;
    assert!(listed.contains("handler::tests::"), "{listed}");
    Ok(())
}

fn tasks(project: &Project) -> Result<Vec<Value>, Failed> {
    let tasks: Value = serde_json::from_str(&project.read(".vscode/tasks.json")?)?;
    assert_eq!(tasks["version"], "2.0.0");
    let extensions: Value = serde_json::from_str(&project.read(".vscode/extensions.json")?)?;
    assert!(!texts(&extensions["recommendations"])?.is_empty());
    Ok(tasks["tasks"].as_array().ok_or("no tasks")?.clone())
}

fn text(value: &Value) -> Result<&str, Failed> {
    value
        .as_str()
        .ok_or_else(|| format!("not a text: {value}").into())
}

fn texts(value: &Value) -> Result<Vec<&str>, Failed> {
    let values = value
        .as_array()
        .ok_or_else(|| format!("not a list: {value}"))?;
    values.iter().map(text).collect()
}
