//! `--attach`: a function that somebody else starts, as a debugger does, and may stop at any moment.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cargo_fc3::emulator::{Answer, Connection};

use crate::Check;
use crate::dev::{Dev, LIMIT, request, send_signal};
use crate::stage::{S_YAML, Stage};
use crate::support::environment;

pub(crate) const CHECKS: &[Check] = &[
    ("calls_go_to_a_function_that_runs", calls),
    ("a_call_has_no_time_limit", no_time_limit),
    ("an_end_at_a_breakpoint_waits_for_nobody", ends_at_once),
    ("timers_and_http_reach_it", timers_and_http),
    ("several_functions_need_a_name", names),
    ("what_makes_no_sense_is_refused", refused),
];

const INITIALIZER: &str = "      instanceLifecycleConfig:\n        initializer:\n          handler: \
                           initialize\n          timeout: 1\n";

/// The function as a debugger runs it.
struct Debugged {
    process: Child,
    log: PathBuf,
}

impl Debugged {
    fn start(stage: &Stage, port: u16, mode: &str) -> Self {
        let log = stage.dir().join("debugger.log");
        let written = File::create(&log).expect("a file");
        let mut program = Command::new(stage.dir().join("target/debug/bootstrap"));
        program
            .env_clear()
            .envs(environment::environment().expect("the variables of a shell"))
            .env("FC_SERVER_PORT", port.to_string())
            .env("MODE", mode)
            .current_dir(stage.dir())
            .stdin(Stdio::null())
            .stdout(written);
        let process = program.spawn().expect("it was built");
        let address = (Ipv4Addr::LOCALHOST, port).into();
        let due = Instant::now() + LIMIT;
        while Connection::open(address).is_err() {
            assert!(Instant::now() < due, "it does not listen");
            thread::sleep(Duration::from_millis(10));
        }
        Self { process, log }
    }

    /// How often its initializer was called.
    fn initialized(&self) -> usize {
        let log = fs::read_to_string(&self.log).expect("its log");
        log.matches("hook /initialize").count()
    }

    fn end(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it is ours");
    }
}

impl Drop for Debugged {
    fn drop(&mut self) {
        // A test may have ended it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nothing listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A project that was built, and a `dev` that is attached.
fn attached(more: &str, args: &[&str]) -> (Stage, Dev, u16) {
    let stage = Stage::new();
    let settings = S_YAML.replace("timeout: 60", "timeout: 1");
    stage.write("s.yaml", &format!("{settings}{INITIALIZER}{more}"));
    stage.build();
    let port = free_port();
    let port_text = port.to_string();
    let dev = stage.serve(&[&["--attach", &port_text], args].concat());
    (stage, dev, port)
}

fn message(answer: &Answer) -> String {
    let json = answer.json().unwrap_or_else(|| panic!("{answer}"));
    let message = json["Message"].as_str().or(json["errorMessage"].as_str());
    message.expect("a text").to_owned()
}

fn calls() {
    let (stage, mut dev, port) = attached("", &[]);
    let hint = dev.line("hint: start the function");
    let expected = format!(
        "hint: start the function in your debugger with `FC_SERVER_PORT={port}`, and with its own \
         variables: `GREETING`"
    );
    assert_eq!(hint, expected);
    // Before the debugger has started it.
    let answer = dev.call("which");
    assert_eq!(answer.status, 502, "{answer}");
    let expected = format!("cannot connect to port {port} (");
    assert!(message(&answer).starts_with(&expected), "{answer}");
    assert!(message(&answer).ends_with(&format!("with `FC_SERVER_PORT={port}`")));
    assert_eq!(dev.event("not_started")["reason"], message(&answer));

    let mut debugged = Debugged::start(&stage, port, "");
    assert_eq!(dev.told("which"), "one");
    assert_eq!(dev.event("attached")["port"], port);
    assert_eq!(dev.told("pid"), debugged.process.id().to_string());
    let head = dev.told("head");
    for line in [
        "host: 21.0.0.1",
        "x-fc-function-name: hello",
        "x-fc-function-timeout: 1",
        "x-fc-control-path: /invoke",
    ] {
        assert!(head.contains(line), "{line} is missing:\n{head}");
    }
    assert_eq!(debugged.initialized(), 1);

    // It ends during a call.
    thread::scope(|scope| {
        let call = scope.spawn(|| dev.call("sleep 600000"));
        let log = debugged.log.clone();
        dev.wait_for("the call", || {
            let log = fs::read_to_string(&log).ok()?;
            (log.matches("FC Invoke Start").count() == 4).then_some(())
        });
        debugged.end();
        let answer = call.join().expect("a response");
        let error_type = answer.headers.get("x-fc-error-type");
        assert_eq!(error_type, Some("UnhandledInvocationError"), "{answer}");
        let expected = format!("(nothing listens on port {port} any more; start the function");
        assert!(message(&answer).contains(&expected), "{answer}");
    });
    assert_eq!(dev.event("stopped")["why"], "detached");
    assert_eq!(dev.call("which").status, 502);
    let mut debugged = Debugged::start(&stage, port, "");
    assert_eq!(dev.told("which"), "one");
    assert_eq!(debugged.initialized(), 1);

    // It is replaced between two calls, which nobody notices.
    debugged.end();
    let debugged = Debugged::start(&stage, port, "");
    assert_eq!(dev.told("pid"), debugged.process.id().to_string());
    assert_eq!(debugged.initialized(), 1);

    // An edit changes nothing, and the function outlives `dev`.
    stage.edit("two");
    stage.set_mode("ends");
    assert_eq!(dev.told("which"), "one");
    let pid = debugged.process.id();
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for event in ["building", "built", "changed", "started"] {
        let mut events = ended.events.iter();
        assert!(
            !events.any(|told| told["event"] == event),
            "{event}: {ended:?}"
        );
    }
    assert!(
        Connection::open((Ipv4Addr::LOCALHOST, port).into()).is_ok(),
        "{pid}"
    );
    let log = fs::read_to_string(&debugged.log).expect("its log");
    assert!(!log.contains("pre-stop"), "{log}");
}

/// The limit of a call, and that of the initializer, is one second.
fn no_time_limit() {
    let (stage, dev, port) = attached("", &[]);
    let debugged = Debugged::start(&stage, port, "");
    let pid = debugged.process.id();
    thread::scope(|scope| {
        // A breakpoint during the initializer.
        send_signal("STOP", pid);
        let call = scope.spawn(|| dev.told("sleep 1500"));
        thread::sleep(Duration::from_millis(1500));
        send_signal("CONT", pid);
        assert_eq!(call.join().expect("a reply"), pid.to_string());
    });
    // More calls than `instanceConcurrency` go to the same function.
    thread::scope(|scope| {
        let calls: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| dev.told("sleep 200")))
            .collect();
        for call in calls {
            assert_eq!(call.join().expect("a reply"), pid.to_string());
        }
    });
    assert_eq!(debugged.initialized(), 1);
    dev.wait_for("its line", || (dev.count("attached") == 1).then_some(()));
}

fn ends_at_once() {
    for is_initialized in [false, true] {
        let (stage, dev, port) = attached("", &[]);
        let debugged = Debugged::start(&stage, port, "");
        let pid = debugged.process.id();
        if is_initialized {
            assert_eq!(dev.told("which"), "one");
        }
        send_signal("STOP", pid);
        let address = dev.address();
        let call = thread::spawn(move || {
            let mut connection = Connection::open(address).expect("it listens");
            connection.call(&request("which"), LIMIT)
        });
        thread::sleep(Duration::from_millis(200));
        let asked = Instant::now();
        let ended = dev.end("INT");
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(asked.elapsed() < LIMIT / 2, "it waits for the function");
        // Its caller does not wait for ever.
        let _ = call.join().expect("no panic");
        let process = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it is there");
        assert!(process.contains(") T "), "{process}");
    }
}

fn timers_and_http() {
    const TRIGGERS: &str = "      triggers:
        - triggerName: web
          triggerType: http
          triggerConfig: { authType: anonymous, methods: [GET] }
        - triggerName: second
          triggerType: timer
          triggerConfig: { cronExpression: \"* * * * * *\", payload: x, enable: true }
";
    let (stage, mut dev, port) = attached(TRIGGERS, &["--timers"]);
    let debugged = Debugged::start(&stage, port, "");
    dev.event_that("the timer", |event| {
        event["event"] == "invoked" && event["target"] == "second" && event["status"] == "succeeded"
    });
    let log = fs::read_to_string(&debugged.log).expect("its log");
    assert!(log.contains("timer {\"triggerTime\""), "{log}");
    let get = cargo_fc3::emulator::Request::new("GET", "/page").with("Host", "localhost");
    let answer = dev.send(&get);
    assert_eq!(answer.status, 418, "{answer}");
    assert!(answer.text().starts_with("GET /page\n"), "{answer}");
}

/// Whether this machine has a debugger that may run programs.
pub(crate) fn has_debugger() -> bool {
    let mut gdb = Command::new("gdb");
    gdb.args(["-nx", "-batch", "-ex", "run", "--args", "true"]);
    let output = gdb.stdin(Stdio::null()).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("exited normally"))
}

/// A breakpoint holds a call for longer than the time limit of the function.
pub(crate) fn breakpoint() {
    let (stage, dev, port) = attached("", &[]);
    let log = stage.dir().join("debugger.log");
    let mut gdb = Command::new("gdb");
    gdb.args([
        "-nx",
        "-batch",
        "-ex",
        "break bootstrap::function::handled",
        "-ex",
        "run",
    ])
    .args([
        "-ex",
        "shell sleep 1.5",
        "-ex",
        "backtrace 1",
        "-ex",
        "delete",
        "-ex",
        "continue",
    ])
    .arg("target/debug/bootstrap")
    .env_clear()
    .envs(environment::environment().expect("the variables of a shell"))
    .env("FC_SERVER_PORT", port.to_string())
    .current_dir(stage.dir())
    .stdin(Stdio::null())
    .stdout(File::create(&log).expect("a file"));
    let mut debugged = Debugged {
        process: gdb.spawn().expect("gdb runs"),
        log,
    };
    let address = (Ipv4Addr::LOCALHOST, port).into();
    dev.wait_for("the function", || Connection::open(address).ok());
    assert_eq!(dev.told("echo hello"), "hello");
    let log = fs::read_to_string(&debugged.log).expect("its log");
    let hit = "hit Breakpoint 1, bootstrap::function::handled";
    assert!(log.contains(hit), "{log}");
    // It ends its program, and `dev` says so.
    debugged.end();
    dev.wait_for("the end of the function", || {
        Connection::open(address).err()
    });
    assert_eq!(dev.call("which").status, 502);
}

/// Two functions, of which one runs in the debugger.
fn names() {
    let stage = Stage::new();
    let one = S_YAML.split_once("resources:\n").expect("a resource").1;
    let two = one
        .replace("  function:", "  other:")
        .replace("functionName: hello", "functionName: other");
    stage.write("s.yaml", &format!("{S_YAML}{two}"));
    stage.build();
    let port = free_port();
    for (target, error) in [
        (port.to_string(), "error: there are several functions here"),
        (
            format!("third={port}"),
            "error: no function here is named `third`",
        ),
    ] {
        let ended = stage.start(&["--attach", &target]).ended();
        assert_eq!(ended.code, Some(2), "{ended:?}");
        let hint = format!("hint: pass one with `--attach NAME={port}`: `hello`, `other`");
        assert_eq!(ended.lines, [error.to_owned(), hint]);
    }
    let _debugged = Debugged::start(&stage, port, "");
    // The headers have the credentials, while the environment is that of the debugger.
    let mut command = stage.command(&[
        "--json",
        "--credentials",
        "--attach",
        &format!("hello={port}"),
    ]);
    command.envs([
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "token"),
    ]);
    let mut dev = Dev::start(&mut command, &stage.dir());
    dev.serving();
    assert_eq!(dev.told("which"), "one");
    let head = dev.told("head");
    assert!(head.contains("x-fc-security-token: token"), "{head}");
}

fn refused() {
    let stage = Stage::new();
    for args in [
        &["--attach", "0"][..],
        &["--attach", "hello"],
        &["--attach", "9", "--freeze"],
        &["--attach", "9", "--idle", "5"],
        &["--attach", "9", "--memory-limit"],
        &["--attach", "9", "--release"],
        &["--attach", "9", "--", "--offline"],
    ] {
        let ended = stage.start(args).ended();
        assert_eq!(ended.code, Some(2), "{args:?}: {ended:?}");
    }
    // Calls of itself.
    let port = free_port().to_string();
    let ended = stage.start(&["--port", &port, "--attach", &port]).ended();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(
        ended.lines[0],
        format!("error: `dev` itself listens on port {port}")
    );
}
