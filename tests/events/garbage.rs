//! A decoder returns for any input, and gives a reason if it rejects it.

use fuzz::{Decoder, checks};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Number, Value};

use crate::document::places;
use crate::fixtures::Fixture;
use crate::properties::runner;

/// Any JSON, of a few dozen values.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,20}|true|False|[{]}|\\[\\]|\"\"".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-zA-Z]{0,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A change of an event that no source makes.
#[derive(Clone, Debug)]
enum Harm {
    /// Random bytes replace it.
    Noise(Vec<u8>),
    /// Random JSON replaces it.
    Json(Value),
    /// It is cut off.
    Cut(Index, Index),
    /// Some bytes are replaced.
    Flipped(Index, Vec<(Index, u8)>),
    /// A value in it is replaced.
    Replaced(Index, Index, Value),
    /// A value in it is replaced by nested lists.
    Deep(Index, Index, usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let place = || (any::<Index>(), any::<Index>());
    prop_oneof![
        vec(any::<u8>(), 0..64).prop_map(Harm::Noise),
        any_json().prop_map(Harm::Json),
        place().prop_map(|(fixture, at)| Harm::Cut(fixture, at)),
        (any::<Index>(), vec(any::<(Index, u8)>(), 1..4))
            .prop_map(|(fixture, bytes)| Harm::Flipped(fixture, bytes)),
        (place(), any_json()).prop_map(|((fixture, at), value)| Harm::Replaced(fixture, at, value)),
        (place(), 1_usize..200).prop_map(|((fixture, at), depth)| Harm::Deep(fixture, at, depth)),
    ]
}

impl Harm {
    fn event(&self, fixtures: &[Fixture]) -> Vec<u8> {
        let replaced = |fixture: &Fixture, at: &Index, value: Value| {
            if !fixture.is_structured() {
                return value.to_string().into_bytes();
            }
            let mut document = fixture.document.clone();
            at.get(&places(&document)).0.put(&mut document, value);
            fixture.write(&document)
        };
        match self {
            Self::Noise(bytes) => bytes.clone(),
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Cut(fixture, at) => {
                let bytes = &fixture.get(fixtures).bytes;
                bytes[..at.index(bytes.len())].to_vec()
            }
            Self::Flipped(fixture, changes) => {
                let mut bytes = fixture.get(fixtures).bytes.to_vec();
                for (at, byte) in changes {
                    *at.get_mut(&mut bytes) = *byte;
                }
                bytes
            }
            Self::Replaced(fixture, at, value) => {
                replaced(fixture.get(fixtures), at, value.clone())
            }
            Self::Deep(fixture, at, depth) => {
                let deep = (0..*depth).fold(Value::Null, |inner, _| Value::from(vec![inner]));
                replaced(fixture.get(fixtures), at, deep)
            }
        }
    }
}

fn has_an_object(list: &Value) -> bool {
    let items = list.as_array();
    items.is_some_and(|items| items.iter().any(Value::is_object))
}

/// A depth that would overflow the stack.
const DEPTH: usize = 200_000;

pub(crate) fn rejects_garbage(decoder: &Decoder, fixtures: &[Fixture]) {
    let takes_lists = fixtures.iter().any(|fixture| fixture.document.is_array());
    let read = runner().run(&harm(), |harm| {
        let event = harm.event(fixtures);
        checks::event(decoder, &event);
        if let (Ok(sent), Err(error)) = (
            serde_json::from_slice::<Value>(&event),
            decoder.decode(&event),
        ) && (sent.is_object() || takes_lists && has_an_object(&sent))
        {
            let named = error.path().is_some() || error.to_string().contains('`');
            prop_assert!(named, "no field is named: {error}: {sent:?}");
        }
        Ok(())
    });
    read.unwrap_or_else(|why| panic!("{why}"));
    let openings: [&[u8]; 6] = [b"[", b"{\"a\":", b"[\"", b"\x81", b"\xa1\x61a", b"\x9f"];
    for opening in openings {
        checks::event(decoder, &opening.repeat(DEPTH));
    }
    checks::event(decoder, b"");
}
