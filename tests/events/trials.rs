//! Events in which one field is changed.

use std::collections::BTreeMap;
use std::fmt;

use fc3::EventError;
use fuzz::Decoder;
use serde_json::Value;

use crate::document::{Place, emptied, fields, objects, places, retyped};
use crate::fixtures::Fixture;

/// A fixture, and what changing each of its fields does.
pub(crate) struct Tried {
    pub(crate) fixture: Fixture,
    /// Fields without which it is rejected.
    pub(crate) required: Vec<Place>,
    /// The required fields that may be `null`, since they accept any JSON.
    pub(crate) nullable: Vec<Place>,
    /// All other fields.
    pub(crate) others: Vec<Place>,
    /// Fields that may have another type, with its name and a value.
    pub(crate) retypable: Vec<(Place, &'static str, Value)>,
    /// Objects that may have more members, of any type.
    pub(crate) open: Vec<Place>,
    /// Objects that may have more members, but only texts.
    pub(crate) open_to_texts: Vec<Place>,
}

/// Reads `fixture` after a change.
pub(crate) fn after(
    decoder: &Decoder,
    fixture: &Fixture,
    change: impl FnOnce(&mut Value),
) -> Result<Value, EventError> {
    let mut document = fixture.document.clone();
    change(&mut document);
    decoder.decode(&fixture.write(&document))
}

/// Whether an error names the missing field.
pub(crate) fn names(error: &EventError, field: &str) -> bool {
    let said = error.to_string();
    let path = error.path().unwrap_or_default();
    said.contains(&format!("`{field}`")) || path.split(['.', '[', ']']).any(|part| part == field)
}

impl Tried {
    pub(crate) fn new(decoder: &Decoder, fixture: &Fixture) -> Self {
        let document = &fixture.document;
        let accepts = |change: &dyn Fn(&mut Value)| after(decoder, fixture, change).is_ok();
        let all = fields(document).into_iter().map(|(at, _)| at);
        let (others, required): (_, Vec<_>) = all.partition(|at| accepts(&|it| at.drop(it)));
        let nullable = required.iter().cloned();
        let nullable = nullable.filter(|at| accepts(&|it| at.put(it, Value::Null)));
        let nullable = nullable.collect();
        let retypable = fields(document).into_iter().filter_map(|(at, value)| {
            let (name, value) = retyped(&value)?;
            accepts(&|it| at.put(it, value.clone())).then_some((at, name, value))
        });
        let retypable = retypable.collect();
        let adding = |at: &Place, value: Value| {
            accepts(&|it| {
                if let Some(Value::Object(members)) = at.of(it) {
                    members.insert("nobody-knows".to_owned(), value.clone());
                }
            })
        };
        let all = objects(document).into_iter();
        let (open, closed): (_, Vec<_>) = all.partition(|at| adding(at, 1.into()));
        let closed = closed.into_iter();
        let (open_to_texts, closed): (_, Vec<_>) = closed.partition(|at| adding(at, "a".into()));
        assert!(
            closed.is_empty(),
            "{}: {closed:?} take no member",
            fixture.name
        );
        Self {
            fixture: fixture.clone(),
            required,
            nullable,
            others,
            retypable,
            open,
            open_to_texts,
        }
    }
}

/// The fields that sources write as a number or as its text, or as a flag or as its text, by kind.
const RETYPABLE: [(&str, &[&str]); 5] = [
    ("api-gateway", &["isBase64Encoded"]),
    (
        "cdn",
        &[
            "startTime",
            "endTime",
            "fileSize",
            "taskId",
            "createTime",
            "completeTime",
        ],
    ),
    ("kafka", &["timestamp"]),
    ("mns-topic", &["PublishTime"]),
    (
        "rocketmq",
        &["MIN_OFFSET", "MAX_OFFSET", "CONSUME_START_TIME"],
    ),
];

/// Each of these fields is in a sample, and may have the other type everywhere.
pub(crate) fn reads_both_types(decoder: &Decoder, fixtures: &[Fixture]) {
    let mut listed = RETYPABLE.iter().filter(|(kind, _)| *kind == decoder.kind);
    let names = listed.next().map_or(&[][..], |(_, names)| names);
    let structured = fixtures.iter().filter(|fixture| fixture.is_structured());
    let tried: Vec<_> = structured
        .map(|fixture| Tried::new(decoder, fixture))
        .collect();
    for name in names {
        let mut times = 0;
        for tried in &tried {
            let fields = fields(&tried.fixture.document).into_iter();
            for (at, _) in fields.filter(|(at, value)| at.name() == *name && !value.is_null()) {
                let is_retypable = tried.retypable.iter().any(|(other, ..)| *other == at);
                assert!(is_retypable, "{}: `{at}`", tried.fixture.name);
                times += 1;
            }
        }
        assert!(times > 0, "`{name}` is in no sample");
    }
}

/// The places with some property, in all fixtures that have the place or in some of them.
#[derive(Default)]
pub(crate) struct Found(BTreeMap<String, (Vec<String>, Vec<String>)>);

impl Found {
    pub(crate) fn note(&mut self, what: impl fmt::Display, fixture: &Fixture, holds: bool) {
        let (yes, no) = self.0.entry(what.to_string()).or_default();
        let list = if holds { yes } else { no };
        if list.last() != Some(&fixture.name) {
            list.push(fixture.name.clone());
        }
    }

    /// A line for each place with the property, and the fixtures unless all have it.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let held = self.0.iter().filter(|(_, (yes, _))| !yes.is_empty());
        held.map(|(what, (yes, no))| {
            if no.is_empty() {
                return what.clone();
            }
            format!("{what} (in {})", yes.join(", "))
        })
    }
}

/// Each list and object that is not empty, with its empty counterpart.
pub(crate) fn emptiable(fixture: &Fixture) -> impl Iterator<Item = (Place, Value)> {
    let places = places(&fixture.document).into_iter();
    places.filter_map(|(at, value)| Some((at, emptied(&value)?)))
}
