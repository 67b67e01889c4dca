//! An error repeats little of the event that it is about, however long the event is.

use fc3::EventError;
use fuzz::Decoder;
use serde_json::{Value, json};

use crate::document::{objects, places};
use crate::fixtures::Fixture;

/// The largest number of characters that an error repeats of a value, and those of a whole error.
const OF_A_VALUE: usize = 200;
const WHOLE: usize = 1000;

/// A character that no message of ours contains.
const MARK: char = 'ß';

pub(crate) fn repeats_little_of_what_it_rejects(decoder: &Decoder, fixtures: &[Fixture]) {
    let long = MARK.to_string().repeat(2_000);
    let wrong = [
        json!(long),
        json!([long]),
        json!({"type": long}),
        json!({ (long.as_str()): 1 }),
        json!(format!("{{\"{long}\": 1")),
    ];
    let mut rejected = 0;
    let mut check = |event: &[u8]| {
        if let Err(error) = decoder.decode(event) {
            is_short(decoder, &error);
            rejected += 1;
        }
    };
    check(format!("\"{long}\"").as_bytes());
    check(format!("[\"{long}\"]").as_bytes());
    check(format!("[{{\"{long}\"").as_bytes());
    check(&[&[0xff], long.as_bytes()].concat());
    for fixture in fixtures.iter().filter(|fixture| fixture.is_structured()) {
        for (at, _) in places(&fixture.document) {
            for value in &wrong {
                let mut document = fixture.document.clone();
                at.put(&mut document, value.clone());
                check(&fixture.write(&document));
            }
        }
        // A wrong value inside of a long name.
        for at in objects(&fixture.document) {
            let mut document = fixture.document.clone();
            if let Some(Value::Object(members)) = at.of(&mut document) {
                members.insert(long.clone(), json!(f64::MAX));
                members.insert(
                    "aliyunpublishtime".to_owned(),
                    json!({ (long.as_str()): [] }),
                );
            }
            check(&fixture.write(&document));
        }
    }
    assert!(rejected > 1, "{} rejects nothing", decoder.kind);
}

fn is_short(decoder: &Decoder, error: &EventError) {
    let (text, path) = (error.to_string(), error.path().unwrap_or_default());
    let marks = |text: &str| text.matches(MARK).count();
    let of_the_path = marks(path);
    let of_the_value = marks(&text) - of_the_path;
    assert!(
        of_the_path <= OF_A_VALUE && of_the_value <= OF_A_VALUE,
        "{}: {of_the_value} characters of the value and {of_the_path} in the path: {}",
        decoder.kind,
        text.replace(&MARK.to_string().repeat(50), "")
    );
    let whole = text.chars().count();
    assert!(whole <= WHOLE, "{}: {whole} characters", decoder.kind);
}
