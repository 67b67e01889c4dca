//! Who may call: the API, the HTTP trigger and the console, on the port of a running `dev`.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use cargo_fc3::emulator::Request;

use crate::Check;
use crate::dev::{Dev, request};
use crate::stage::{S_YAML, Stage};

pub(crate) const CHECKS: &[Check] = &[
    ("other_machines_do_not_reach_it", loopback_only),
    ("listening_for_other_machines_is_warned_of", listen),
    ("foreign_hosts_and_pages_are_refused", refuses),
    ("who_is_allowed_may_call", allows),
];

const PAGE: &str = "http://localhost:5173";
const HOST: &str = "box.example";

/// A function that is called by the API and by HTTP clients.
fn stage() -> Stage {
    let stage = Stage::new();
    let trigger = "      triggers:\n        - triggerName: http\n          triggerType: http\n          \
                   triggerConfig: { methods: [GET, POST], authType: anonymous }\n";
    stage.write("s.yaml", &format!("{S_YAML}{trigger}"));
    stage
}

/// One request at each door, and the status of its response.
fn doors() -> [(&'static str, Request, u16); 3] {
    let get = |path: &str| Request::new("GET", path).with("Host", "localhost");
    [
        ("the API", request("which"), 200),
        ("the HTTP trigger", get("/"), 418),
        ("the console", get("/_fc3/"), 200),
    ]
}

/// Whether something accepts connections at this address and the port of `dev`. All addresses of this
/// network are those of this machine.
fn is_reached_at(dev: &Dev, address: Ipv4Addr) -> bool {
    TcpStream::connect(SocketAddr::new(address.into(), dev.address().port())).is_ok()
}

fn loopback_only() {
    let stage = stage();
    let dev = stage.serve(&["--no-watch"]);
    assert!(dev.address().ip().is_loopback());
    assert!(is_reached_at(&dev, Ipv4Addr::LOCALHOST));
    assert!(!is_reached_at(&dev, Ipv4Addr::new(127, 0, 0, 2)));
    assert_eq!(dev.listeners(), 1);
    assert_eq!(dev.lines().iter().find(|line| line.contains("hint")), None);
}

fn listen() {
    let stage = stage();
    let mut dev = stage.serve(&["--no-watch", "--listen", "0.0.0.0"]);
    let warning = "hint: every machine that reaches this address can call your functions";
    assert_eq!(dev.line("hint: "), warning);
    let other = Ipv4Addr::new(127, 0, 0, 2);
    assert!(is_reached_at(&dev, other));
    for (door, request, status) in doors() {
        // By its addresses, which no page can have for a name.
        let answer = dev.send(&request.clone().with("Host", "192.168.1.2:8080"));
        assert_eq!(answer.status, status, "{door}: {answer}");
        let answer = dev.send(&request.with("Host", HOST));
        assert_eq!(answer.status, 403, "{door}: {answer}");
    }
}

fn refuses() {
    let stage = stage();
    let dev = stage.serve(&["--no-watch"]);
    for (door, request, status) in doors() {
        for (name, value) in [
            ("Host", HOST),
            ("Host", "localhost.evil.example"),
            ("Host", "192.168.1.2"),
            ("Origin", "http://evil.example"),
            ("Origin", PAGE),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            let answer = dev.send(&request.clone().with(name, value));
            assert_eq!(answer.status, 403, "{door}, {name}: {value}: {answer}");
            let json = answer.json().unwrap_or_else(|| panic!("{answer}"));
            assert_eq!(json["Code"], "AccessDenied", "{door}: {answer}");
            let readable = answer.headers.get("access-control-allow-origin");
            assert_eq!(readable, None, "{door}, {name}: {value}");
        }
        let own = format!("http://{}", dev.address());
        let host = dev.address().to_string();
        for (name, value) in [
            ("Origin", &*own),
            ("Sec-Fetch-Site", "none"),
            ("Sec-Fetch-Site", "same-origin"),
        ] {
            let answer = dev.send(&request.clone().with("Host", &*host).with(name, value));
            assert_eq!(answer.status, status, "{door}, {name}: {value}: {answer}");
        }
    }
    // No refused one has reached the function.
    dev.wait_for("the calls", || (dev.count("invoked") >= 6).then_some(()));
    assert_eq!(dev.count("invoked"), 6);
}

fn allows() {
    let stage = stage();
    let dev = stage.serve(&["--no-watch", "--allow-host", HOST, "--allow-origin", PAGE]);
    for (door, request, status) in doors() {
        let answer = dev.send(&request.clone().with("Host", "Box.example:80"));
        assert_eq!(answer.status, status, "{door}: {answer}");
        let answer = dev.send(&request.clone().with("Host", "evil.example"));
        assert_eq!(answer.status, 403, "{door}: {answer}");

        let from_page = request
            .with("Origin", PAGE)
            .with("Sec-Fetch-Site", "cross-site");
        let answer = dev.send(&from_page);
        let readable = answer.headers.get("access-control-allow-origin");
        // The page may call functions, and no more.
        let expected = match door {
            "the console" => (403, None),
            _ => (status, Some(PAGE)),
        };
        assert_eq!((answer.status, readable), expected, "{door}: {answer}");
        for origin in ["http://localhost:5174", "https://localhost:5173"] {
            let answer = dev.send(&from_page.clone().with("Origin", origin));
            assert_eq!(answer.status, 403, "{door}, {origin}: {answer}");
        }
    }
    let ended = stage.start(&["--allow-origin", "localhost:5173"]).ended();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let expected = [
        "error: invalid value `localhost:5173` for `--allow-origin`",
        "hint: pass an origin, such as `http://localhost:5173`",
    ];
    assert_eq!(ended.lines, expected);
}
