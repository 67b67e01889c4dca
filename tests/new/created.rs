//! What `new` makes, and what it says about that.

use cargo_fc3::scaffold::template::Template;
use snapbox::file;

use crate::support::disk;
use crate::support::scratch::{CLI, Scratch};

#[test]
fn new_says_what_to_do_next() {
    let scratch = Scratch::new();
    scratch
        .fc3(&["new", "hello"])
        .success()
        .stdout_eq("")
        .stderr_eq(file!["../snapshots/new.txt"]);
    let files = disk::read(&scratch.path().join("hello"));
    assert!(
        files.contains_key("src/handler.rs"),
        "there is no handler in {files:?}"
    );
    assert_eq!(disk::names(scratch.path()), ["hello"]);
}

/// The names of things in somebody's account, which no default can know.
#[test]
fn what_was_assumed_for_a_kind_is_told() {
    let scratch = Scratch::new();
    for (args, reviewed) in [
        (
            &["--yes", "--bucket", "photos", "--dry-run"][..],
            file!["../snapshots/new-assumed-one.txt"],
        ),
        (&[], file!["../snapshots/new-assumed.txt"]),
    ] {
        let args = [&["new", "hello", "--kind", "oss"], args].concat();
        scratch.fc3(&args).success().stderr_eq(reviewed);
    }
    let all = ["--bucket=photos", "--prefix=", "--json", "--path=told"];
    let output = scratch.fc3(&[&["new", "hello", "--kind=oss"], &all[..]].concat());
    let said = output.success().get_output().stderr.clone();
    let said = String::from_utf8(said).expect("text");
    assert!(!said.contains("placeholder values"), "{said}");
}

#[test]
fn the_call_of_the_next_steps_fits_the_kind() {
    let scratch = Scratch::new();
    for kind in Template::embedded().manifest().kinds() {
        let args = ["new", "hello", "--dry-run", "--json", "--kind", &kind.value];
        let output = scratch.fc3(&args).success().get_output().stdout.clone();
        let json: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
        let steps = json["next_steps"].to_string();
        // A client of a web function asks for a page; the others have this sample in common.
        let call = match kind.value.as_str() {
            "web" => "curl localhost:9000/\"",
            _ => "@events/invoke.json ",
        };
        assert!(steps.contains(call), "{}: {steps}", kind.value);
    }
}

#[test]
fn next_steps_are_no_wider_than_a_terminal() {
    let scratch = Scratch::new();
    let output = scratch
        .fc3(&["new", "hello"])
        .success()
        .get_output()
        .stderr
        .clone();
    let text = String::from_utf8(output).expect("text");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn a_dry_run_lists_and_writes_nothing() {
    let scratch = Scratch::new();
    let dry = scratch.fc3(&["new", "hello", "--dry-run"]).success();
    let dry = dry.stderr_eq(file!["../snapshots/new-dry-run.txt"]);
    let listed = String::from_utf8(dry.get_output().stdout.clone()).expect("text");
    assert!(disk::names(scratch.path()).is_empty(), "a dry run wrote");

    scratch.fc3(&["new", "hello", "--vcs", "none"]).success();
    let nodes = disk::read(&scratch.path().join("hello"));
    let files = nodes
        .iter()
        .filter(|(_, node)| matches!(node, disk::Node::File { .. }));
    assert_eq!(
        listed.lines().collect::<Vec<_>>(),
        files.map(|(path, _)| path).collect::<Vec<_>>()
    );
}

#[test]
fn json_is_one_document_that_tells_what_was_done() {
    let scratch = Scratch::new();
    let args = [
        "new",
        "hello",
        "--json",
        "--kind",
        "web",
        "--region",
        "eu-central-1",
    ];
    let json = |dry: bool| -> serde_json::Value {
        let command = scratch.command(&args);
        let command = if dry {
            command.arg("--dry-run")
        } else {
            command
        };
        let output = command.assert().success().get_output().stdout.clone();
        serde_json::from_slice(&output).expect("one JSON document")
    };
    let mut planned = json(true);
    let done = json(false);
    assert_eq!(planned["dry_run"], true);
    planned["dry_run"] = false.into();
    assert_eq!(planned, done);

    let nodes = disk::read(&scratch.path().join("hello"));
    for file in done["files"].as_array().expect("a list") {
        let path = file["path"].as_str().expect("a path");
        let Some(disk::Node::File { executable, .. }) = nodes.get(path) else {
            panic!("{path} was not written");
        };
        assert_eq!(file["executable"], *executable, "{path}");
    }
    let path = scratch
        .path()
        .canonicalize()
        .expect("it is there")
        .join("hello");
    assert_eq!(done["path"], path.to_str().expect("text"));
    assert_eq!(done["name"], "hello");
    assert_eq!(done["kind"], "web");
    assert_eq!(done["answers"]["region"], "eu-central-1");
    assert_eq!(done["answers"]["description"], "A function in Rust");
}

/// Whatever the path needs, a shell that gets the lines is in the project.
#[cfg(unix)]
#[test]
fn next_steps_work_when_pasted() {
    for place in [
        "hello",
        "two words",
        "it's $HOME; \"x\"",
        "-rf",
        "~",
        "日本",
    ] {
        let scratch = Scratch::new();
        let path = format!("--path={place}");
        let output = scratch.fc3(&["new", "hello", "--json", &path]).success();
        let json: serde_json::Value =
            serde_json::from_slice(&output.get_output().stdout).expect("JSON");
        let steps = json["next_steps"].as_array().expect("a list").iter();
        let steps: Vec<_> = steps.map(|step| step.as_str().expect("text")).collect();
        let sample = steps
            .iter()
            .find_map(|step| step.split_once('@'))
            .expect("a sample")
            .1;
        let sample = sample.split(' ').next().expect("a path");
        let script = format!("{}\ntest -f Cargo.toml && test -f {sample}", steps[0]);
        let shell = std::process::Command::new("sh")
            .args(["-euc", &script])
            .current_dir(scratch.path())
            .output()
            .expect("a shell");
        assert!(
            shell.status.success(),
            "{script}\n{}",
            String::from_utf8_lossy(&shell.stderr)
        );
    }
}

#[test]
fn a_path_is_the_place_and_the_name_stays_the_name() {
    let scratch = Scratch::new();
    for (path, place) in [
        ("a", "a"),
        ("./b/", "b"),
        ("a/c", "a/c"),
        ("a/./d/.", "a/d"),
    ] {
        scratch
            .fc3(&["new", "hello", "--path", path, "--vcs", "none"])
            .success();
        let cargo = scratch.path().join(place).join("Cargo.toml");
        let cargo = std::fs::read_to_string(cargo).expect("a manifest");
        assert!(cargo.contains("name = \"hello\""), "{path}: {cargo}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_is_no_failure() {
    let scratch = Scratch::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = std::process::Command::new(CLI)
        .args(["new", "hello", "--dry-run"])
        .current_dir(scratch.path())
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.starts_with("Would create ") && !said.contains("error"),
        "{said}"
    );
}

#[test]
fn without_a_name_the_directory_gives_it() {
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path().join("services")).expect("a directory");
    scratch.fc3(&["new", "--path", "services/resize"]).success();
    let answers = std::fs::read_to_string(scratch.path().join("services/resize/fc3.toml"));
    let answers = answers.expect("a project");
    assert!(answers.contains("name = \"resize\""), "{answers}");
}
