//! Which questions are asked for a kind, and by whose rule an answer is right.

use cargo_fc3::scaffold::manifest::{AnswerError, Manifest};

use super::{HEAD, KIND, bucket, given};

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
        "`--bucket-name` applies to the kind `oss`, not to the kind `timer`"
    );
    let error = manifest
        .answer(&given(&[("nosuch", "1")]))
        .expect_err("not asked");
    assert_eq!(error.to_string(), "the template has no option `nosuch`");
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
        format!("invalid bucket name `{longest}`: it is too long (64 characters)")
    );
    assert_eq!(
        error("timer", &long),
        "`--bucket-name` applies to the kinds `oss`, `web`, not to the kind `timer`"
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
        (
            &[("bucket_name", "my bucket")][..],
            "invalid bucket name `my bucket`",
        ),
        (&[("kind", "nosuch")], "invalid kind `nosuch`"),
        (&[("nosuch", "1")], "has no option `nosuch`"),
        (
            &[("kind", "oss"), ("bucket_name", &longest)],
            "it is too long",
        ),
        (
            &[("kind", "timer"), ("bucket_name", "mine")],
            "not to the kind `timer`",
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
