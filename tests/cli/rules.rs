//! The document of the rules is that of the code.

use std::path::Path;

use snapbox::{Data, assert_data_eq};

#[test]
fn the_document_says_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md");
    let document = cargo_fc3::conformance::document();
    assert_data_eq!(document, Data::read_from(&file, None).raw());
}
