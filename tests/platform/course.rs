//! The course of an instance, from its start to its end, in a place like the platform's.

use std::path::Path;
use std::time::{Duration, Instant};

use cargo_fc3::emulator::{CallError, Instance, Signal, StartError};
use cargo_fc3::platform::EVENT_LIMIT;
use libtest_mimic::Failed;

use crate::cgroup::Memory;
use crate::place::{self, Placed, User};
use crate::programs::Programs;
use crate::surroundings;

/// How long anything may take that is at once when it works.
const LIMIT: Duration = Duration::from_secs(30);

/// Less memory than the largest event takes, in MB.
const TOO_LITTLE_MB: u64 = 24;

/// Initialized, called, called with the largest event, and ended while it is called.
pub(crate) fn is_run(programs: &Programs, root: &Path, user: User) -> Result<(), Failed> {
    let code = programs.package()?;
    let placed = place::start(&code, root, user, place::limit()?)?;
    surroundings::are_the_platforms(&placed, &code, user)?;
    let instance = &placed.instance;
    let initialized = instance.initialize()?;
    assert!(!initialized.failed(), "{}", initialized.text());
    let event = programs.event()?;
    let answer = instance.invoke(&event)?;
    assert!(!answer.failed() && answer.status == 200, "{answer}");
    assert!(answer.body == event, "{answer}");
    largest_event_comes_back(&placed)?;
    drains(instance)
}

/// No two pages of it are alike.
fn largest_event() -> Vec<u8> {
    let mut event = vec![0; EVENT_LIMIT];
    for (page, number) in event.chunks_mut(4096).zip(0_u32..) {
        page[..4].copy_from_slice(&number.to_le_bytes());
    }
    event
}

fn largest_event_comes_back(placed: &Placed) -> Result<(), Failed> {
    let event = largest_event();
    let answer = placed.instance.invoke(&event)?;
    assert!(!answer.failed() && answer.status == 200, "{answer}");
    assert!(answer.body == event, "{answer}");
    if let Some(peak) = placed.memory.as_ref().and_then(Memory::peak) {
        assert!(peak >= EVENT_LIMIT, "{peak} bytes: it is not counted");
    }
    Ok(())
}

/// Told to end while half of an event has come, it takes no connection, takes the other half,
/// answers, and ends in order.
fn drains(instance: &Instance) -> Result<(), Failed> {
    let event = largest_event();
    let request = instance.invocation(&event).to_bytes();
    // More than what the kernel keeps: when it is sent, the function has begun to read.
    let (first, second) = request.split_at(request.len() / 2);
    let mut connection = instance.connect()?;
    connection.send(first, LIMIT)?;
    instance.signal(Signal::Terminate)?;
    until_refused(instance)?;
    connection.send(second, LIMIT)?;
    let answer = connection.answer(LIMIT)?;
    assert!(!answer.failed() && answer.status == 200, "{answer}");
    assert!(answer.body == event, "{answer}");
    ends_in_order(instance)
}

fn ends_in_order(instance: &Instance) -> Result<(), Failed> {
    let status = instance.wait(LIMIT).ok_or("it did not end")?;
    assert!(status.success(), "{status}: {}", instance.logs().text());
    Ok(())
}

/// Waits until no new connection is taken.
fn until_refused(instance: &Instance) -> Result<(), Failed> {
    let due = Instant::now() + LIMIT;
    while instance.connect().is_ok() {
        if let Some(status) = instance.wait(Duration::from_millis(5)) {
            return Err(format!("it ended while it was called: {status}").into());
        }
        assert!(Instant::now() < due, "it still takes connections");
    }
    Ok(())
}

/// The limit is one: a function that has less than an event takes is killed by the event.
pub(crate) fn is_killed_beyond_its_memory(programs: &Programs, root: &Path) -> Result<(), Failed> {
    let memory = Memory::limited_to(TOO_LITTLE_MB)?;
    let placed = place::start(&programs.package()?, root, User::Other, Some(memory))?;
    let small = placed.instance.invoke(&programs.event()?)?;
    assert!(!small.failed(), "{small}");
    match placed.instance.invoke(&largest_event()) {
        Err(CallError::Exited { status }) if !status.success() => Ok(()),
        other => Err(format!("it was not killed: {other:?}").into()),
    }
}

/// A web function is called by a client.
pub(crate) fn serves_a_client(programs: &Programs, root: &Path, user: User) -> Result<(), Failed> {
    let code = programs.package()?;
    let placed = place::start(&code, root, user, place::limit()?)?;
    surroundings::are_the_platforms(&placed, &code, user)?;
    let instance = &placed.instance;
    assert!(!instance.initialize()?.failed());
    let answer = instance.call(&instance.client("GET", "/"))?;
    assert!(answer.is_success(), "{answer}");
    instance.signal(Signal::Terminate)?;
    ends_in_order(instance)
}

/// Starts a program that cannot run, and gives what is told of that.
pub(crate) fn fails_to_start(code: &Path, root: &Path) -> Result<String, Failed> {
    match place::start(code, root, User::Root, place::limit()?) {
        Err(StartError::Exited { logs, .. }) => Ok(logs),
        Err(error) => Err(error.into()),
        Ok(_) => Err("it runs".into()),
    }
}
