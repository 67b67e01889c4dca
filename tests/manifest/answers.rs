//! Why an answer is refused, in words.

use cargo_fc3::scaffold::manifest::Manifest;

use crate::{BUCKET, HEAD, KIND, bucket, given};

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
        ("A", "has 1 character, which is too few"),
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
        "`bucket` cannot be the bucket name: it is not in the form that is asked for"
    );
}
