//! The documents of the rules and of the API's operations are those of the code.

use std::path::Path;

use snapbox::{Data, assert_data_eq};

#[test]
fn the_document_says_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md");
    let document = cargo_fc3::conformance::document();
    assert_data_eq!(document, Data::read_from(&file, None).raw());
}

#[test]
fn the_operations_are_those_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/emulate-operations.md");
    let table = cargo_fc3::emulator::operations_table();
    assert_data_eq!(table, Data::read_from(&file, None).raw());
}
