//! The required fields of a kind, found by removing each field of its samples, and the other ways in
//! which an event may differ from them.

use std::fmt;
use std::fs;
use std::path::Path;

use fuzz::Decoder;
use serde_json::Value;

use crate::document::Place;
use crate::fixtures::Fixture;
use crate::integers::{integers, is_narrow};
use crate::snapshots;
use crate::trials::{Found, Tried, after, emptiable, names};

pub(crate) fn documents_its_required_fields(decoder: &Decoder, fixtures: &[Fixture]) {
    let mut found = Lists::default();
    let trigger = trigger(decoder.kind);
    for fixture in fixtures.iter().filter(|fixture| fixture.is_structured()) {
        let tried = Tried::new(decoder, fixture);
        for at in &tried.required {
            error_names_it(decoder, fixture, at, |it| at.drop(it));
            if !tried.nullable.contains(at) {
                error_names_it(decoder, fixture, at, |it| at.put(it, Value::Null));
            }
            // A field with a required field in it needs no mention.
            let is_implied = tried.required.iter().any(|field| field.is_below(at));
            assert!(
                is_implied || mentions(&trigger, at.name()),
                "{}: TRIGGER.md does not say that `{at}` is required",
                fixture.name
            );
        }
        for at in &tried.others {
            // Sources may write `null` instead of leaving a field out.
            if let Err(why) = after(decoder, fixture, |it| at.put(it, Value::Null)) {
                panic!("{}: `{at}` as null: {why}", fixture.name);
            }
        }
        found.note(decoder, &tried);
    }
    snapshots::is(found.to_string(), &format!("required/{}.txt", decoder.kind));
}

/// The rules of a kind's event.
#[derive(Default)]
struct Lists {
    required: Found,
    nullable: Found,
    emptied: Found,
    same: Found,
    as_it_came: Found,
    texts: Found,
    narrow: Found,
}

impl Lists {
    fn note(&mut self, decoder: &Decoder, tried: &Tried) {
        let fixture = &tried.fixture;
        let all = |places: &[Place], found: &mut Found, holds| {
            for at in places {
                found.note(at, fixture, holds);
            }
        };
        all(&tried.required, &mut self.required, true);
        all(&tried.others, &mut self.required, false);
        all(&tried.nullable, &mut self.nullable, true);
        all(&tried.open_to_texts, &mut self.texts, true);
        for (at, value) in emptiable(fixture) {
            let read = after(decoder, fixture, |it| at.put(it, value.clone()));
            self.emptied.note(&at, fixture, read.is_err());
            let is_required = tried.required.contains(&at) || at == Place::default();
            let is_nothing = value.is_array() && is_required && read.is_ok();
            assert!(
                !is_nothing,
                "{}: an event with an empty `{at}` is accepted",
                fixture.name
            );
        }
        for at in integers(fixture) {
            let is_narrow = is_narrow(decoder, fixture, &at);
            self.narrow.note(&at, fixture, is_narrow);
        }
        let whole = decoder.decode(&fixture.bytes).expect("an event");
        for (at, name, value) in &tried.retypable {
            let read = after(decoder, fixture, |it| at.put(it, value.clone()));
            let is_same = read.as_ref() == Ok(&whole);
            let line = format!("{at}: {name}");
            self.same.note(&line, fixture, is_same);
            self.as_it_came.note(&line, fixture, !is_same);
        }
    }
}

impl fmt::Display for Lists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            ("rejected if missing", &self.required),
            ("of these, may be `null`", &self.nullable),
            ("rejected if empty", &self.emptied),
            ("the same value in another type", &self.same),
            ("kept in the type of the event", &self.as_it_came),
            ("maps of texts", &self.texts),
            ("integers of fewer than 64 bits", &self.narrow),
        ];
        for (title, found) in lists {
            writeln!(f, "=== {title}")?;
            for line in found.lines() {
                writeln!(f, "{line}")?;
            }
        }
        Ok(())
    }
}

fn trigger(kind: &str) -> String {
    let kinds = Path::new(env!("CARGO_MANIFEST_DIR")).join("template/kinds");
    fs::read_to_string(kinds.join(kind).join("TRIGGER.md")).expect("every kind has one")
}

/// Whether a text has a field in backticks, alone or in a path.
fn mentions(text: &str, field: &str) -> bool {
    let spans = text.split('`').skip(1).step_by(2);
    let mut parts = spans.flat_map(|span| span.split(['.', '[', ']', ' ']));
    parts.any(|part| part == field)
}

fn error_names_it(
    decoder: &Decoder,
    fixture: &Fixture,
    at: &Place,
    change: impl FnOnce(&mut Value),
) {
    let error = after(decoder, fixture, change).expect_err("a required field");
    let path = error.path();
    assert!(
        names(&error, at.name()),
        "{}: without `{at}`: {error} at {path:?}",
        fixture.name
    );
}
