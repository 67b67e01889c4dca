//! The documentation's own example, and requests that lack something.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::super::{AccessKey, Authorization, Malformed, Target};

const SIGNATURE: &str = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
const DIGEST: &str = "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259";
const SIGNED: &str =
    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

/// The headers of the example, with an authorization.
fn headers(signed: &str, signature: &str) -> HeaderMap {
    let authorization = format!(
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders={signed},Signature={signature}"
    );
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let all = [
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", nothing),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
        ("authorization", &authorization),
    ];
    let all = all.into_iter().map(|(name, value)| {
        let value = HeaderValue::from_str(value).expect("a value");
        (HeaderName::from_static(name), value)
    });
    all.collect()
}

fn target(headers: &HeaderMap) -> Target<'_> {
    Target {
        method: "POST",
        path: "/",
        query: "RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        headers,
    }
}

fn key(secret: &str) -> AccessKey {
    let (id, secret) = ("YourAccessKeyId".to_owned(), secret.to_owned());
    AccessKey {
        id,
        secret,
        token: None,
    }
}

fn read(headers: &HeaderMap) -> Result<Authorization, Malformed> {
    Authorization::read(&target(headers)).map(|read| read.expect("it is signed"))
}

#[test]
fn the_example_of_the_documentation_is_right() {
    for signature in [SIGNATURE.to_owned(), SIGNATURE.to_uppercase()] {
        let headers = headers(SIGNED, &signature);
        let authorization = read(&headers).expect("an authorization");
        assert_eq!(authorization.key_id(), "YourAccessKeyId");
        let verified = authorization.verify(&target(&headers), &key("YourAccessKeySecret"));
        let verified = verified.expect("a right signature");
        let nonce = verified.nonce.as_deref();
        assert_eq!(nonce, Some("3156853299f313e23d1673dc12e1703d"));
        assert_eq!(verified.body_sha256.expect("a digest")[..2], [0xe3, 0xb0]);
    }
}

#[test]
fn a_mismatch_shows_what_is_signed_here() {
    let headers = headers(SIGNED, SIGNATURE);
    let authorization = read(&headers).expect("an authorization");
    let mismatch = authorization.verify(&target(&headers), &key("another"));
    let mismatch = mismatch.expect_err("a wrong secret");
    assert_eq!(
        mismatch.string_to_sign,
        format!("ACS3-HMAC-SHA256\n{DIGEST}")
    );
    let request = mismatch.canonical_request.expect("a request");
    assert!(request.starts_with("POST\n/\nImageId=win2019"), "{request}");
}

#[test]
fn what_must_be_signed_has_to_be_listed_and_sent() {
    let without_host = SIGNED.trim_start_matches("host;");
    let refused = read(&headers(without_host, SIGNATURE)).expect_err("`host` is not signed");
    assert_eq!(refused, Malformed::NotSigned("host".into()));
    let more = format!("{SIGNED};x-acs-more");
    let refused = read(&headers(&more, SIGNATURE)).expect_err("a header is missing");
    assert_eq!(refused, Malformed::NotSent("x-acs-more".into()));
    let mut sent = headers(SIGNED, SIGNATURE);
    sent.insert("content-type", HeaderValue::from_static("text/plain"));
    let refused = read(&sent).expect_err("the type is not signed");
    assert_eq!(refused, Malformed::NotSigned("content-type".into()));
    for name in [
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
    ] {
        let mut sent = headers(&SIGNED.replace(&format!("{name};"), ""), SIGNATURE);
        sent.remove(name);
        let refused = read(&sent).expect_err("a header is missing");
        assert_eq!(refused, Malformed::Missing(name), "{name}");
    }
}
