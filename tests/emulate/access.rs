//! Who may send requests.

use std::time::{Duration, SystemTime};

use cargo_fc3::emulator::{Answer, Emulator, EmulatorOptions, Request};
use cargo_fc3::signature::AccessKey;

use crate::stage::{Client, PACKAGE, code, config, nonce};

const FUNCTIONS: &str = "/2023-03-30/functions";

fn said(answer: &Answer) -> (u16, String) {
    let body = answer.json().unwrap_or_default();
    (answer.status, code(&body).to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn only_what_the_account_signs_is_served() {
    let emulator = Emulator::start().expect("a free port");
    let client = Client::of(&emulator);
    let send = |request: &Request| said(&client.send(request));
    let host = client.address.to_string();
    assert_eq!(send(&client.signed("GET", FUNCTIONS, Vec::new())).0, 200);

    let unsigned = Request::new("GET", FUNCTIONS).with("host", &host);
    assert_eq!(send(&unsigned), refused(400, "MissingRequiredHeader"));
    let wrong = Client {
        key: AccessKey {
            secret: "wrong".to_owned(),
            ..client.key.clone()
        },
        ..Client::of(&emulator)
    };
    let wrong = wrong.signed("GET", FUNCTIONS, Vec::new());
    assert_eq!(send(&wrong), refused(403, "SignatureNotMatch"));
    let other = Client {
        key: AccessKey {
            id: "other".to_owned(),
            ..client.key.clone()
        },
        ..Client::of(&emulator)
    };
    let other = other.signed("GET", FUNCTIONS, Vec::new());
    assert_eq!(send(&other), refused(403, "InvalidAccessKeyID"));
    let changed = client.signed("POST", FUNCTIONS, b"{}".to_vec()).body("{ }");
    assert_eq!(send(&changed), refused(403, "SignatureNotMatch"));

    let once = client.signed("GET", FUNCTIONS, Vec::new());
    assert_eq!(send(&once).0, 200);
    assert_eq!(send(&once), refused(400, "SignatureNonceUsed"));
    for minutes in [16, 60] {
        let before = SystemTime::now() - Duration::from_secs(minutes * 60);
        let after = SystemTime::now() + Duration::from_secs(minutes * 60);
        for at in [before, after] {
            let old = client.signed_at("GET", FUNCTIONS, Vec::new(), at, &nonce());
            assert_eq!(send(&old), refused(400, "InvalidTimeStamp.Expired"));
        }
    }
    for target in ["/_fc3/reset", "/2016-08-15/tempBucketToken"] {
        let method = if target.ends_with("reset") {
            "POST"
        } else {
            "GET"
        };
        let unsigned = Request::new(method, target).with("host", &host);
        assert_eq!(
            send(&unsigned),
            refused(400, "MissingRequiredHeader"),
            "{target}"
        );
    }
}

#[test]
fn foreign_hosts_and_pages_are_refused() {
    let emulator = Emulator::start().expect("a free port");
    let client = Client::of(&emulator);
    let send = |request: &Request| said(&client.send(request));
    let signed = || client.signed("GET", FUNCTIONS, Vec::new());
    let page = signed().with("origin", "http://evil.example");
    assert_eq!(send(&page), refused(403, "AccessDenied"));
    let site = signed().with("sec-fetch-site", "cross-site");
    assert_eq!(send(&site), refused(403, "AccessDenied"));
    let bound = Request::new("GET", "/_fc3/health").with("host", "evil.example");
    assert_eq!(send(&bound), refused(403, "AccessDenied"));
    for host in ["127.0.0.1", "localhost", "localhost:80"] {
        let health = Request::new("GET", "/_fc3/health").with("host", host);
        assert_eq!(client.send(&health).status, 200, "{host}");
    }
    // The host of a bucket is served, and only what its key has signed.
    let upload = Request::new("PUT", "/1/x")
        .with("host", "fc-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com")
        .body("zip");
    let answer = client.send(&upload);
    assert_eq!(answer.status, 403);
    assert!(
        answer.text().contains("<Code>AccessDenied</Code>"),
        "{}",
        answer.text()
    );
}

#[test]
fn without_signatures_everything_is_served() {
    let options = EmulatorOptions {
        needs_signatures: false,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start_with(options).expect("a free port");
    let client = Client::of(&emulator);
    let host = client.address.to_string();
    let unsigned = Request::new("GET", FUNCTIONS).with("host", &host);
    assert_eq!(client.send(&unsigned).status, 200);
    let page = unsigned.with("origin", "http://evil.example");
    assert_eq!(client.send(&page).status, 403);
}

#[test]
fn a_reset_removes_everything() {
    let emulator = Emulator::start().expect("a free port");
    let client = Client::of(&emulator);
    emulator
        .deploy("hello", &config(), &PACKAGE)
        .expect("deployed");
    assert_eq!(client.invoke("hello", b"x").text(), "x");
    let reset = client.signed("POST", "/_fc3/reset", Vec::new());
    assert_eq!(client.send(&reset).status, 200);
    assert_eq!(client.invoke("hello", b"x").status, 404);
}
