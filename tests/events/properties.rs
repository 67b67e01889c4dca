//! Random variants of an event that a source may send: optional fields are missing, `null` or of another
//! type, and there are unknown fields.

use fuzz::{Decoder, checks};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::conversions::Difference;
use crate::document::Place;
use crate::fixtures::Fixture;
use crate::garbage::any_json;
use crate::trials::{Tried, names};

const CASES: u32 = 256;

/// Changes after which an event is still accepted, in the order in which they are made.
#[derive(Clone, Debug)]
struct Changes {
    fixture: Index,
    added: Vec<(Index, String, Value)>,
    added_texts: Vec<(Index, String, String)>,
    retyped: Vec<Index>,
    lost: Vec<(Index, bool)>,
}

/// A name that no field and no attribute has.
fn a_name() -> impl Strategy<Value = String> {
    "(zq|ZQ|zq-|é|日|_zq)[a-zA-Z0-9 ._-]{0,12}"
}

fn changes() -> impl Strategy<Value = Changes> {
    let added = vec((any::<Index>(), a_name(), any_json()), 0..4);
    let added_texts = vec((any::<Index>(), a_name(), any::<String>()), 0..2);
    let retyped = vec(any::<Index>(), 0..6);
    let lost = vec((any::<Index>(), any::<bool>()), 0..12);
    (any::<Index>(), added, added_texts, retyped, lost).prop_map(
        |(fixture, added, added_texts, retyped, lost)| Changes {
            fixture,
            added,
            added_texts,
            retyped,
            lost,
        },
    )
}

/// One item of a list, unless it is empty.
fn pick<T>(index: Index, from: &[T]) -> Option<&T> {
    (!from.is_empty()).then(|| index.get(from))
}

impl Changes {
    fn apply(&self, tried: &Tried) -> Value {
        let mut document = tried.fixture.document.clone();
        let texts = self.added_texts.iter().map(|(at, name, text)| {
            (
                pick(*at, &tried.open_to_texts),
                name,
                Value::from(text.as_str()),
            )
        });
        let added = self.added.iter();
        let added = added.map(|(at, name, value)| (pick(*at, &tried.open), name, value.clone()));
        for (at, name, value) in added.chain(texts) {
            let object = at.and_then(|at| at.of(&mut document));
            if let Some(Value::Object(members)) = object {
                members.insert(name.clone(), value);
            }
        }
        for (at, _, value) in self
            .retyped
            .iter()
            .filter_map(|at| pick(*at, &tried.retypable))
        {
            at.put(&mut document, value.clone());
        }
        for (at, as_null) in &self.lost {
            match pick(*at, &tried.others) {
                Some(at) if *as_null => at.put(&mut document, Value::Null),
                Some(at) => at.drop(&mut document),
                None => (),
            }
        }
        document
    }
}

fn tried(decoder: &Decoder, fixtures: &[Fixture]) -> Vec<Tried> {
    let structured = fixtures.iter().filter(|fixture| fixture.is_structured());
    structured
        .map(|fixture| Tried::new(decoder, fixture))
        .collect()
}

pub(crate) fn runner() -> TestRunner {
    TestRunner::new(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

pub(crate) fn reads_all_variants(decoder: &Decoder, fixtures: &[Fixture]) {
    let tried = tried(decoder, fixtures);
    let read = runner().run(&changes(), |changes| {
        let tried = changes.fixture.get(&tried);
        let document = changes.apply(tried);
        let kept = decoder.decode(&tried.fixture.write(&document));
        let kept = kept
            .map_err(|why| TestCaseError::fail(format!("{why} at {:?}: {document}", why.path())))?;
        let Difference { lost, wrong, .. } = Difference::between(&document, &kept);
        prop_assert!(wrong.is_empty(), "{wrong:#?}: {document}");
        // Unknown fields may be ignored, except in a map of texts.
        let is_added = |at: &Place| changes.added.iter().any(|(_, name, _)| at.is_in(name));
        let lost: Vec<_> = lost.into_iter().filter(|at| !is_added(at)).collect();
        prop_assert!(lost.is_empty(), "without {lost:?}: {document}");
        Ok(())
    });
    read.unwrap_or_else(|why| panic!("{why}"));
}

/// An event without a required field is rejected, no matter what else is changed, and the error names the
/// field. A kind that accepts any text may read it as one text instead.
pub(crate) fn rejects_missing_fields(decoder: &Decoder, fixtures: &[Fixture]) {
    let mut tried = tried(decoder, fixtures);
    tried.retain(|tried| !tried.required.is_empty());
    if tried.is_empty() {
        let takes_any_text = decoder.decode(b"no event").is_ok();
        assert!(takes_any_text, "{} has no required fields", decoder.kind);
        return;
    }
    let missing = (changes(), any::<Index>(), any::<bool>());
    let read = runner().run(&missing, |(changes, at, as_null)| {
        let tried = changes.fixture.get(&tried);
        let field = at.get(&tried.required);
        let mut document = changes.apply(tried);
        if as_null && !tried.nullable.contains(field) {
            field.put(&mut document, Value::Null);
        } else {
            field.drop(&mut document);
        }
        let event = tried.fixture.write(&document);
        match decoder.decode(&event) {
            Ok(read) => {
                let all = checks::is_all_text(&read, &String::from_utf8_lossy(&event));
                prop_assert!(all, "`{field}` is not required: {document}");
            }
            Err(why) => {
                prop_assert!(
                    names(&why, field.name()),
                    "`{field}`: {why} at {:?}",
                    why.path()
                );
            }
        }
        Ok(())
    });
    read.unwrap_or_else(|why| panic!("{why}"));
}
