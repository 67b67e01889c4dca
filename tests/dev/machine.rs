//! What goes wrong around a function: the disk, the target directory, `s.yaml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Check;
use crate::dev::Dev;
use crate::stage::{S_YAML, Stage};
use crate::support::mounts::mounting;

pub(crate) const CHECKS: &[Check] = &[
    ("the_target_directory_vanishes", target_vanishes),
    ("settings_are_broken", broken_settings),
    (
        "an_edit_beside_broken_settings",
        code_beside_broken_settings,
    ),
    ("s_yaml_vanishes", settings_vanish),
];

fn target_vanishes() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    let target = stage.dir().join("target");
    fs::remove_dir_all(&target).expect("it is there");
    // The program comes back without an edit, and so does the announcement.
    dev.event("built");
    dev.wait_for("the announcement", || {
        stage
            .announced()
            .filter(|address| *address == dev.address())
    });
    dev.wait_for("another instance", || {
        // Six calls need two instances.
        std::thread::scope(|scope| {
            let calls: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| dev.call("slow 100")))
                .collect();
            let answers = calls
                .into_iter()
                .map(|call| call.join().expect("an answer"));
            let answers: Vec<_> = answers.collect();
            answers
                .iter()
                .all(|answer| answer.text() == "one")
                .then_some(())
        })
    });
    // `dev` may write into it at the same moment.
    let mut tries = (0..100).map(|_| fs::remove_dir_all(&target));
    let removed = |tried: &io::Result<()>| {
        let error = tried.as_ref().err().map(io::Error::kind);
        error != Some(io::ErrorKind::DirectoryNotEmpty)
    };
    let last = tries.find(removed).expect("it is removed in the end");
    last.expect("it is there");
    stage.edit("two");
    dev.tells("two");
}

/// Each mistake is told once, and the function goes on as it is configured.
fn broken_settings() {
    let stage = Stage::new();
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    let serving = dev.line("Serving");
    dev.serves_at(&serving);
    let pid = dev.told("pid");
    let broken = S_YAML.replace("resources:", "resources: [");
    let elsewhere = S_YAML.replace("./target/fc/bin", "./other");
    let greeting = S_YAML.replace("GREETING: hello", "GREETING: goodbye");
    let mut mistakes = 0;
    for (file, content, told) in [
        (
            "s.yaml",
            broken.as_bytes(),
            "error: a mistake in the deployment configuration",
        ),
        (
            "s.yaml",
            elsewhere.as_bytes(),
            "error: no function in `s.yaml` has its code in `./target/fc/bin`",
        ),
        ("s.yaml", b"resources: \xff", "error: `s.yaml` is not UTF-8"),
        ("s.yaml", greeting.as_bytes(), ""),
        (".env", b"COLOUR=\xff\n", "error: cannot read `.env`: "),
        (".env", b"COLOUR=red\n", ""),
    ] {
        stage.replace_bytes(file, content);
        dev.line(&format!("Changed `{file}`"));
        if told.is_empty() {
            dev.line("Started an instance");
            continue;
        }
        let line = dev.line("error: ");
        assert!(line.starts_with(told), "{line}");
        dev.line("hint: ");
        mistakes += 1;
        assert_eq!(dev.told("which"), "one");
        let lines = dev.lines();
        let errors = lines.iter().filter(|line| line.contains("error"));
        assert_eq!(errors.count(), mistakes, "{lines:#?}");
        if file == "s.yaml" {
            assert_eq!(dev.told("pid"), pid);
        } else {
            assert_eq!(dev.told("variable COLOUR"), "");
        }
    }
    assert_eq!(dev.told("variable GREETING"), "goodbye");
    assert_eq!(dev.told("variable COLOUR"), "red");
}

/// The last settings are those of the program that an edit brings.
fn code_beside_broken_settings() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    stage.replace("s.yaml", "resources: [");
    dev.line("  s.yaml:1:12: ");
    stage.edit("two");
    dev.tells("two");
    assert_eq!(dev.told("variable GREETING"), "hello");
    let greeting = S_YAML.replace("GREETING: hello", "GREETING: goodbye");
    stage.replace("s.yaml", &greeting);
    dev.wait_for("the new variable", || {
        (dev.told("variable GREETING") == "goodbye").then_some(())
    });
    assert_eq!(dev.told("which"), "two");
}

/// A project without the file has one function, which is called like its directory.
fn settings_vanish() {
    let stage = Stage::new();
    let mut dev = stage.serve(&[]);
    assert_eq!(dev.told("which"), "one");
    fs::remove_file(stage.dir().join("s.yaml")).expect("it is there");
    let serving = dev.event("serving");
    assert_ne!(serving["function"], "hello");
    let answer = dev.call("which");
    assert_eq!(answer.status, 404, "{answer}");
    stage.replace("s.yaml", S_YAML);
    assert_eq!(dev.event("serving")["function"], "hello");
    assert_eq!(dev.told("which"), "one");
}

/// It needs a file system of its own.
pub(crate) fn full_disk() {
    let stage = Stage::new();
    fs::create_dir(stage.dir().join("target")).expect("a directory");
    let dev = stage.command(&["--json"]);
    let mut command = mounting("mount -t tmpfs -o size=40m none target; exec \"$0\" \"$@\"");
    command
        .arg(dev.get_program())
        .args(dev.get_args())
        .current_dir(stage.dir())
        .env_clear();
    command.envs(
        dev.get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command.stdin(std::process::Stdio::null());
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut dev = Dev::start(&mut command, &stage.dir());
    dev.serving();
    assert_eq!(dev.told("which"), "one");
    // Where it is mounted.
    let target = PathBuf::from(format!("/proc/{}/root", dev.id()));
    let target = target
        .join(stage.dir().strip_prefix("/").expect("an absolute path"))
        .join("target");
    fill(&target.join("filler"));
    stage.edit("two");
    dev.event("build_failed");
    dev.line("No space left on device");
    assert_eq!(dev.told("which"), "one");
    // Settings need no build.
    stage.write(
        "s.yaml",
        &S_YAML.replace("GREETING: hello", "GREETING: goodbye"),
    );
    dev.wait_for("the new variable", || {
        (dev.told("variable GREETING") == "goodbye").then_some(())
    });
    fs::remove_file(target.join("filler")).expect("it is there");
    stage.edit("three");
    dev.tells("three");
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

/// Writes a file until nothing more fits.
fn fill(file: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(file).expect("a file");
    let part = [0; 4096];
    while file.write_all(&part).is_ok() {}
}
