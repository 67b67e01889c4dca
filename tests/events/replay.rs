//! The inputs that fuzzing found and every sample event, with the checks that fuzzing uses.

use std::fs;
use std::path::Path;

use fuzz::checks;

use crate::fixtures::all;

/// Every file of the corpus of a target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let entries = fs::read_dir(folder).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let files: Vec<_> = paths.map(|path| fs::read(path).expect("a file")).collect();
    assert!(!files.is_empty(), "the corpus of {target} is empty");
    files
}

pub(crate) fn events() {
    let fixtures = all().into_iter().map(|fixture| fixture.bytes.to_vec());
    for event in corpus("events").into_iter().chain(fixtures) {
        checks::events(&event);
    }
}

pub(crate) fn forms() {
    let fixtures = all().into_iter().map(|fixture| fixture.bytes.to_vec());
    for item in corpus("forms").into_iter().chain(fixtures) {
        checks::forms(&item);
    }
}

pub(crate) fn times() {
    for text in corpus("times") {
        checks::times(&text);
    }
}
