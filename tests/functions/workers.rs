//! `TOKIO_WORKER_THREADS`: calls that hold their threads hold up no other while a worker is free.

use std::time::Duration;

use crate::support::project::Project;
use cargo_fc3::emulator::{Connection, Instance, Settings};

/// A call that does not end here.
const HOLDS: &[u8] = br#"{"probe":"block","ms":600000}"#;

/// How long anything else is waited for, on a machine however busy.
const LIMIT: Duration = Duration::from_secs(60);

/// As many calls as `s.yaml` lets an instance have at the same time.
const CALLS: usize = 20;

#[test]
fn one_of_two_workers_is_held() {
    others_go_on("2", 1);
}

#[test]
fn two_of_three_workers_are_held() {
    others_go_on("3", 2);
}

/// Holds so many workers, and sees each other call end before theirs.
fn others_go_on(workers: &str, held: usize) {
    let instance = start(workers);
    // They are connected already, so that nothing but their calls wakes a worker.
    let mut others: Vec<_> = (held..CALLS).map(|_| connect(&instance)).collect();
    let holders: Vec<_> = (0..held).map(|_| hold(&instance)).collect();
    for other in &mut others {
        call(&instance, other);
    }
    for holder in holders {
        assert!(
            holder.is_silent().expect("it is open"),
            "no worker was held"
        );
    }
}

/// A probe with so many workers.
fn start(workers: &str) -> Instance {
    let probe = Project::render_probe("probe-event", "event").expect("a project");
    let settings = Settings {
        env: vec![("TOKIO_WORKER_THREADS".to_owned(), workers.to_owned())],
        ..Settings::default()
    };
    Instance::start(&probe.build().expect("a program"), &settings).expect("it starts")
}

/// A connection that has served a call.
fn connect(instance: &Instance) -> Connection {
    let mut connection = instance.connect().expect("a connection");
    call(instance, &mut connection);
    connection
}

fn call(instance: &Instance, connection: &mut Connection) {
    let call = instance.invocation(b"quick");
    let answer = connection.call(&call, LIMIT).expect("an answer");
    assert_eq!(answer.body, b"quick");
}

/// A call that holds a worker, once it does.
fn hold(instance: &Instance) -> Connection {
    let mut connection = connect(instance);
    let call = instance.invocation(HOLDS);
    connection.send(&call.to_bytes(), LIMIT).expect("a call");
    let line = format!("probe blocks {}", call.id());
    let begun = instance.logs().wait_for(LIMIT, |at| at.text == line);
    assert!(begun.is_some(), "it never began");
    connection
}
