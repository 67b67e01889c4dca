//! Small functions, each with its own mistake: this test program, started again.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{self, Command, ExitCode};
use std::{env, thread};

/// The argument that makes this program a function; the next one says which.
const SERVE: &str = "serve";

/// Keeps connections, answers events, fails `fail`, and knows nothing else of the platform.
pub(crate) const PLAIN: &str = "plain";
/// The same, and it closes each connection.
pub(crate) const CLOSES: &str = "closes";
/// Answers a client's `GET /`, and takes no events.
pub(crate) const PAGE: &str = "page";
/// Answers both `GET /` and events.
pub(crate) const PAGE_AND_EVENTS: &str = "page-and-events";
/// Answers `GET /`, and fails every event.
pub(crate) const PAGE_AND_FAILURE: &str = "page-and-failure";
/// Answers events that are called JSON, and refuses all others.
pub(crate) const JSON_ONLY: &str = "json-only";
/// The same, and it answers `GET /`.
pub(crate) const PAGE_AND_JSON: &str = "page-and-json";
/// Ends at once, after it has written what no terminal and no XML should see.
pub(crate) const ENDS: &str = "ends";
/// Ends at once and says nothing.
pub(crate) const ENDS_SILENTLY: &str = "ends-silently";
/// Crashes at once.
pub(crate) const CRASHES: &str = "crashes";
/// Crashes when it is called.
pub(crate) const CRASHES_WHEN_CALLED: &str = "crashes-when-called";
/// Answers events, and crashes before the platform removes its instance.
pub(crate) const CRASHES_AT_THE_END: &str = "crashes-at-the-end";
/// Leaves a file where it is started.
pub(crate) const LEAVES_A_MARK: &str = "leaves-a-mark";
/// As [`PLAIN`], and writes a line to the file `alive` for each event, which it and its child hold open.
pub(crate) const HELD: &str = "held";
/// Never listens, and holds `alive` open in the same way.
pub(crate) const DEAF: &str = "deaf";

/// What [`ENDS`] logs.
pub(crate) const LOGGED: &str = "\u{1b}[2J\u{7}\u{0}\u{fffe}\u{202e}\u{2028} ]]> <b>&amp;\"日本\n";
/// What [`LEAVES_A_MARK`] leaves.
pub(crate) const MARK: &str = "was-started";
/// The FIFO of [`HELD`] and [`DEAF`].
pub(crate) const ALIVE: &str = "alive";

/// The command that starts a function, as `--cmd` takes it.
pub(crate) fn command(mode: &str) -> String {
    let program = env::current_exe().expect("this program has a path");
    let program = program.to_str().expect("a plain path");
    let words = [program, SERVE, mode];
    shlex::try_join(words).expect("no word has a NUL")
}

/// Which function this process is, if it is one.
pub(crate) fn mode() -> Option<String> {
    let mut arguments = env::args().skip(1);
    (arguments.next()? == SERVE).then(|| arguments.next())?
}

pub(crate) fn serve(which: &str) -> ExitCode {
    match which {
        ENDS => {
            eprint!("{LOGGED}");
            return ExitCode::from(3);
        }
        ENDS_SILENTLY => return ExitCode::SUCCESS,
        CRASHES => crash(),
        LEAVES_A_MARK => {
            std::fs::write(MARK, "").expect("a mark");
            return ExitCode::FAILURE;
        }
        DEAF => {
            said_alive();
            loop {
                thread::park();
            }
        }
        _ => {}
    }
    let port = env::var("FC_SERVER_PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    let port = port.unwrap_or(9000);
    let listener = match TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("cannot listen on port {port}: {error}");
            return ExitCode::FAILURE;
        }
    };
    for stream in listener.incoming() {
        let which = which.to_owned();
        // A caller that goes is no mistake.
        thread::spawn(move || stream.and_then(|stream| answer_all(&stream, &which)));
    }
    ExitCode::SUCCESS
}

/// Opens the FIFO, in children too, and writes a line to it.
fn said_alive() {
    let mut alive = OpenOptions::new().write(true).open(ALIVE).expect("a FIFO");
    let inherited = alive.try_clone().expect("a second one");
    // On Linux, one is in a session of its own, where no signal to the group reaches it.
    let sessions: &[&str] = if cfg!(target_os = "linux") {
        &["sleep", "setsid"]
    } else {
        &["sleep"]
    };
    for program in sessions {
        let mut child = Command::new(program);
        child.args((*program == "setsid").then_some("sleep"));
        let inherited = inherited.try_clone().expect("a third one");
        child.arg("86400").stdout(inherited);
        let mut child = child.spawn().expect("`sleep` runs");
        thread::spawn(move || child.wait());
    }
    drop(inherited);
    alive.write_all(b"alive\n").expect("somebody reads");
    // It is open for as long as the process lives.
    std::mem::forget(alive);
}

/// Ends like a program that reads from a wrong address.
fn crash() -> ! {
    let id = process::id().to_string();
    // The first signal only removes the handler by which Rust recognizes an overflow of the stack.
    loop {
        let mut kill = Command::new("kill");
        let sent = kill.args(["-s", "SEGV", &id]).status();
        assert!(sent.expect("`kill` runs").success());
    }
}

/// Answers the requests of one connection.
fn answer_all(stream: &TcpStream, which: &str) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let lower = head.to_ascii_lowercase();
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let target = head.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let is_json = lower.contains("\r\ncontent-type: application/json\r\n");
        let (status, more, body) = match (target.as_str(), which) {
            ("POST /invoke", PLAIN | CLOSES | HELD) if body == b"fail" => {
                let told = r#"{"errorMessage":"失败","errorType":"Asked"}"#;
                ("404 Not Found", "x-fc-status: 404\r\n", told)
            }
            ("POST /invoke", CLOSES) => (
                "200 OK",
                "connection: close\r\n",
                "]]> <done>\u{1b}[2J\u{202e}",
            ),
            ("POST /invoke", JSON_ONLY | PAGE_AND_JSON) if !is_json => {
                ("422 Unprocessable Entity", "", "no object")
            }
            (
                "POST /invoke",
                PLAIN | HELD | PAGE_AND_EVENTS | JSON_ONLY | PAGE_AND_JSON | CRASHES_AT_THE_END,
            ) => ("200 OK", "", "done"),
            ("GET /", PAGE | PAGE_AND_EVENTS | PAGE_AND_FAILURE | PAGE_AND_JSON) => {
                ("200 OK", "", "a page")
            }
            ("POST /invoke", PAGE_AND_FAILURE) => {
                eprintln!("Error: no database");
                ("500 Internal Server Error", "", "")
            }
            _ => ("404 Not Found", "", ""),
        };
        match (target.as_str(), which) {
            ("POST /invoke", HELD) => said_alive(),
            ("POST /invoke", CRASHES_WHEN_CALLED) | ("GET /pre-stop", CRASHES_AT_THE_END) => {
                crash()
            }
            _ => {}
        }
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{more}\r\n");
        let mut writer = stream;
        writer.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        if more.starts_with("connection: close") {
            return Ok(());
        }
    }
}
