//! A function that does what its event says. It needs only the standard library, so that cargo builds
//! it within a second.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{self, Command, ExitCode};
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, hint, thread};

#[path = "mcp.rs"]
mod mcp;

/// The status of a health check. It is 0 if that gets no response, and 1 if it gets garbage.
static HEALTH: AtomicU16 = AtomicU16::new(200);
/// The number of health checks so far.
static CHECKS: AtomicUsize = AtomicUsize::new(0);

/// Serves until the process is ended. `which` is what the event `which` returns, and `mode` says what
/// is wrong with the function.
pub(crate) fn serve(which: &str, mode: &str) -> ExitCode {
    if mode == "greedy" {
        handled("allocate 1000", which, "");
    }
    if mode.starts_with("hang") || mode == "tells" {
        println!("pid {}", process::id());
    }
    let own = match mode {
        "hang" => loop {
            thread::park();
        },
        "ends" => {
            eprintln!("no database");
            return ExitCode::from(3);
        }
        "deaf" => {
            eprintln!("it does not listen");
            loop {
                thread::park();
            }
        }
        "loopback" => Ipv4Addr::LOCALHOST,
        #[cfg(unix)]
        "stubborn" => return ignore_sigterm(),
        _ => Ipv4Addr::UNSPECIFIED,
    };
    let port = env::var("FC_SERVER_PORT").expect("a port");
    let address = (own, port.parse().expect("a number"));
    let listener = TcpListener::bind(address).expect("a free port");
    for stream in listener.incoming() {
        let (which, mode) = (which.to_owned(), mode.to_owned());
        // A caller that goes is no mistake.
        thread::spawn(move || stream.and_then(|stream| answer_all(&stream, &which, &mode)));
    }
    ExitCode::SUCCESS
}

/// Becomes the same program with a signal ignored, which a shell passes on.
#[cfg(unix)]
fn ignore_sigterm() -> ExitCode {
    let program = env::current_exe().expect("this program has a path");
    let ignoring = ["-c", "trap '' TERM; MODE= exec \"$0\""];
    let mut shell = Command::new("sh");
    let error = std::os::unix::process::CommandExt::exec(shell.args(ignoring).arg(program));
    panic!("{error}");
}

fn answer_all(stream: &TcpStream, which: &str, mode: &str) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let lower = head.to_ascii_lowercase();
        let value = |name: &str| lower.lines().find_map(|line| line.strip_prefix(name));
        let length = value("content-length: ");
        let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let id = value("x-fc-request-id: ").unwrap_or_default();
        let target: Vec<_> = head.split(' ').take(2).collect();
        let text = String::from_utf8_lossy(&body);
        let answer = match target[..] {
            ["POST", "/initialize"] if mode == "no-init" => {
                failed(r#"{"errorMessage":"no table","errorType":"Init"}"#)
            }
            ["POST", "/initialize"] if mode == "dies" => {
                eprintln!("no memory");
                process::exit(9);
            }
            ["POST", "/initialize"] if mode == "hang-initializing" => {
                handled("sleep 60000", "", "")
            }
            ["GET", "/pre-stop"] if mode == "hang-stopping" => handled("sleep 60000", "", ""),
            ["POST", "/initialize"] | ["GET", "/pre-stop"] => {
                println!("hook {}", target[1]);
                ok("")
            }
            ["POST", "/invoke"] => {
                println!("FC Invoke Start RequestId: {id}");
                let answer = handled(&text, which, &lower);
                println!("FC Invoke End RequestId: {id}");
                answer
            }
            ["GET", "/ready"] if mode == "sick" => health(500),
            ["GET", "/ready"] => health(HEALTH.load(Ordering::SeqCst)),
            ["GET", "/events"] => return mcp::events(stream),
            [method, "/mcp"] => mcp::streamable(method, &lower),
            [_, "/stream"] => return stream_numbers(stream),
            // It ends in the middle of its response.
            [_, "/half"] => {
                let mut writer = stream;
                writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")?;
                process::exit(7);
            }
            // It waits for the end of what is sent.
            [_, "/upload"] => return io::copy(&mut reader, &mut io::sink()).map(drop),
            [method, path] => web(method, path, &head, &text),
            _ => ok(""),
        };
        let mut writer = stream;
        writer.write_all(answer.as_bytes())?;
    }
}

fn handled(event: &str, which: &str, head: &str) -> String {
    let (verb, rest) = event.split_once(' ').unwrap_or((event, ""));
    let number = || rest.parse::<u64>().expect("a number");
    match verb {
        "echo" => ok(rest),
        "which" => ok(which),
        "pid" => ok(&process::id().to_string()),
        "variable" => ok(&env::var(rest).unwrap_or_default()),
        "head" => ok(head),
        "fail" => failed(r#"{"errorMessage":"no luck","errorType":"Luck"}"#),
        "sleep" => {
            thread::sleep(Duration::from_millis(number()));
            ok(&process::id().to_string())
        }
        "slow" => {
            thread::sleep(Duration::from_millis(number()));
            ok(which)
        }
        "log" => {
            for number in 0..number() {
                println!("line {number}");
            }
            ok("")
        }
        "flood" => {
            let line = [b'x'; 1023];
            let line = [&line[..], b"\n"].concat();
            let mut stdout = io::stdout().lock();
            for _ in 0..number() * 1024 {
                stdout.write_all(&line).expect("somebody reads it");
            }
            ok("")
        }
        "child" => {
            // It has a session of its own, so no signal to the group of this process reaches it.
            let child = Command::new("setsid").args(["sleep", "600"]).spawn();
            ok(&child.expect("a process").id().to_string())
        }
        "health" => {
            HEALTH.store(rest.parse().expect("a status"), Ordering::SeqCst);
            ok(&process::id().to_string())
        }
        "sick-for" => {
            HEALTH.store(500, Ordering::SeqCst);
            let answer = handled(&format!("sleep {rest}"), which, head);
            HEALTH.store(200, Ordering::SeqCst);
            answer
        }
        "spin" => {
            thread::spawn(|| {
                loop {
                    hint::spin_loop();
                }
            });
            ok(&process::id().to_string())
        }
        "allocate" => {
            let memory = vec![1_u8; rest.parse::<usize>().expect("a number") * 1024 * 1024];
            ok(&hint::black_box(memory).len().to_string())
        }
        "checks" => ok(&CHECKS.load(Ordering::SeqCst).to_string()),
        "exit" => process::exit(7),
        _ if event.starts_with("{\"triggerTime\"") => {
            println!("timer {event}");
            ok("")
        }
        "garbage" => "this is not HTTP\r\n\r\n".to_owned(),
        "headers" => format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: {}\r\n\r\n",
            "x".repeat(9000)
        ),
        _ => ok(&event.len().to_string()),
    }
}

fn health(status: u16) -> String {
    CHECKS.fetch_add(1, Ordering::SeqCst);
    if status == 0 {
        thread::sleep(Duration::from_secs(3600));
    }
    if status == 1 {
        return "this is not HTTP\r\n\r\n".to_owned();
    }
    format!("HTTP/1.1 {status} Health\r\ncontent-length: 0\r\n\r\n")
}

fn web(method: &str, path: &str, head: &str, body: &str) -> String {
    match path {
        "/pid" => handled("pid", "", ""),
        // A message of MCP.
        _ if path.starts_with("/messages/") => handled("pid", "", ""),
        "/greedy" => handled("allocate 1000", "", ""),
        "/exit" => process::exit(7),
        "/headers" => handled("headers", "", ""),
        "/slow" => {
            println!("slow");
            handled("sleep 60000", "", "")
        }
        _ => {
            let text = format!("{method} {path}\n{head}\n{body}");
            let length = text.len();
            format!(
                "HTTP/1.1 418 I'm a teapot\r\ncontent-length: {length}\r\nx-own: yes\r\n\
                 x-fc-status: 200\r\nserver: own\r\n\r\n{}",
                if method == "HEAD" { "" } else { &text }
            )
        }
    }
}

/// Three chunks, with time to read each before the next.
fn stream_numbers(mut stream: &TcpStream) -> io::Result<()> {
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n")?;
    for number in 1..=3 {
        stream.write_all(format!("1\r\n{number}\r\n").as_bytes())?;
        thread::sleep(Duration::from_millis(300));
    }
    stream.write_all(b"0\r\n\r\n")
}

fn ok(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nx-fc-status: 200\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn failed(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 404 Not Found\r\nx-fc-status: 404\r\ncontent-length: {length}\r\n\r\n{body}")
}
