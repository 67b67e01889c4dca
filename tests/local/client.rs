//! A local Function Compute with one function, and its callers.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cargo_fc3::deployment::HttpTrigger;
use cargo_fc3::emulator::{
    Answer, Connection, Definition, Event, FunctionCompute, Options, Request, Settings,
};

use crate::function::launch;

/// How long anything is waited for, on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// One function, `hello`, behind a port.
pub(crate) struct Local {
    pub(crate) service: FunctionCompute,
    /// What happened so far.
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
}

/// The function that does what its event says.
pub(crate) fn definition(which: &str) -> Definition {
    let settings = Settings {
        function_name: "hello".into(),
        ..Settings::default()
    };
    Definition::new(launch(which), settings)
}

/// The same with an HTTP trigger.
pub(crate) fn web(which: &str) -> Definition {
    Definition {
        http: Some(HttpTrigger {
            methods: vec!["GET".into(), "POST".into(), "HEAD".into()],
        }),
        ..definition(which)
    }
}

impl Local {
    pub(crate) fn start(definition: Definition) -> Self {
        Self::start_with(definition, |_| {})
    }

    pub(crate) fn start_with(definition: Definition, change: impl Fn(&mut Options)) -> Self {
        let events = Arc::<Mutex<Vec<Event>>>::default();
        let seen = Arc::clone(&events);
        let mut options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            hosts: Vec::new(),
            origins: Vec::new(),
            observer: Arc::new(move |event: &Event| {
                seen.lock().expect("a list").push(event.clone());
            }),
        };
        change(&mut options);
        let service = FunctionCompute::start(&options).expect("a free port");
        service.deploy(definition).expect("it is the first");
        Self { service, events }
    }

    /// Sends a request to the port.
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let mut connection = Connection::open(self.service.address()).expect("it listens");
        connection.call(request, LIMIT).expect("an answer")
    }

    /// Calls the function.
    pub(crate) fn call(&self, event: &str) -> Answer {
        self.send(&request(event))
    }

    /// The body of a call that succeeds.
    pub(crate) fn told(&self, event: &str) -> String {
        let answer = self.call(event);
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.headers.get("x-fc-error-type"), None, "{answer}");
        answer.text()
    }

    /// Waits until something has happened.
    pub(crate) fn wait_for(&self, what: &str, is_it: impl Fn(&Event) -> bool) -> Event {
        self.wait_until(what, || {
            let events = self.events.lock().expect("a list");
            events.iter().find(|event| is_it(event)).cloned()
        })
    }

    /// Waits until something is there.
    pub(crate) fn wait_until<T>(&self, what: &str, mut found: impl FnMut() -> Option<T>) -> T {
        let due = Instant::now() + LIMIT;
        while Instant::now() < due {
            if let Some(found) = found() {
                return found;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{what} has not happened: {:?}", self.events.lock());
    }

    pub(crate) fn count(&self, is_it: impl Fn(&Event) -> bool) -> usize {
        let events = self.events.lock().expect("a list");
        events.iter().filter(|event| is_it(event)).count()
    }
}

/// A call of the function by the API.
pub(crate) fn request(event: &str) -> Request {
    Request::new("POST", "/2023-03-30/functions/hello/invocations")
        .with("Host", "localhost")
        .body(event)
}

/// A request of a browser or another client.
pub(crate) fn get(target: &str) -> Request {
    Request::new("GET", target).with("Host", "localhost")
}

/// The code of an error of the API.
pub(crate) fn code(answer: &Answer) -> String {
    let body = answer.json().expect("JSON");
    let id = answer.headers.get("x-fc-request-id").expect("an id");
    assert_eq!(body["RequestId"], id);
    body["Code"].as_str().expect("a code").to_owned()
}
