//! What is done as `cargo generate` does it, and that all else is an error.

use std::collections::BTreeMap;

use cargo_fc3::scaffold::manifest::Manifest;
use cargo_fc3::scaffold::names::FunctionName;
use cargo_fc3::scaffold::render::{Spec, render};
use cargo_fc3::scaffold::template::Template;

use super::{HEAD, KIND, bucket, given};

/// Whatever its name ends in, a file that is no hook belongs to the project.
#[test]
fn only_the_hook_stays_behind() {
    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    let files = BTreeMap::from([
        file("cargo-generate.toml", &format!("{HEAD}{KIND}")),
        file("overlay.rhai", "print(1);"),
        file("scripts/more.rhai", "print(2);"),
        file("kinds/timer/overlay.rhai", "print(3);"),
        file("kinds/web/web.txt", "web"),
    ]);
    let template = Template::new(files).expect("it is right");
    let name = FunctionName::parse("hello", template.dependencies()).expect("a name");
    let answers = template
        .manifest()
        .answer(&given(&[]))
        .expect("the defaults");
    let tree = render(&template, &Spec { name, answers }).expect("it renders");
    let paths: Vec<_> = tree.iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["overlay.rhai", "scripts/more.rhai"]);
    let laid = tree.get("overlay.rhai").expect("a file of the kind");
    assert_eq!(laid.bytes, b"print(3);");
}

/// Each line of the right manifest, and what must not stand there instead.
#[test]
fn what_is_not_understood_is_an_error() {
    let right = format!("{HEAD}{KIND}{}", bucket());
    Manifest::parse(&right).expect("it is right");
    let wrong = [
        ("fmt = false", ""),
        ("fmt = false", "fmt = true"),
        ("fmt = false", "fmt = false\nexclude = [\"x\"]"),
        ("\"/Cargo.toml\"", "\"Cargo.toml\""),
        ("\"/Cargo.toml\"", "\"/*.toml\""),
        ("\"overlay.rhai\"", "\"overlay.rhai\", \"more.rhai\""),
        ("[hooks]", "[hooks]\npost = [\"more.rhai\"]"),
        ("[hooks]", "[values]\nx = \"y\"\n[hooks]"),
        ("[placeholders.kind]", "[placeholders.sort]"),
        ("[placeholders.kind]", "[placeholders.\"the kind\"]"),
        ("default = \"timer\"", ""),
        ("default = \"timer\"", "default = \"nosuch\""),
        ("default = \"bucket\"", "default = \"UPPER\""),
        ("default = \"bucket\"", "default = true"),
        ("type = \"string\"", "type = \"bool\""),
        ("type = \"string\"", "type = \"string\"\nsecret = true"),
        ("regex = \"^[a-z]{3,63}$\"", ""),
        ("regex = \"^[a-z]{3,63}$\"", "regex = \"[a-z]{3,63}\""),
        ("regex = \"^[a-z]{3,63}$\"", "regex = \"^[a-z$\""),
        (
            "regex = \"^[a-z]{3,63}$\"",
            "regex = \"^[a-z]$\"\nchoices = [\"bucket\"]",
        ),
        ("regex = \"^[a-z]{3,63}$\"", "choices = [\"bucket\"]"),
        ("kind == \"oss\"", "kind == \"nosuch\""),
        ("kind == \"oss\"", "kind != \"oss\""),
        ("kind == \"oss\"", "kind == \"oss\" || kind == \"web\""),
        (".placeholders.bucket_name]", ".ignore.bucket_name]"),
        ("placeholders.bucket_name]", "placeholders.kind]"),
        (
            "[placeholders.kind]",
            "[placeholders.bucket_name]\ntype = \"string\"\nprompt = \"?\"\nregex = \"^x$\"\n\
             default = \"x\"\n[placeholders.kind]",
        ),
    ];
    for (from, to) in wrong {
        assert!(right.contains(from), "{from:?} is not in the right one");
        let manifest = right.replacen(from, to, 1);
        assert!(
            Manifest::parse(&manifest).is_err(),
            "accepted: {from:?} as {to:?}"
        );
    }
}
