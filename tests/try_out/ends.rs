//! How `cargo fc3 try` ends: with a signal, with a failure, with a reply of any bytes. Its `cargo`
//! is a script of ours, which chooses the moment and the function.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use rustix::fs::OFlags;
use tempfile::TempDir;

use crate::support::stand_in;

const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

/// A `try` with a `cargo` of ours, and the place where it puts the project.
struct Stage {
    tools: TempDir,
    temporary: TempDir,
}

impl Stage {
    /// `script` runs in the project, and finds `alive` and `function` in `$tools`.
    fn new(script: &str) -> Self {
        let stage = Self {
            tools: tempfile::tempdir().expect("a temporary directory"),
            temporary: tempfile::tempdir().expect("a temporary directory"),
        };
        let tools = stage.tools.path().display();
        let script = format!("tools='{tools}'\n{script}");
        stand_in::write(&stage.cargo(), &script).expect("a script");
        let made = Command::new("mkfifo").arg(stage.alive()).status();
        assert!(made.expect("mkfifo runs").success());
        stage
    }

    /// With a function that hands each connection to `serve`, as the code of one in Rust.
    fn with_function(serve: &str) -> Self {
        let artifact = stand_in::built(Path::new("/function"), "TOOLS/function")
            .replace("TOOLS", "'\"$tools\"'");
        let stage = Self::new(&artifact);
        let source = stage.tools.path().join("function.rs");
        let program = format!(
            "use std::io::{{Read, Write}};
            fn main() {{
                let port = std::env::var(\"FC_SERVER_PORT\").unwrap().parse::<u16>().unwrap();
                let listener = std::net::TcpListener::bind((\"0.0.0.0\", port)).unwrap();
                for stream in listener.incoming() {{
                    let mut stream = stream.unwrap();
                    let mut request = Vec::new();
                    let mut byte = [0];
                    while !request.ends_with(b\"\\r\\n\\r\\n\") && stream.read(&mut byte).unwrap() == 1 {{
                        request.push(byte[0]);
                    }}
                    if request.is_empty() {{
                        continue;
                    }}
                    let head = String::from_utf8(request).unwrap().to_lowercase();
                    let length = head.lines().find_map(|line| line.strip_prefix(\"content-length: \"));
                    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
                    stream.read_exact(&mut body).unwrap();
                    let alive = \"{alive}\";
                    let _ = alive;
                    {serve}
                }}
            }}",
            alive = stage.alive().display(),
        );
        fs::write(&source, program).expect("a program");
        let compiled = Command::new("rustc")
            .args(["--edition", "2024", "-o"])
            .arg(stage.tools.path().join("function"))
            .arg(&source)
            .output()
            .expect("rustc runs");
        assert!(compiled.status.success(), "{}", text(&compiled.stderr));
        stage
    }

    fn cargo(&self) -> PathBuf {
        self.tools.path().join("cargo")
    }

    /// A FIFO: as long as a process lives that has opened it, it has no end.
    fn alive(&self) -> PathBuf {
        self.tools.path().join("alive")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(CLI);
        command
            .args(["try", "event"])
            .args(arguments)
            .env("TMPDIR", self.temporary.path())
            .env("CARGO", self.cargo())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the CLI runs")
    }

    /// What is left of the project.
    fn left(&self) -> Vec<PathBuf> {
        crate::left_in(self.temporary.path())
    }

    /// Runs it, sends it a signal as soon as the FIFO says that it may, and sees to it that
    /// whoever had opened the FIFO is gone when it has ended.
    fn stopped_by(&self, signal: &str, arguments: &[&str]) -> (ExitStatus, String) {
        // A file, since a pipe would have no end either as long as such a process lives.
        let said = self.tools.path().join("said");
        let stderr = File::create(&said).expect("a file");
        let mut command = self.command(arguments);
        let mut running = command.stderr(stderr).spawn().expect("the CLI runs");
        let alive = File::open(self.alive()).expect("somebody opens it");
        let mut alive = BufReader::new(alive);
        alive.read_line(&mut String::new()).expect("a line");
        send(signal, &running);
        let status = running.wait().expect("it ends");

        rustix::fs::fcntl_setfl(alive.get_ref(), OFlags::NONBLOCK).expect("a flag");
        let gone = match alive.read(&mut [0]) {
            Ok(0) => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            other => panic!("{other:?}"),
        };
        assert!(gone, "a process was Cleaned up");
        (status, fs::read_to_string(said).expect("text"))
    }
}

fn send(signal: &str, to: &Child) {
    let id = to.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &id]).status();
    assert!(sent.expect("kill runs").success());
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

/// It says that it has begun only when its child has, and both hold the FIFO open. The child
/// writes to the project for as long as the stage is there.
const BUILD_FOR_EVER: &str = "export tools
    exec 3> \"$tools/alive\"
    sh -c 'n=0; while test -e \"$tools\"; do n=$((n+1)); mkdir -p target/$n; test $n = 1 && echo >&3; done' &
    wait";

#[test]
fn a_signal_during_the_build_ends_all_of_it_and_leaves_nothing() {
    for (signal, code) in SIGNALS {
        let stage = Stage::new(BUILD_FOR_EVER);
        let (status, said) = stage.stopped_by(signal, &[]);
        assert_eq!(status.code(), Some(code), "{said}");
        assert!(said.ends_with("error: stopped by a signal\n"), "{said}");
        assert_eq!(stage.left(), Vec::<PathBuf>::new(), "{said}");
    }
}

#[test]
fn a_signal_during_a_call_ends_the_function_and_leaves_nothing() {
    for (signal, code) in SIGNALS {
        let stage = Stage::with_function(
            "let mut alive = std::fs::File::create(alive).unwrap();
            alive.write_all(b\"called\\n\").unwrap();
            loop { std::thread::park(); }",
        );
        let (status, said) = stage.stopped_by(signal, &[]);
        assert_eq!(status.code(), Some(code), "{said}");
        assert!(said.contains("Started the function on port "), "{said}");
        assert!(!said.contains("Called the initializer"), "{said}");
        assert_eq!(stage.left(), Vec::<PathBuf>::new(), "{said}");
    }
}

/// The project that the output says is kept.
fn kept(said: &str) -> &Path {
    let place = said
        .lines()
        .find_map(|line| line.strip_prefix("Kept the project in `"));
    Path::new(place.expect("a place").trim_end_matches('`'))
}

#[test]
fn a_project_is_kept_whatever_becomes_of_it() {
    let stage = Stage::new("exit 101");
    let output = stage.run(&["--keep"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(kept(&said).join("src/handler.rs").is_file(), "{said}");
    assert!(!said.contains("Cleaned up"), "{said}");

    let stage = Stage::new(BUILD_FOR_EVER);
    let (status, said) = stage.stopped_by("INT", &["--keep"]);
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(kept(&said).join("src/handler.rs").is_file(), "{said}");
}

#[test]
fn a_build_that_fails_leaves_nothing() {
    let stage = Stage::new("exit 101");
    let output = stage.run(&[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("error: `cargo build` failed\nhint: "),
        "{said}"
    );
    assert_eq!(stage.left(), Vec::<PathBuf>::new());
}

/// The folder is a file when it is to be removed, which takes another call.
#[test]
fn what_cannot_be_removed_is_told() {
    let stage = Stage::new("folder=$(dirname \"$PWD\"); rm -r \"$folder\"; echo > \"$folder\"");
    let output = stage.run(&[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(101), "{said}");
    let left = stage.left();
    let told = format!("error: cannot remove `{}`: ", left[0].display());
    assert!(said.contains(&told), "{said}");
    assert!(said.contains("\nhint: remove it yourself\n"), "{said}");
    assert!(!said.contains("Cleaned up"), "{said}");
}

#[test]
fn a_reply_is_passed_on_as_it_is_and_its_last_line_ends() {
    for (reply, shown) in [
        ("b\"a\\xff\\n\\n\"", &b"a\xff\n\n"[..]),
        ("b\"no end\"", b"no end\n"),
        ("b\"\"", b""),
    ] {
        let stage = Stage::with_function(&format!(
            "let reply = {reply};
            write!(stream, \"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: {{}}\\r\\n\\r\\n\", reply.len()).unwrap();
            stream.write_all(reply).unwrap();"
        ));
        let output = stage.run(&[]);
        let said = text(&output.stderr);
        assert_eq!(output.stdout, shown, "{said}");
        // It knows no signals, which is a failure of the function.
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("error: the function did not shut down cleanly (signal: 15"),
            "{said}"
        );
        assert_eq!(stage.left(), Vec::<PathBuf>::new());
    }
}

/// The call was made, and its reply cannot be shown.
#[cfg(target_os = "linux")]
#[test]
fn a_reply_that_cannot_be_written_is_told_and_leaves_nothing() {
    let stage = Stage::with_function(
        "let head = \"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 1\\r\\n\\r\\n\";
        write!(stream, \"{head}x\").unwrap();",
    );
    let full = File::options().write(true).open("/dev/full");
    let mut command = stage.command(&[]);
    let output = command.stdout(full.expect("Linux has it")).output();
    let output = output.expect("the CLI runs");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.ends_with(
            "error: cannot write to standard output: No space left on device (os error 28)\n\
             hint: send the output to a place with enough free space\n"
        ),
        "{said}"
    );
    assert!(!said.contains("Stopped"), "{said}");
    assert!(!said.contains("Cleaned up"), "{said}");
    assert_eq!(stage.left(), Vec::<PathBuf>::new());
}
