//! A function with two triggers: `Either` over every pair of sources.

use std::collections::BTreeSet;
use std::fmt::Write;

use fc3::{Bytes, Either, EventError, FromEvent, events};
use serde::Serialize;
use serde_json::Value;

use crate::fixtures::all;
use crate::snapshots;

/// Reads an event as one of two, and says whether it was the left one.
type Pair = fn(Bytes) -> Result<(bool, Value), EventError>;

/// Every ordered pair of two sources, with their names.
fn pairs() -> Vec<(&'static str, &'static str, Pair)> {
    [
        with::<events::api_gateway::Event>("api-gateway"),
        with::<events::cdn::Event>("cdn"),
        with::<events::eventbridge::Event>("eventbridge"),
        with::<events::kafka::Event>("kafka"),
        with::<events::mns_queue::Event>("mns-queue"),
        with::<events::mns_topic::Event>("mns-topic"),
        with::<events::oss::Event>("oss"),
        with::<events::rabbitmq::Event>("rabbitmq"),
        with::<events::rocketmq::Event>("rocketmq"),
        with::<events::sls::Event>("sls"),
        with::<events::tablestore::Event>("tablestore"),
        with::<events::timer::Event>("timer"),
    ]
    .concat()
}

/// The pairs with `A` on the left.
fn with<A: FromEvent + Serialize>(left: &'static str) -> Vec<(&'static str, &'static str, Pair)> {
    let pairs: [(&'static str, Pair); 12] = [
        ("api-gateway", read::<A, events::api_gateway::Event>),
        ("cdn", read::<A, events::cdn::Event>),
        ("eventbridge", read::<A, events::eventbridge::Event>),
        ("kafka", read::<A, events::kafka::Event>),
        ("mns-queue", read::<A, events::mns_queue::Event>),
        ("mns-topic", read::<A, events::mns_topic::Event>),
        ("oss", read::<A, events::oss::Event>),
        ("rabbitmq", read::<A, events::rabbitmq::Event>),
        ("rocketmq", read::<A, events::rocketmq::Event>),
        ("sls", read::<A, events::sls::Event>),
        ("tablestore", read::<A, events::tablestore::Event>),
        ("timer", read::<A, events::timer::Event>),
    ];
    let others = pairs.into_iter().filter(|(right, _)| *right != left);
    others.map(|(right, read)| (left, right, read)).collect()
}

fn read<A, B>(event: Bytes) -> Result<(bool, Value), EventError>
where
    A: FromEvent + Serialize,
    B: FromEvent + Serialize,
{
    match Either::<A, B>::from_event(event)? {
        Either::Left(left) => Ok((true, json(&left))),
        Either::Right(right) => Ok((false, json(&right))),
    }
}

fn json(event: &impl Serialize) -> Value {
    serde_json::to_value(event).expect("an event that was read can be written")
}

/// Every sample is read as its own source's event, on either side, and an error gives both reasons.
/// The snapshot lists the pairs for which the order decides, and those that cannot be told apart.
pub(crate) fn either_reads_both_events() {
    let fixtures = all();
    let decoder = |kind: &str| {
        let mut decoders = fuzz::DECODERS.iter();
        decoders
            .find(|decoder| decoder.kind == kind)
            .expect("a decoder")
    };
    let mut mistaken = BTreeSet::new();
    for (left, right, read) in pairs() {
        for fixture in &fixtures {
            let event = Bytes::copy_from_slice(&fixture.bytes);
            let [as_left, as_right] = [left, right].map(|kind| decoder(kind).decode(&event));
            let name = &fixture.name;
            match (read(event), as_left, as_right) {
                (Ok((true, value)), Ok(left), _) => assert_eq!(value, left, "{name}"),
                (Ok((false, value)), Err(_), Ok(right)) => assert_eq!(value, right, "{name}"),
                (Err(error), Err(first), Err(second)) => {
                    let said = error.to_string();
                    let both =
                        said.contains(&first.to_string()) && said.contains(&second.to_string());
                    assert!(both, "{left} or {right}: {said}");
                }
                (outcome, ..) => panic!("{left} or {right} reads {name} as {outcome:?}"),
            }
            if fixture.kind == right && decoder(left).decode(&fixture.bytes).is_ok() {
                mistaken.insert((left, right));
            }
        }
    }
    let mut listed = String::new();
    for (left, right) in &mistaken {
        if !mistaken.contains(&(*right, *left)) {
            writeln!(
                listed,
                "Either<{right}, {left}>, never Either<{left}, {right}>"
            )
            .expect("memory");
        } else if left < right {
            writeln!(listed, "{left} and {right} cannot be told apart").expect("memory");
        }
    }
    snapshots::is(listed, "either.txt");
}
