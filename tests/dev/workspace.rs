//! The functions of all projects of a cargo workspace, behind one port.

use std::fs;

use cargo_fc3::emulator::Request;
use serde_json::{Value, json};

use crate::Check;
use crate::dev::Dev;
use crate::members::{projects, request, s_yaml, serve, start, tells, tells_soon, told, workspace};
use crate::stage::handler;

pub(crate) const CHECKS: &[Check] = &[
    ("each_project_is_served_and_built_by_itself", members),
    ("a_project_that_fails_keeps_no_other_from_running", failing),
    ("a_member_runs_alone_in_its_directory", member),
    ("the_console_shows_the_functions_of_all_projects", console),
    ("a_workspace_without_projects_is_refused", none),
];

fn members() {
    let stage = workspace();
    let (mut dev, served) = serve(&stage, ".", 2);
    let address = dev.address();
    let api = format!("http://{address}/2023-03-30/functions/first/invocations");
    let url = format!("http://{address}/");
    let shown =
        |function: &str, url: &str| json!({ "event": "serving", "function": function, "url": url });
    assert_eq!(served, [shown("first", &api), shown("second", &url)]);
    assert_eq!(told(&dev, "first", "which"), "one");
    assert_eq!(told(&dev, "second", "which"), "two");
    let named = Request::new("GET", "/").with("Host", "second.localhost");
    assert_eq!(dev.send(&named).status, 418);
    assert_eq!(projects(&dev, "built", 0), ["first", "second"]);

    // Only what is made of a file is built and restarted.
    let pid = told(&dev, "second", "pid");
    let before = dev.events().len();
    stage.replace("first/src/handler.rs", &handler("three"));
    assert_eq!(dev.event("changed")["file"], "first/src/handler.rs");
    tells(&dev, "first", "which", "three");
    assert_eq!(told(&dev, "second", "pid"), pid);
    assert_eq!(projects(&dev, "built", before), ["first"]);

    stage.replace("second/.env", "MINE=yes\n");
    assert_eq!(dev.event("changed")["file"], "second/.env");
    tells(&dev, "second", "variable MINE", "yes");
    assert_eq!(told(&dev, "first", "variable MINE"), "");
    assert_eq!(projects(&dev, "built", before), ["first"]);

    let before = dev.events().len();
    stage.replace("shared/src/lib.rs", "pub const SHARED: &str = \"b\";\n");
    assert_eq!(dev.event("changed")["file"], "shared/src/lib.rs");
    let built = || (projects(&dev, "built", before).len() == 2).then_some(());
    dev.wait_for("both builds", built);
    assert_eq!(projects(&dev, "built", before), ["first", "second"]);
    assert_eq!(dev.count("changed"), 3);
    // Each runs its own program, though cargo puts both at the same place.
    assert_eq!(told(&dev, "first", "which"), "three");
    assert_eq!(told(&dev, "second", "which"), "two");

    // A name may move from one project to the other.
    stage.replace("second/s.yaml", &s_yaml("third"));
    tells_soon(&dev, "third", "two");
    assert_eq!(dev.send(&request("second", "which")).status, 404);
    stage.replace("first/s.yaml", &s_yaml("second"));
    tells_soon(&dev, "second", "three");
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

/// What a person reads.
fn failing() {
    let stage = workspace();
    stage.replace("first/src/handler.rs", "pub const WHICH: &str = 1;\n");
    let mut command = stage.command(&[]);
    let mut dev = Dev::start(&mut command, &stage.dir());
    dev.line("Skipping timers: `nightly` of `first` (");
    dev.line("Building `first`");
    dev.line("Failed to build `first`; waiting for an edit");
    dev.line("Building `second`");
    dev.line("Built `second` in ");
    let serving = dev.line("Serving `second` at ");
    dev.serves_at(&serving);
    assert_eq!(told(&dev, "second", "which"), "two");
    dev.line("Called second ");
    stage.replace("first/src/handler.rs", &handler("one"));
    dev.line("Changed `first/src/handler.rs`");
    dev.line("Serving `first` at ");
    assert_eq!(told(&dev, "first", "which"), "one");
    stage.replace("first/src/handler.rs", "pub const WHICH: &str = 1;\n");
    dev.line("Failed to build `first`; the last program goes on");
    assert_eq!(told(&dev, "first", "which"), "one");
    assert_eq!(told(&dev, "second", "which"), "two");
    drop(dev);

    let ended = start(&stage, ".", &["--no-watch"]).ended();
    assert_eq!(ended.code, Some(1), "{ended:?}");
}

fn member() {
    let stage = workspace();
    let (mut dev, served) = serve(&stage, "second/src", 1);
    assert_eq!(served[0]["function"], "second");
    assert_eq!(told(&dev, "second", "which"), "two");
    assert_eq!(projects(&dev, "built", 0), [Value::Null]);
    stage.replace("second/src/handler.rs", &handler("three"));
    assert_eq!(dev.event("changed")["file"], "handler.rs");
    tells(&dev, "second", "which", "three");
    // Another one may run beside it.
    let (other, served) = serve(&stage, "first", 1);
    assert_eq!(served[0]["function"], "first");
    assert_eq!(told(&other, "first", "which"), "one");
    drop(other);

    let refused = start(&stage, ".", &[]).ended();
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let port = dev.address().port();
    let said = format!("error: another `dev` of `second` runs on port {port}");
    assert_eq!(refused.lines[0], said);
}

fn console() {
    let stage = workspace();
    stage.write("first/events/invoke.json", "1");
    stage.write("second/events/invoke.json", "2");
    let mut dev = start(&stage, ".", &[]);
    let (_, token) = dev.console();
    dev.serving();
    let get = |path: &str| {
        let request = Request::new("GET", format!("/_fc3/{path}"));
        let request = request.with("Host", dev.address().to_string());
        dev.send(&request.with("Fc3-Token", &*token)).text()
    };
    let shown: Value = serde_json::from_str(&get("state")).expect("JSON");
    let all = |list: &str| {
        let all = shown[list].as_array().expect("a list").iter();
        let all = all.map(|one| (one["name"].clone(), one["project"].clone()));
        all.collect::<Vec<_>>()
    };
    let function = |name: &str, project: u8| (json!(name), json!(project));
    assert_eq!(
        all("functions"),
        [function("first", 0), function("second", 1)]
    );
    assert_eq!(
        all("samples"),
        [function("invoke", 0), function("invoke", 1)]
    );
    for (at, content) in ["1", "2"].iter().enumerate() {
        let path = shown["samples"][at]["path"].as_str().expect("a path");
        assert_eq!(get(&format!("samples/{path}")), *content);
    }
    assert_eq!(shown["timers"][0]["function"], "first");
    let name = stage
        .dir()
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    assert_eq!(shown["project"], name);
}

fn none() {
    let stage = workspace();
    for folder in ["first", "second"] {
        fs::remove_file(stage.dir().join(folder).join("s.yaml")).expect("it is there");
    }
    for command in ["dev", "invoke"] {
        let mut command = stage.command_of(command);
        let refused = command.output().expect("the CLI runs");
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        let said = format!(
            "error: no member of the workspace in `{}` is a project with `fc3.toml`, an `s.yaml` with a \
             function, and a program `bootstrap`\n",
            stage.dir().display()
        );
        let told = String::from_utf8_lossy(&refused.stderr);
        assert!(told.starts_with(&said), "{told}");
    }
    stage.write("Cargo.toml", "[workspace]\nmembers = [\"gone\"]\n");
    let refused = start(&stage, ".", &[]).ended();
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let said = [
        "error: `cargo metadata` failed for this workspace",
        "hint: run `cargo metadata --no-deps` to see why",
    ];
    assert_eq!(refused.lines, said);
}
