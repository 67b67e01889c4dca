//! `cargo fc3 invoke` calls the functions of a `dev` that serves several.

use serde_json::{Value, json};

use crate::Check;
use crate::members::{OTHER, invoke, serve, workspace};
use crate::stage::S_YAML;

pub(crate) const CHECKS: &[Check] = &[
    ("a_member_invokes_its_own_function", members),
    ("one_of_several_functions_is_named", named),
];

fn members() {
    let stage = workspace();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let called = |folder: &str, args: &[&str]| {
        let called = invoke(&stage, folder, &[&["-e", "which", "--json"], args].concat());
        let called: Value = serde_json::from_slice(&called.stdout).expect("JSON");
        (called["ran_by"].clone(), called["reply"].clone())
    };
    let by = |program: &str, reply: &str| (json!(program), json!(reply));
    // Without `dev`, it starts the function of this name.
    assert_eq!(called(".", &["--function", "second"]), by("invoke", "two"));

    let (dev, _) = serve(&stage, ".", 2);
    for (folder, which) in [("first", "one"), ("second/src", "two")] {
        assert_eq!(called(folder, &[]), by("dev", which));
    }
    for (name, which) in [("first", "one"), ("second", "two")] {
        assert_eq!(called(".", &["--function", name]), by("dev", which));
    }
    assert_eq!(called("shared", &["--function", "first"]), by("dev", "one"));
    let page = invoke(&stage, ".", &["--function", "second", "--get", "/", "-v"]);
    let said = text(&page.stderr);
    assert!(said.contains("Host: second.localhost:"), "{said}");
    // The API counts whole milliseconds.
    let called = invoke(&stage, "first", &["-e", "which", "-v"]);
    let said = text(&called.stderr);
    assert!(said.contains("Called the function in "), "{said}");
    assert!(!said.contains(" 0.0 ms"), "{said}");
    drop(dev);
}

fn named() {
    let stage = workspace();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let refused = invoke(&stage, ".", &["-e", "which"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let expected = "error: this workspace has several functions: `first`, `second`\nhint: name one with \
                    `--function NAME`, or run this command in the directory of its project\n";
    assert_eq!(text(&refused.stderr), expected);
    let unknown = invoke(&stage, ".", &["-e", "which", "--function", "third"]);
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
    let expected =
        "error: no function here is named `third`\nhint: pass one of `first`, `second`\n";
    assert_eq!(text(&unknown.stderr), expected);

    // A running `dev` may not serve it yet.
    let (mut dev, _) = serve(&stage, ".", 2);
    stage.write("first/s.yaml", &format!("{S_YAML}{OTHER}"));
    dev.event("changed");
    let greeting = ["-e", "variable GREETING", "--function", "other"];
    let called = dev.wait_for("the new function", || {
        let called = invoke(&stage, "first", &greeting);
        called.status.success().then_some(called)
    });
    assert_eq!(called.stdout, b"bye", "{called:?}");
    stage.write("second/s.yaml", &format!("{S_YAML}{OTHER}"));
    dev.line("error: two functions are named `hello`");
    let wrong = invoke(&stage, "second", &["-e", "which", "--function", "hello"]);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    let said = format!(
        "error: `cargo fc3 dev` on port {} does not serve `hello`\n",
        dev.address().port()
    );
    assert!(text(&wrong.stderr).starts_with(&said), "{wrong:?}");
}
