//! The marks of a kind, found by trying: without one of them a document is no event. And what else
//! may differ from the samples.

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

pub(crate) fn has_the_marks_it_tells(decoder: &Decoder, fixtures: &[Fixture]) {
    let mut found = Lists::default();
    let trigger = trigger(decoder.kind);
    for fixture in fixtures.iter().filter(|fixture| fixture.is_structured()) {
        let tried = Tried::new(decoder, fixture);
        for at in &tried.marks {
            refusal_names_it(decoder, fixture, at, |it| at.drop(it));
            if !tried.nullable.contains(at) {
                refusal_names_it(decoder, fixture, at, |it| at.put(it, Value::Null));
            }
            // What holds a mark goes without saying.
            let is_told = tried.marks.iter().any(|mark| mark.is_below(at));
            assert!(
                is_told || mentions(&trigger, at.name()),
                "{}: TRIGGER.md does not tell that `{at}` is needed",
                fixture.name
            );
        }
        for at in &tried.others {
            // Sources write `null` for what they leave out at other times.
            if let Err(why) = after(decoder, fixture, |it| at.put(it, Value::Null)) {
                panic!("{}: `{at}` as null: {why}", fixture.name);
            }
        }
        found.note(decoder, &tried);
    }
    snapshots::is(found.to_string(), &format!("marks/{}.txt", decoder.kind));
}

/// What a reader is to know about a kind.
#[derive(Default)]
struct Lists {
    marks: Found,
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
        all(&tried.marks, &mut self.marks, true);
        all(&tried.others, &mut self.marks, false);
        all(&tried.nullable, &mut self.nullable, true);
        all(&tried.open_to_texts, &mut self.texts, true);
        for (at, value) in emptiable(fixture) {
            let read = after(decoder, fixture, |it| at.put(it, value.clone()));
            self.emptied.note(&at, fixture, read.is_err());
            let is_needed = tried.marks.contains(&at) || at == Place::default();
            let is_nothing = value.is_array() && is_needed && read.is_ok();
            assert!(!is_nothing, "{}: an empty `{at}` is no event", fixture.name);
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
            ("refused without", &self.marks),
            ("of these, `null` is a value", &self.nullable),
            ("refused if empty", &self.emptied),
            ("the same in another type", &self.same),
            ("kept in the type it comes in", &self.as_it_came),
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

fn refusal_names_it(
    decoder: &Decoder,
    fixture: &Fixture,
    at: &Place,
    change: impl FnOnce(&mut Value),
) {
    let error = after(decoder, fixture, change).expect_err("a mark");
    let path = error.path();
    assert!(
        names(&error, at.name()),
        "{}: without `{at}`: {error} at {path:?}",
        fixture.name
    );
}
