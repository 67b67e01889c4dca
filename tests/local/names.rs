//! Several functions behind one port, and several names of one.

use cargo_fc3::emulator::{Definition, Event, Request, Settings};

use crate::client::{Local, definition, get, request, web};

/// A header that the function has received, in the text of its answer.
pub(crate) fn header(answer: &str, name: &str) -> Option<String> {
    let mut lines = answer.lines().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.to_owned())
}

fn named(name: &str, definition: Definition) -> Definition {
    let settings = Settings {
        function_name: name.into(),
        ..definition.settings
    };
    Definition {
        settings,
        ..definition
    }
}

pub(crate) fn qualifier() {
    let local = Local::start(definition("one"));
    let qualified = |qualifier: &str| {
        let plain = request("which");
        let request = Request {
            target: format!("{}?a=b&qualifier={qualifier}", plain.target),
            ..plain
        };
        let answer = local.send(&request);
        assert_eq!((answer.status, answer.text()), (200, "one".to_owned()));
    };
    for name in ["prod", "LATEST", "2", "", "prod"] {
        qualified(name);
    }
    let events = local.events.lock().expect("a list");
    let told = events.iter().filter_map(|event| match event {
        Event::QualifierIgnored {
            function,
            qualifier,
        } => Some((&**function, &**qualifier)),
        _ => None,
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [("hello", "prod"), ("hello", "2")]
    );
}

/// Each function is reached at the URL that is said of it.
pub(crate) fn addresses() {
    let local = Local::start(definition("one"));
    for (name, which) in [("First", "two"), ("second_one", "three")] {
        let deployed = local.service.deploy(named(name, web(which)));
        deployed.expect("it is the first of its name");
    }
    let address = local.service.address();
    let port = address.port();
    let url = |name: &str| local.service.url(name);
    let api = format!("http://{address}/2023-03-30/functions/hello/invocations");
    assert_eq!(url("hello"), Some(api));
    assert_eq!(url("First"), Some(format!("http://{address}/")));
    let second = format!("http://second_one.localhost:{port}/");
    assert_eq!(url("second_one"), Some(second));
    assert_eq!(url("other"), None);

    let answered = |host: &str| {
        let answer = local.send(&get("/").with("Host", host));
        let text = answer.text();
        (
            answer.status,
            header(&text, "x-fc-function-name").unwrap_or(text),
        )
    };
    for (host, name) in [
        (address.to_string(), "First"),
        ("other.localhost".to_owned(), "First"),
        (format!("first.localhost:{port}"), "First"),
        (format!("Second_One.localhost:{port}"), "second_one"),
    ] {
        assert_eq!(answered(&host), (418, name.to_owned()), "{host}");
    }
    let (status, text) = answered("hello.localhost");
    assert_eq!(status, 404, "{text}");
    let path = "POST /2023-03-30/functions/hello/invocations";
    assert!(text.contains(path), "{text}");

    local.service.remove("First");
    assert_eq!(url("second_one"), Some(format!("http://{address}/")));
    assert_eq!(answered("localhost"), (418, "second_one".to_owned()));
}
