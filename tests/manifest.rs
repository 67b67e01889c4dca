//! What is understood of a manifest, what is refused, and how answers are checked against it.

use std::collections::BTreeMap;

use cargo_fc3::manifest::{AnswerError, Manifest};
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

/// The same name, asked by two kinds, each with its own rule and default.
fn two_buckets() -> Manifest {
    let web = bucket().replace("oss", "web").replace("{3,63}", "{3,64}");
    let web = web.replace("default = \"bucket\"", "default = \"www\"");
    Manifest::parse(&format!("{HEAD}{KIND}{}{web}", bucket())).expect("it is right")
}

#[test]
fn each_kind_has_its_own_question_of_a_name() {
    let manifest = two_buckets();
    let longest = "x".repeat(64);
    let answer = |kind: &str, more: &[(&str, &str)]| {
        let answers = manifest.answer(&given(&[&[("kind", kind)], more].concat()))?;
        let bucket = answers.iter().find(|(name, _)| *name == "bucket_name");
        Ok(bucket.map(|(_, bucket)| bucket.to_owned()))
    };
    let error = |kind: &str, more: &[(&str, &str)]| {
        let error: AnswerError = answer(kind, more).expect_err("it is wrong");
        error.to_string()
    };
    assert_eq!(answer("oss", &[]), Ok(Some("bucket".to_owned())));
    assert_eq!(answer("web", &[]), Ok(Some("www".to_owned())));
    assert_eq!(answer("timer", &[]), Ok(None));
    let long = [("bucket_name", &*longest)];
    assert_eq!(answer("web", &long), Ok(Some(longest.clone())));
    assert_eq!(
        error("oss", &long),
        format!("`{longest}` cannot be the bucket name: it has 64 characters, which is too many")
    );
    assert_eq!(
        error("timer", &long),
        "`--bucket-name` is for the kinds `oss`, `web`, not for the kind `timer`"
    );
}

/// What can be told before anything is asked: a person must not answer for nothing.
#[test]
fn an_answer_is_wrong_before_the_kind_is_known_if_no_kind_allows_it() {
    let manifest = two_buckets();
    let longest = "x".repeat(64);
    let refused = |pairs: &[(&str, &str)]| {
        let refused = manifest.refuse_wrong(&given(pairs));
        refused.err().map(|error| error.to_string())
    };
    for right in [
        &[][..],
        &[("bucket_name", "mine")],
        &[("bucket_name", &longest)],
        &[("kind", "web"), ("bucket_name", &longest)],
    ] {
        assert_eq!(refused(right), None, "{right:?}");
    }
    for (wrong, why) in [
        (&[("bucket_name", "my bucket")][..], "`my bucket` cannot be"),
        (&[("kind", "nosuch")], "`nosuch` cannot be the kind"),
        (&[("nosuch", "1")], "does not ask for `nosuch`"),
        (
            &[("kind", "oss"), ("bucket_name", &longest)],
            "which is too many",
        ),
        (
            &[("kind", "timer"), ("bucket_name", "mine")],
            "not for the kind `timer`",
        ),
    ] {
        let told = refused(wrong).unwrap_or_default();
        assert!(told.contains(why), "{wrong:?}: {told:?}");
    }
}

#[test]
fn questions_come_in_the_order_of_the_manifest() {
    let more = |kind: &str, name: &str| {
        let more = bucket().replace("\"oss\"", &format!("\"{kind}\""));
        more.replace("bucket_name", name)
    };
    let asked = ["oss", "web"].map(|kind| {
        let order = if kind == "oss" {
            ["b", "a"]
        } else {
            ["a", "b"]
        };
        order.map(|name| more(kind, name)).concat()
    });
    let manifest = Manifest::parse(&format!("{HEAD}{KIND}{}", asked.concat()));
    let manifest = manifest.expect("it is right");
    let names = |kind| {
        let asked = manifest.asked_for(kind);
        asked.map(|asked| &*asked.name).collect::<Vec<_>>()
    };
    assert_eq!(names("oss"), ["b", "a"]);
    assert_eq!(names("web"), ["a", "b"]);
    assert!(names("timer").is_empty());
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

    let hyphens = BUCKET.replace("^[a-z]{3,63}$", "^[a-z][a-z-]{1,61}[a-z]$");
    let manifest = Manifest::parse(&format!("{HEAD}{KIND}{hyphens}")).expect("it is right");
    for (value, why) in [
        ("-bucket", "it cannot begin with `-`"),
        ("bucket-", "it cannot end in `-`"),
        ("-my_bucket-", "it has what it cannot have: `_`"),
    ] {
        let error = manifest
            .answer(&given(&[("kind", "oss"), ("bucket_name", value)]))
            .expect_err("it is wrong");
        assert_eq!(
            error.to_string(),
            format!("`{value}` cannot be the bucket name: {why}")
        );
    }

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
