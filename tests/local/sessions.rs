//! Session affinity: the calls of a session reach the same instance.

use std::thread;
use std::time::{Duration, Instant};

use cargo_fc3::deployment::{HttpTrigger, SessionAffinity, SessionKey};
use cargo_fc3::emulator::{Answer, Connection, Definition, Event, Outcome, Request};

use crate::client::{LIMIT, Local, code, definition, get, request};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn with(key: SessionKey, sessions: usize, change: impl Fn(&mut SessionAffinity)) -> Local {
    let mut affinity = SessionAffinity {
        key,
        lifetime: DAY,
        idle: DAY,
        sessions_per_instance: sessions,
    };
    change(&mut affinity);
    Local::start(Definition {
        affinity: Some(affinity),
        http: Some(HttpTrigger {
            methods: ["GET", "POST", "DELETE"].map(str::to_owned).to_vec(),
        }),
        ..definition("one")
    })
}

fn header() -> SessionKey {
    SessionKey::Header("X-Session".into())
}

/// The instance of a session.
fn pid(local: &Local, session: &str) -> String {
    let answer = local.send(&request("pid").with("x-session", session));
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.headers.get("x-session"), None, "{answer}");
    answer.text()
}

fn started(local: &Local) -> usize {
    local.count(|event| matches!(event, Event::Started { .. }))
}

fn is_uuid(id: &str) -> bool {
    id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

pub(crate) fn by_header() {
    let local = with(header(), 2, |_| {});
    let answer = local.call("pid");
    let given = answer.headers.get("x-session").expect("a session");
    assert!(is_uuid(given), "{given}");
    let first = answer.text();
    assert_eq!(pid(&local, given), first);
    assert_eq!(pid(&local, "mine"), first);
    // The instance has two sessions, which are all that it can have.
    let other = pid(&local, "other");
    assert_ne!(other, first);
    for _ in 0..3 {
        assert_eq!(pid(&local, "mine"), first);
        assert_eq!(pid(&local, "other"), other);
    }
    assert_eq!(pid(&local, "fourth"), other);
    assert_eq!(started(&local), 2);
    // An HTTP client has the same session.
    let answer = local.send(&get("/pid").with("X-Session", "mine"));
    assert_eq!((answer.status, answer.text()), (200, first));

    for wrong in ["-a", "a b", &"a".repeat(65)] {
        for request in [request("pid"), get("/pid")] {
            let answer = local.send(&request.with("x-session", wrong));
            assert_eq!((answer.status, &*code(&answer)), (400, "InvalidArgument"));
        }
    }
    // Asynchronous calls have no session.
    let later = request("pid").with("x-fc-invocation-type", "Async");
    assert_eq!(local.send(&later.with("x-session", "-a")).status, 202);
}

pub(crate) fn by_cookie() {
    let local = with(SessionKey::Cookie, 1, |affinity| {
        affinity.lifetime = Duration::from_secs(21_600);
    });
    let begin = || {
        let answer = local.send(&get("/pid"));
        let cookie = answer.headers.get("set-cookie").expect("a cookie");
        let value = cookie.strip_suffix("; Max-Age=21600").expect("an age");
        let id = value
            .strip_prefix("x-fc-cookie-session-id=")
            .expect("an id");
        assert!(is_uuid(id), "{id}");
        (value.to_owned(), answer.text())
    };
    let (first, second) = (begin(), begin());
    assert_ne!(first.1, second.1);
    for (cookie, pid) in [&first, &second, &first] {
        let request = get("/pid").with("Cookie", format!("a=b; {cookie}; c=d"));
        let answer = local.send(&request);
        assert_eq!(answer.headers.get("set-cookie"), None, "{answer}");
        assert_eq!(answer.text(), *pid);
    }
}

pub(crate) fn expires() {
    let short = Duration::from_millis(500);
    let cases: [fn(&mut SessionAffinity, Duration); 2] = [
        |affinity, short| affinity.idle = short,
        |affinity, short| affinity.lifetime = short,
    ];
    for change in cases {
        let local = with(header(), 1, |affinity| change(affinity, short));
        let first = pid(&local, "first");
        thread::sleep(short * 2);
        // Its place is free.
        assert_eq!(pid(&local, "second"), first);
        assert_eq!(started(&local), 1);
    }
}

pub(crate) fn outlives_its_instance() {
    let local = with(header(), 1, |_| {});
    let first = pid(&local, "mine");
    let answer = local.send(&request("exit").with("x-session", "mine"));
    assert!(answer.headers.get("x-fc-error-type").is_some(), "{answer}");
    let second = pid(&local, "mine");
    assert_ne!(second, first);
    assert_eq!(pid(&local, "mine"), second);
}

/// One instance serves 200 calls of a session, and no more.
pub(crate) fn is_busy() {
    let local = with(header(), 20, |_| {});
    pid(&local, "mine");
    let sleep = request("sleep 600000").with("Host", "localhost");
    let sleep = sleep.with("x-session", "mine").to_bytes();
    let open = || {
        let mut connection = Connection::open(local.service.address()).expect("it listens");
        connection.send(&sleep, LIMIT).expect("sent");
        connection
    };
    let _calls: Vec<_> = (0..201).map(|_| open()).collect();
    let is_refused = |event: &Event| {
        let Event::Invoked(call) = event else {
            return false;
        };
        matches!(&call.outcome, Outcome::Failed { message, .. } if message.ends_with("200 calls"))
    };
    local.wait_for("one call too many", is_refused);
    let answer = local.send(&request("pid").with("x-session", "mine"));
    assert_eq!((answer.status, &*code(&answer)), (429, "ResourceExhausted"));
    pid(&local, "other");
    assert_eq!(started(&local), 2);
}

/// A request of MCP over streamable HTTP.
fn streamable(local: &Local, method: &str, session: Option<&str>) -> Answer {
    let plain = Request {
        method: method.into(),
        ..get("/mcp")
    };
    local.send(&match session {
        Some(session) => plain.with("Mcp-Session-Id", session),
        None => plain,
    })
}

pub(crate) fn by_mcp_header() {
    let local = with(SessionKey::McpStreamable, 1, |_| {});
    let begin = || {
        let answer = streamable(&local, "POST", None);
        let id = answer.headers.get("mcp-session-id").expect("a session");
        (id.to_owned(), answer.text())
    };
    let (first, second) = (begin(), begin());
    assert_ne!(first.1, second.1);
    for (session, pid) in [&first, &second, &first] {
        let answer = streamable(&local, "POST", Some(session));
        assert_eq!((answer.status, &answer.text()), (200, pid));
    }
    // The place of a session that has ended is free.
    let (session, pid) = first;
    assert_eq!(streamable(&local, "DELETE", Some(&session)).status, 200);
    for gone in [&*session, "unknown"] {
        let answer = streamable(&local, "POST", Some(gone));
        assert_eq!((answer.status, &*code(&answer)), (401, "InvalidSession"));
    }
    assert_eq!(begin().1, pid);
    // The API knows no sessions of MCP.
    local.told("pid");
}

pub(crate) fn by_mcp_events() {
    let path = "/events".to_owned();
    let local = with(SessionKey::McpSse { path }, 1, |_| {});
    let begin = || {
        let mut connection = Connection::open(local.service.address()).expect("it listens");
        let head = get("/events").to_bytes();
        connection.send(&head, LIMIT).expect("sent");
        connection.answer_head(LIMIT).expect("a head");
        let event = connection.chunk(LIMIT).expect("an event");
        let event = String::from_utf8(event).expect("text");
        let (_, target) = event.trim_end().split_once("data: ").expect("data");
        (connection, target.to_owned())
    };
    let message = |target: &str| local.send(&get(target).body("{}"));
    let (first, second) = (begin(), begin());
    let (of_first, of_second) = (message(&first.1), message(&second.1));
    assert_ne!(of_first.text(), of_second.text());
    for _ in 0..3 {
        assert_eq!(message(&first.1).text(), of_first.text());
        assert_eq!(message(&second.1).text(), of_second.text());
    }
    // The session ends with its events.
    drop(first.0);
    let due = Instant::now() + LIMIT;
    loop {
        let answer = message(&first.1);
        if answer.status == 401 {
            break;
        }
        assert!(Instant::now() < due, "{answer}");
        thread::sleep(Duration::from_millis(10));
    }
    let (_events, target) = begin();
    assert_eq!(message(&target).text(), of_first.text());
}
