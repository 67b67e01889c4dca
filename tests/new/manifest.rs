//! What is understood of a manifest, what is refused, and how answers are checked against it.

mod answers;
mod questions;
mod understood;

use std::collections::BTreeMap;

const HEAD: &str = r#"
[template]
cargo_generate_version = ">=0.26.0"
include = ["/Cargo.toml"]
fmt = false
[hooks]
pre = ["overlay.rhai"]
"#;
const KIND: &str = r#"
[placeholders.kind]
type = "string"
prompt = "Which?"
choices = [{ value = "oss", label = "oss: a bucket" }, "timer", { value = "web", label = "web" }]
default = "timer"
"#;
const BUCKET: &str = r#"
[conditional.'kind == "oss"'.placeholders.bucket_name]
type = "string"
prompt = "Which bucket?"
regex = "^[a-z]{3,63}$"
default = "my-bucket"
"#;

fn bucket() -> String {
    BUCKET.replace("my-bucket", "bucket")
}

fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
