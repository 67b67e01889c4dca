//! Edits: which files count, what each of them brings, and that none is missed.

use std::fs;

use crate::Check;
use crate::stage::{S_YAML, Stage, handler};

pub(crate) const CHECKS: &[Check] = &[
    ("an_edit_is_named_built_and_served", named),
    ("settings_need_no_build", settings),
    ("only_a_changed_content_of_the_package_counts", only_content),
    ("whatever_the_program_is_made_of_counts", all_inputs),
    ("a_failed_build_keeps_the_old_program", failed_build),
    (
        "a_first_build_that_fails_waits_for_an_edit",
        failed_first_build,
    ),
    ("without_watching_nothing_happens", no_watch),
    ("polling_finds_edits", polling),
    ("the_last_of_many_edits_is_served", burst),
    ("editors_that_replace_files_are_followed", replaced),
    ("code_and_settings_change_at_once", both),
    ("what_another_cargo_has_built_is_served", built_elsewhere),
];

fn named() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    stage.edit("two");
    let changed = dev.event("changed");
    assert_eq!(
        (&changed["file"], &changed["more"]),
        (&"src/handler.rs".into(), &0.into())
    );
    dev.event("built");
    dev.tells("two");
}

fn settings() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("variable GREETING"), "hello");
    stage.write(
        "s.yaml",
        &S_YAML.replace("GREETING: hello", "GREETING: goodbye"),
    );
    assert_eq!(dev.event("changed")["file"], "s.yaml");
    dev.wait_for("the new variable", || {
        (dev.told("variable GREETING") == "goodbye").then_some(())
    });
    // A file that was not there.
    stage.write(".env", "COLOUR=red\n");
    assert_eq!(dev.event("changed")["file"], ".env");
    dev.wait_for("the new variable", || {
        (dev.told("variable COLOUR") == "red").then_some(())
    });
    fs::remove_file(stage.dir().join(".env")).expect("it is there");
    assert_eq!(dev.event("changed")["file"], ".env");
    dev.wait_for("no variable", || {
        dev.told("variable COLOUR").is_empty().then_some(())
    });
    assert_eq!(dev.count("built"), 1);
}

/// What follows is an edit, so nothing has to be waited for.
fn only_content() {
    let stage = Stage::new();
    let dev = stage.serve(&[]);
    let pid = dev.told("pid");
    for file in ["src/handler.rs", "src/main.rs", "Cargo.toml", "s.yaml"] {
        let text = fs::read_to_string(stage.dir().join(file)).expect("a file");
        stage.write(file, &text);
        stage.replace(file, &text);
    }
    for file in [
        "README.md",
        "events/invoke.json",
        "src/notes.txt",
        ".env.example",
        "other/s.yaml",
    ] {
        stage.write(file, "of no meaning for the program");
    }
    stage.write("target/debug/bootstrap.d", "");
    assert_eq!(dev.told("pid"), pid);
    stage.edit("two");
    dev.tells("two");
    let events = dev.events();
    let changed = events.iter().filter(|event| event["event"] == "changed");
    let files: Vec<_> = changed.map(|event| &event["file"]).collect();
    assert_eq!(files, ["src/handler.rs"]);
    dev.wait_for("both builds", || (dev.count("built") == 2).then_some(()));
}

fn all_inputs() {
    let stage = Stage::new();
    stage.write("words/first.txt", "first");
    stage.write("words/second.txt", "second");
    stage.write(
        "build.rs",
        "fn main() {
            println!(\"cargo::rerun-if-changed=words/second.txt\");
            let words = std::fs::read_to_string(\"words/second.txt\").unwrap();
            println!(\"cargo::rustc-env=SECOND={words}\");
        }",
    );
    let which = "pub const WHICH: &str = concat!(include_str!(\"../words/first.txt\"), \" \", env!(\"SECOND\"));";
    stage.write("src/handler.rs", which);
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "first second");
    stage.replace("words/first.txt", "1");
    assert_eq!(dev.event("changed")["file"], "words/first.txt");
    dev.tells("1 second");
    stage.replace("words/second.txt", "2");
    assert_eq!(dev.event("changed")["file"], "words/second.txt");
    dev.tells("1 2");
    let script = fs::read_to_string(stage.dir().join("build.rs")).expect("a file");
    stage.write(
        "build.rs",
        &script.replace("SECOND={words}", "SECOND=-{words}"),
    );
    assert_eq!(dev.event("changed")["file"], "build.rs");
    dev.tells("1 -2");
    // A build script that goes and comes.
    let file = stage.dir().join("build.rs");
    fs::rename(&file, stage.dir().join("build.rs.old")).expect("it is there");
    assert_eq!(dev.event("changed")["file"], "build.rs");
    dev.event("build_failed");
    fs::rename(stage.dir().join("build.rs.old"), &file).expect("it is there");
    assert_eq!(dev.event("changed")["file"], "build.rs");
    dev.event("built");
    // A module that is new.
    stage.write("src/handler.rs", "mod more;\npub use more::WHICH;\n");
    stage.write("src/handler/more.rs", &handler("more"));
    dev.tells("more");
    stage.write("src/handler/more.rs", &handler("much more"));
    dev.tells("much more");
}

fn failed_build() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    let pid = dev.told("pid");
    stage.write("src/handler.rs", "pub const WHICH: &str = 5;\n");
    dev.event("build_failed");
    assert_eq!(dev.told("pid"), pid);
    // Its lines come on another way than its events.
    dev.line("src/handler.rs:1:25");
    let count = |text: &str| {
        dev.lines()
            .iter()
            .filter(|line| line.contains(text))
            .count()
    };
    assert_eq!(count("mismatched types"), 1, "{:#?}", dev.lines());
    assert_eq!(count("src/handler.rs:1:25"), 1, "{:#?}", dev.lines());
    stage.edit("two");
    dev.tells("two");
    // Back to what is deployed: cargo has nothing to build then.
    stage.write("src/handler.rs", "nonsense");
    dev.event("build_failed");
    stage.edit("two");
    dev.event("built");
    dev.tells("two");
}

fn failed_first_build() {
    let stage = Stage::new();
    stage.write("src/handler.rs", "");
    let mut dev = stage.start(&[]);
    dev.event("build_failed");
    stage.edit("one");
    dev.serving();
    dev.tells("one");
}

fn no_watch() {
    let stage = Stage::new();
    let mut dev = stage.start(&["--no-watch"]);
    dev.serving();
    stage.edit("two");
    stage.write(
        "s.yaml",
        &S_YAML.replace("GREETING: hello", "GREETING: goodbye"),
    );
    // It could pass without these calls, but not fail for another reason.
    for _ in 0..20 {
        assert_eq!(dev.told("slow 50"), "one");
    }
    assert_eq!(dev.told("variable GREETING"), "hello");
    let ended = dev.end("INT");
    assert!(
        ended.events.iter().all(|event| event["event"] != "changed"),
        "{ended:#?}"
    );

    // Without an edit to wait for, a build that fails is the end.
    stage.write("src/handler.rs", "");
    let ended = stage.start(&["--no-watch"]).ended();
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(
        ended
            .lines
            .contains(&"error: `cargo build` failed".to_owned()),
        "{ended:#?}"
    );
}

fn polling() {
    let stage = Stage::new();
    let dev = stage.serve(&["--poll"]);
    stage.edit("two");
    dev.tells("two");
    stage.replace("src/handler.rs", &handler("three"));
    dev.tells("three");
}

fn burst() {
    let stage = Stage::new();
    let dev = stage.serve(&[]);
    for number in 0..60 {
        stage.edit(&number.to_string());
        std::thread::sleep(std::time::Duration::from_millis(number * 2));
    }
    stage.edit("last");
    dev.tells("last");
}

fn replaced() {
    let stage = Stage::new();
    let dev = stage.serve(&[]);
    stage.replace("src/handler.rs", &handler("two"));
    dev.tells("two");
    // Others keep the old one under another name.
    let file = stage.dir().join("src/handler.rs");
    fs::rename(&file, stage.dir().join("src/handler.rs~")).expect("it is there");
    stage.edit("three");
    dev.tells("three");
    fs::remove_file(&file).expect("it is there");
    stage.edit("four");
    dev.tells("four");
    assert_eq!(dev.count("build_failed"), 0);
}

fn both() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    stage.write(
        "s.yaml",
        &S_YAML.replace("GREETING: hello", "GREETING: goodbye"),
    );
    stage.edit("two");
    dev.tells("two");
    dev.wait_for("the new variable", || {
        (dev.told("variable GREETING") == "goodbye").then_some(())
    });
    // The settings need no build that succeeds.
    dev.signal("STOP");
    stage.write(
        "s.yaml",
        &S_YAML.replace("GREETING: hello", "GREETING: again"),
    );
    stage.write("src/handler.rs", "pub const WHICH: &str = 3;\n");
    dev.signal("CONT");
    dev.event("build_failed");
    dev.wait_for("the new variable", || {
        (dev.told("variable GREETING") == "again").then_some(())
    });
    assert_eq!(dev.told("which"), "two");
}

/// The author may build in another terminal, or the editor may do it.
fn built_elsewhere() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    // It sees the edit after that build.
    dev.signal("STOP");
    stage.edit("two");
    stage.build();
    dev.signal("CONT");
    dev.event("built");
    dev.tells("two");
}
