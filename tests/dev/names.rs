//! What `s.yaml` has to say of functions behind one port, and its mistakes.

use std::fs;

use serde_json::Value;

use crate::Check;
use crate::members::{
    OTHER, invoke, projects, request, s_yaml, serve, start, tells, tells_soon, told, workspace,
};
use crate::stage::{S_YAML, Stage};

pub(crate) const CHECKS: &[Check] = &[
    ("one_program_is_several_functions", one_program),
    ("a_name_is_served_once", twice),
    ("mistakes_in_s_yaml_are_refused", mistakes),
    ("a_function_needs_a_name_that_is_valid", nameless),
];

fn one_program() {
    let stage = Stage::new();
    stage.write("s.yaml", &format!("{S_YAML}{OTHER}"));
    let (mut dev, served) = serve(&stage, ".", 2);
    let names: Vec<_> = served.iter().map(|served| &served["function"]).collect();
    assert_eq!(names, ["hello", "other"]);
    assert_eq!(told(&dev, "hello", "variable GREETING"), "hello");
    assert_eq!(told(&dev, "other", "variable GREETING"), "bye");
    stage.edit("two");
    for name in ["hello", "other"] {
        tells(&dev, name, "which", "two");
    }
    assert_eq!(projects(&dev, "built", 0), [Value::Null, Value::Null]);

    stage.write("s.yaml", S_YAML);
    dev.event("changed");
    let is_gone = || (dev.send(&request("other", "which")).status == 404).then_some(());
    dev.wait_for("its end", is_gone);
    assert_eq!(told(&dev, "hello", "which"), "two");
}

fn twice() {
    let stage = workspace();
    let wrong = [
        "error: two functions are named `first`",
        "  first/s.yaml:8: resource `function`",
        "  second/s.yaml:8: resource `function`",
        "hint: give each of them a `functionName` of its own, since all are called on one port",
    ];
    stage.write("second/s.yaml", &s_yaml("first"));
    let refused = start(&stage, ".", &[]).ended();
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(refused.lines, wrong);

    // After an edit, what was served goes on.
    stage.write("second/s.yaml", &s_yaml("second"));
    let (mut dev, _) = serve(&stage, ".", 2);
    stage.write("second/s.yaml", &s_yaml("first"));
    dev.line(wrong[0]);
    assert_eq!(told(&dev, "first", "which"), "one");
    assert_eq!(told(&dev, "second", "which"), "two");
    // The name that is taken does not hold up the settings of the other project.
    stage.write("first/.env", "MINE=yes\n");
    tells(&dev, "first", "variable MINE", "yes");
    // A new name of either makes both run.
    stage.write("first/s.yaml", &s_yaml("third"));
    tells_soon(&dev, "first", "two");
    tells_soon(&dev, "third", "one");
    drop(dev);

    let stage = Stage::new();
    let second = S_YAML[S_YAML.find("  function:").expect("a resource")..].to_owned();
    let second = second.replace("  function:", "  other:");
    stage.write("s.yaml", &format!("{S_YAML}{second}"));
    let refused = start(&stage, ".", &[]).ended();
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let wrong = [
        "error: two functions are named `hello`",
        "  s.yaml:8: resource `function`",
        "  s.yaml:19: resource `other`",
    ];
    assert_eq!(refused.lines[..3], wrong);
}

fn mistakes() {
    let stage = workspace();
    let wrong = s_yaml("second").replace("timeout: 60", "timeout: 0");
    stage.write("second/s.yaml", &wrong);
    let refused = start(&stage, ".", &[]).ended();
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(
        refused.lines[0],
        "error: a mistake in the deployment configuration"
    );
    assert!(
        refused.lines[1].starts_with("  second/s.yaml:11:"),
        "{refused:?}"
    );
    let hint =
        "hint: fix these lines, then check them with `cargo fc3 check --s-yaml second/s.yaml`";
    assert_eq!(refused.lines[2], hint);

    // In the member, the words are those of `invoke`.
    let refused = start(&stage, "second", &[]).ended();
    let invoked = invoke(&stage, "second", &["-e", "which"]);
    assert_eq!(refused.code, invoked.status.code());
    let words = String::from_utf8_lossy(&invoked.stderr);
    assert_eq!(refused.lines, words.lines().collect::<Vec<_>>());

    stage.write("second/s.yaml", &s_yaml("second"));
    let (mut dev, _) = serve(&stage, ".", 2);
    let wrong = wrong.replace("GREETING: hello", "GREETING: bye");
    stage.write("second/s.yaml", &wrong);
    dev.line("error: a mistake in the deployment configuration");
    assert_eq!(told(&dev, "second", "variable GREETING"), "hello");
    stage.write(
        "first/s.yaml",
        &s_yaml("first").replace("GREETING: hello", "GREETING: bye"),
    );
    tells(&dev, "first", "variable GREETING", "bye");
    stage.write("second/s.yaml", &wrong.replace("timeout: 0", "timeout: 9"));
    tells(&dev, "second", "variable GREETING", "bye");
}

fn nameless() {
    let stage = Stage::new();
    let unknown = S_YAML.replace("functionName: hello", "functionName: ${env('NAME')}");
    let wrong = unknown.replace("  function:", "  my.function:");
    stage.write("s.yaml", &wrong);
    let refused = start(&stage, ".", &[]).ended();
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let said = "error: s.yaml:4: the `functionName` of `my.function` has no valid value here, and no \
                function can be named `my.function`";
    assert_eq!(refused.lines[0], said);
    let invoked = invoke(&stage, ".", &["-e", "which"]);
    assert_eq!(invoked.status.code(), Some(1), "{invoked:?}");

    stage.write(".env", "NAME=named\n");
    let (dev, served) = serve(&stage, ".", 1);
    assert_eq!(served[0]["function"], "named");
    stage.write("s.yaml", &unknown);
    fs::remove_file(stage.dir().join(".env")).expect("it is there");
    tells_soon(&dev, "function", "one");
}
