//! Bytes as Base64.

use fc3::{from_base64, to_base64};

#[test]
fn bytes_survive_as_text() {
    let bytes = [0, 159, 146, 150];
    assert_eq!(to_base64(&bytes), "AJ+Slg==");
    assert_eq!(from_base64("AJ+Slg==").unwrap(), &bytes[..]);
}

#[test]
fn other_texts_are_rejected() {
    for text in ["no base64!", "AJ+Slg", "AJ-Slg==", "AJ+Slg== "] {
        from_base64(text).unwrap_err();
    }
}
