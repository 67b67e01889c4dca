//! What is understood of a manifest, what is refused, and how answers are checked against it.

use std::collections::BTreeMap;

use cargo_fc3::manifest::Manifest;
use cargo_fc3::render::render;
use cargo_fc3::spec::{FunctionName, Spec};
use cargo_fc3::template::Template;

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

#[test]
fn questions_of_one_kind_are_asked_for_it_only() {
    let manifest = Manifest::parse(&format!("{HEAD}{KIND}{}", bucket())).expect("it is right");
    let bucket = manifest.placeholders().last().expect("a placeholder");
    assert_eq!(bucket.flag(), "bucket-name");
    assert!(bucket.is_asked_for("oss") && !bucket.is_asked_for("web"));

    let answers = manifest.answer(&given(&[])).expect("the defaults");
    assert_eq!(answers.iter().collect::<Vec<_>>(), [("kind", "timer")]);
    let answers = manifest
        .answer(&given(&[("kind", "oss")]))
        .expect("the defaults");
    assert_eq!(
        answers.iter().collect::<Vec<_>>(),
        [("kind", "oss"), ("bucket_name", "bucket")]
    );

    let error = manifest
        .answer(&given(&[("bucket_name", "mine")]))
        .expect_err("another kind");
    assert_eq!(
        error.to_string(),
        "`--bucket-name` is for the kind `oss`, not for the kind `timer`"
    );
    let error = manifest
        .answer(&given(&[("nosuch", "1")]))
        .expect_err("not asked");
    assert_eq!(error.to_string(), "the template does not ask for `nosuch`");
}

#[test]
fn two_kinds_may_ask_the_same_but_not_differently() {
    let twice = bucket().replace("oss", "web");
    let manifest = Manifest::parse(&format!("{HEAD}{KIND}{}{twice}", bucket())).expect("the same");
    assert_eq!(manifest.placeholders().count(), 2);
    let bucket_name = manifest.placeholders().last().expect("a placeholder");
    assert_eq!(
        bucket_name.only_for.as_deref(),
        Some(&["oss".into(), "web".into()][..])
    );

    let differs = twice.replace("{3,63}", "{3,64}");
    Manifest::parse(&format!("{HEAD}{KIND}{}{differs}", bucket())).expect_err("a difference");
}

#[test]
fn answers_are_checked_and_the_reason_is_a_short_one() {
    let manifest = Manifest::parse(&format!("{HEAD}{KIND}{}", bucket())).expect("it is right");
    let why = |pairs: &[(&str, &str)]| {
        manifest
            .answer(&given(pairs))
            .expect_err("it is wrong")
            .to_string()
    };
    let bucket = |value| why(&[("kind", "oss"), ("bucket_name", value)]);
    let cannot = |value: &str, why: &str| format!("`{value}` cannot be the bucket name: it {why}");
    for (value, why) in [
        ("my bucket", "has what it cannot have: ` `"),
        ("My_bucket!", "has what it cannot have: `!`, `M`, `_`"),
        ("ab", "has 2 characters, which is too few"),
        // Without its `x`es it would be short enough, and they are not to blame.
        (&*"x".repeat(64), "has 64 characters, which is too many"),
        // The length comes first, since leaving characters out may mend it.
        ("A", "has 1 characters, which is too few"),
    ] {
        assert_eq!(bucket(value), cannot(value, why));
    }
    assert_eq!(
        why(&[("kind", "ose")]),
        "`ose` cannot be the kind: it is none of the choices"
    );

    let strict = BUCKET
        .replace("^[a-z]{3,63}$", "^oss-[a-z]+$")
        .replace("my-bucket", "oss-x");
    let manifest = Manifest::parse(&format!("{HEAD}{KIND}{strict}")).expect("it is right");
    let error = manifest
        .answer(&given(&[("kind", "oss"), ("bucket_name", "bucket")]))
        .expect_err("it is wrong");
    assert_eq!(
        error.to_string(),
        "`bucket` cannot be the bucket name: it does not match `^oss-[a-z]+$`"
    );
}

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
        ("kind == \"oss\"", "kind == \"nosuch\""),
        ("kind == \"oss\"", "kind != \"oss\""),
        ("kind == \"oss\"", "kind == \"oss\" || kind == \"web\""),
        (".placeholders.bucket_name]", ".ignore.bucket_name]"),
        ("placeholders.bucket_name]", "placeholders.kind]"),
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
