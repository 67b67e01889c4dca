//! Several functions behind one port, and several names of one.

use cargo_fc3::emulator::{Event, Request};

use crate::client::{Local, definition, request};

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
