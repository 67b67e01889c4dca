//! Why an answer is refused, in words.

use cargo_fc3::scaffold::manifest::Manifest;

use super::{BUCKET, HEAD, KIND, bucket, given};

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
    let cannot = |value: &str, why: &str| format!("invalid bucket name `{value}`: it {why}");
    for (value, why) in [
        ("my bucket", "contains characters that are not allowed: ` `"),
        (
            "My_bucket!",
            "contains characters that are not allowed: `!`, `M`, `_`",
        ),
        ("ab", "is too short (2 characters)"),
        // Without its `x`es it would be short enough, and they are not to blame.
        (&*"x".repeat(64), "is too long (64 characters)"),
        // The length comes first, since leaving characters out may mend it.
        ("A", "is too short (1 character)"),
    ] {
        assert_eq!(bucket(value), cannot(value, why));
    }
    assert_eq!(
        why(&[("kind", "ose")]),
        "invalid kind `ose`: it is not one of the choices"
    );

    let hyphens = BUCKET.replace("^[a-z]{3,63}$", "^[a-z][a-z-]{1,61}[a-z]$");
    let manifest = Manifest::parse(&format!("{HEAD}{KIND}{hyphens}")).expect("it is right");
    for (value, why) in [
        ("-bucket", "it must not begin with `-`"),
        ("bucket-", "it must not end with `-`"),
        (
            "-my_bucket-",
            "it contains characters that are not allowed: `_`",
        ),
    ] {
        let error = manifest
            .answer(&given(&[("kind", "oss"), ("bucket_name", value)]))
            .expect_err("it is wrong");
        assert_eq!(
            error.to_string(),
            format!("invalid bucket name `{value}`: {why}")
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
        "invalid bucket name `bucket`: it does not have the required format"
    );
}
