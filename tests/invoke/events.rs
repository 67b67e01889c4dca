//! The event that is sent, and the reply that comes back.

use std::fs;

use crate::stage::{Ended, Stage, text};

#[test]
fn a_reply_is_what_the_function_sent_byte_by_byte() {
    let stage = Stage::new("event");
    for event in [&b"a\xff\n\n"[..], b"no end", b"", b"\0\r\n"] {
        stage.write("my event", event);
        let ended = stage.run(&["-f", "my event"]);
        assert_eq!((ended.code, &*ended.stdout), (Some(0), event), "{ended:?}");
        let ended = stage.pipe(&["-f", "-"], event);
        assert_eq!((ended.code, &*ended.stdout), (Some(0), event), "{ended:?}");
    }
    assert_eq!(stage.run(&["-e", "--a text"]).reply(), "--a text");
}

#[test]
fn the_log_goes_to_stderr_and_nothing_else_does() {
    let mut said: Vec<_> = Vec::new();
    let ended = Stage::new("event").run(&["-e", "x"]);
    said.extend(ended.stderr.lines());
    said.sort_unstable();
    assert_eq!(said, ["on stderr", "on stdout"]);
}

#[test]
fn without_an_event_the_first_sample_is_sent_or_nothing() {
    let stage = Stage::new("oss");
    let sample = stage.dir().join("events/invoke.json");
    let sent = fs::read(&sample).expect("every kind has it");
    assert_eq!(stage.run(&[]).stdout, sent);
    // Also from a directory inside the project.
    let mut below = stage.command(&[]);
    let below = below.current_dir(stage.dir().join("src")).output();
    assert_eq!(below.expect("the CLI runs").stdout, sent);
    fs::remove_file(sample).expect("removed");
    assert_eq!(stage.run(&[]).reply(), "");
}

#[test]
fn samples_are_listed_and_sent_by_name() {
    let stage = Stage::new("tablestore");
    let listed = stage.run(&["--sample"]);
    let expected = "invoke                  events/invoke.json
put-row                 events/put-row.cbor
update-and-delete.cbor  events/update-and-delete.cbor
update-and-delete       events/update-and-delete.json
";
    assert_eq!((listed.reply(), &*listed.stderr), (expected.to_owned(), ""));
    let names = stage.run(&["--sample", "--json"]).json();
    assert_eq!(names[1]["name"], "put-row");
    assert_eq!(names.as_array().map(Vec::len), Some(4));
    for name in names.as_array().expect("a list") {
        let (name, file) = (name["name"].as_str(), name["file"].as_str());
        let sent = fs::read(stage.dir().join(file.expect("a path"))).expect("a file");
        let ended = stage.run(&["--sample", name.expect("a name")]);
        assert_eq!((ended.code, ended.stdout), (Some(0), sent), "{name:?}");
    }
}

#[test]
fn the_nearest_sample_is_named() {
    let stage = Stage::new("oss");
    stage.run(&["--sample", "object-remove"]).refused(
        "error: there is no sample `object-remove`\n\
         hint: did you mean `--sample object-removed`? List all samples with `--sample`\n",
    );
    fs::remove_dir_all(stage.dir().join("events")).expect("removed");
    stage.run(&["--sample", "x\u{1b}[1m"]).refused(
        "error: there is no sample `x\\u{1b}[1m`\n\
         hint: create `events/x\\u{1b}[1m.json`, or pass `-f FILE`\n",
    );
    assert_eq!(stage.run(&["--sample"]).reply(), "");
}

#[test]
fn a_field_of_the_sample_is_set() {
    let stage = Stage::new("oss");
    let sample = fs::read_to_string(stage.dir().join("events/invoke.json")).expect("a sample");
    let set = stage.run(&[
        "--set",
        "events[0].oss.object.key=a/b.png",
        "--set",
        "events[0].oss.object.size=5",
    ]);
    let expected = sample
        .replace("\"source/a.png\"", "\"a/b.png\"")
        .replace("\"size\": 122539", "\"size\": 5");
    assert_ne!(expected, sample);
    assert_eq!(set.reply(), expected);
    let set = stage.pipe(&["-f", "-", "--set", "a=2"], b" { \"a\" : 1 }\n");
    assert_eq!(set.reply(), " { \"a\" : 2 }\n");
}

#[test]
fn what_cannot_be_set_is_said() {
    let stage = Stage::new("oss");
    stage.run(&["--set", "events[0].oss.object.kye=x"]).refused(
        "error: the event has no field `events[0].oss.object.kye`\n\
         hint: did you mean `events[0].oss.object.key`?\n",
    );
    stage
        .run(&["--set", "events[0].oss.object.key.name=x"])
        .refused(
            "error: the event has no field `events[0].oss.object.key.name`\n\
         hint: `events[0].oss.object.key` is a string: replace all of it with \
         `--set 'events[0].oss.object.key=TEXT'`\n",
        );
    stage
        .run(&["--set", "events[0].oss.object.size=big"])
        .refused(
            "error: `events[0].oss.object.size` is a number, but `big` is not\n\
         hint: pass a number, for example `--set 'events[0].oss.object.size=122539'`\n",
        );
    stage.run(&["-e", "{}", "--set", "a=x"]).refused(
        "error: the event has no field `a`\n\
         hint: the event has no fields: send another one with `-f FILE`\n",
    );
    stage.run(&["--set", "key"]).refused(
        "error: invalid value `key` for `--set`\n\
         hint: pass a path, `=` and a value, for example `--set 'events[0].oss.object.key=a.png'`. \
         Put a name with `.`, `[` or `=` in brackets and quotes: `[\"a.b\"]`\n",
    );
    Stage::new("tablestore")
        .run(&["--sample", "put-row", "--set", "a=1"])
        .refused(
            "error: `events/put-row.cbor` is not JSON, so `--set` cannot change a field of it\n\
         hint: send another event with `-f FILE`\n",
        );
}

#[test]
fn what_cannot_be_sent_is_said() {
    let stage = Stage::new("event");
    stage.run(&["-f", "nowhere"]).refused(
        "error: cannot read `nowhere`: No such file or directory (os error 2)\n\
         hint: pass an existing file\n",
    );
    let large = stage.dir().join("large");
    let file = fs::File::create(&large).expect("a file");
    file.set_len(32 * 1024 * 1024 + 1).expect("a sparse file");
    stage.run(&["-f", "large"]).refused(
        "error: `large` has 33554433 bytes; Function Compute accepts 33554432\n\
         hint: send a smaller event or body\n",
    );
    stage.run(&["--async"]).refused(
        "error: `--async` needs a running `cargo fc3 dev`, or `--remote`\n\
         hint: start `cargo fc3 dev` in another terminal, then run this command again\n",
    );
    let event = fs::File::create(stage.dir().join("event")).expect("a file");
    event.set_len(128 * 1024 + 1).expect("a sparse file");
    stage.run(&["-f", "event", "--async"]).refused(
        "error: `event` has 131073 bytes; Function Compute accepts 131072\n\
         hint: send a smaller event or body\n",
    );
    for two in [
        ["-e", "x", "-f", "y"],
        ["-e", "x", "--sample", "y"],
        ["-f", "x", "--sample", "y"],
    ] {
        let ended = stage.run(&two);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains("cannot be used with"), "{ended:?}");
    }
}

#[test]
fn outside_a_project_it_says_how_to_create_one() {
    let ended = Stage::empty().run(&["-e", "x"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("hint: create a project with `cargo fc3 new NAME`"),
        "{ended:?}"
    );
}

/// The function is that of `s.yaml` and `.env`.
#[test]
fn the_function_gets_its_variables_and_its_settings() {
    let stage = Stage::new("event");
    let asked = |event: &str| stage.run(&["-e", event]).reply();
    assert_eq!(asked("variable RUST_LOG"), "info");
    assert_eq!(asked("variable FC_FUNCTION_NAME"), "hello");
    assert_eq!(asked("header X-Fc-Function-Timeout"), "60");
    assert_eq!(asked("header Content-Type"), "application/octet-stream");
    assert_eq!(asked("variable HOME"), "");
    stage.write(".env", "TABLE=orders\n");
    let file = fs::read_to_string(stage.dir().join("s.yaml")).expect("every project has it");
    let file = file.replace(
        "RUST_LOG: info",
        "RUST_LOG: info\n        NAME: ${env('TABLE')}-1\n        MORE: ${env('MORE')}",
    );
    let file = file
        .replace("timeout: 60", "timeout: 1")
        .replace("memorySize: 512", "memorySize: 1024");
    stage.write("s.yaml", file);
    assert_eq!(asked("variable TABLE"), "orders");
    assert_eq!(asked("variable NAME"), "orders-1");
    assert_eq!(asked("header X-Fc-Function-Timeout"), "1");
    assert_eq!(asked("header X-Fc-Function-Memory"), "1024");
    let ended: Ended = stage.run(&["-e", "sleep"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.starts_with(
            "hint: `hello` does not get `MORE`: `${env('MORE')}` has no value here; set it in \
         `.env` or in the environment\n"
        ),
        "{ended:?}"
    );
    assert!(ended.stderr.contains(
        "error: the function failed: UnhandledInvocationError: Function time out after 1 seconds (duration: "
    ), "{ended:?}");
    let reply = text(&ended.stdout);
    assert!(
        reply.starts_with("{\"errorMessage\":\"Function time out after 1 seconds ("),
        "{reply}"
    );
}
