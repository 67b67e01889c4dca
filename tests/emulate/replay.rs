//! The conversation of a recorded `s deploy`, `s invoke`, `s info`, a second deployment and `s remove`,
//! request by request, with new dates, nonces and signatures.

use cargo_fc3::emulator::{Answer, Emulator, Request};
use cargo_fc3::signature::AccessKey;
use serde_json::{Value, json};

use crate::stage::{Client, PACKAGE};

/// A recorded request.
struct Recorded {
    method: String,
    target: String,
    body: String,
    status: u16,
    action: String,
}

fn recorded() -> Vec<Recorded> {
    let lines = include_str!("s-deploy.jsonl").lines();
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
        let request = text("req");
        let (method, target) = request.split_once(' ').expect("a request");
        Recorded {
            method: method.to_owned(),
            target: target.to_owned(),
            body: text("body"),
            status: u16::try_from(line["status"].as_u64().expect("a status")).expect("a status"),
            action: line["headers"]["x-acs-action"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        }
    };
    lines.map(read).collect()
}

#[test]
fn each_request_is_accepted_in_order() {
    let emulator = Emulator::start().expect("a free port");
    let client = Client::of(&emulator);
    let mut token = Value::Null;
    let mut checksum = Value::Null;
    for request in recorded() {
        let shown = format!("{} {} ({})", request.method, request.target, request.action);
        let answer = match (&*request.method, &*request.target) {
            ("PUT", target) if target.starts_with("/1234567890123456/") => upload(&client, &token),
            // Its older signature has a test of its own.
            _ => {
                let body = with_object(&request.body, &token);
                let signed = client.signed(&request.method, &request.target, body.into_bytes());
                client.send(&signed.chunked())
            }
        };
        assert_eq!(answer.status, request.status, "{shown}: {}", answer.text());
        let body = answer.json().unwrap_or_default();
        match &*request.action {
            "CreateFunction" | "UpdateFunction" => {
                assert_eq!(body["state"], "Active", "{shown}");
                assert_eq!(body["lastUpdateStatus"], "Successful", "{shown}");
                assert_eq!(body["functionName"], "hello");
                if checksum.is_null() {
                    checksum = body["codeChecksum"].clone();
                }
                // The second deployment uploads nothing.
                assert_eq!(body["codeChecksum"], checksum, "{shown}");
                assert_ne!(checksum, "");
            }
            "CreateTrigger" | "GetTrigger" | "UpdateTrigger" if answer.status == 200 => {
                let url = body["httpTrigger"]["urlInternet"].as_str().expect("a URL");
                assert!(url.starts_with("http://hello.localhost:"), "{url}");
                assert!(body["triggerConfig"].is_string());
            }
            _ if request.target.ends_with("tempBucketToken") => token = body,
            _ => {}
        }
    }
}

/// The body of a request with the object that was uploaded here.
fn with_object(body: &str, token: &Value) -> String {
    let mut json: Value = serde_json::from_str(body).unwrap_or_default();
    if json["code"]["ossObjectName"].is_string() {
        json["code"] = json!({
            "ossBucketName": token["ossBucket"],
            "ossObjectName": object(token),
        });
        return json.to_string();
    }
    body.to_owned()
}

/// The name of the object: the client puts the id of its account before what it is told.
fn object(token: &Value) -> String {
    format!(
        "1234567890123456/{}",
        token["objectName"].as_str().expect("a name")
    )
}

/// Uploads the package as `ali-oss` does.
fn upload(client: &Client, token: &Value) -> Answer {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let credentials = &token["credentials"];
    let key = AccessKey {
        id: text(&credentials["AccessKeyId"]),
        secret: text(&credentials["AccessKeySecret"]),
        token: Some(text(&credentials["SecurityToken"])),
    };
    let (bucket, object) = (text(&token["ossBucket"]), object(token));
    let put = |authorization: &str, date: &str| {
        let host = format!("{bucket}.oss-cn-hangzhou.aliyuncs.com");
        let request = Request::new("PUT", format!("/{object}"))
            .with("host", host)
            .with("content-type", "application/zip")
            .with("x-oss-date", date)
            .with(
                "x-oss-security-token",
                key.token.as_deref().unwrap_or_default(),
            )
            .with("authorization", authorization)
            .body(PACKAGE.clone());
        client.send(&request)
    };
    let date = jiff::Timestamp::now()
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    let wrong = put(&format!("OSS {}:AAAA", key.id), &date);
    assert_eq!(wrong.status, 403);
    let signed = format!(
        "PUT\n\napplication/zip\n{date}\nx-oss-date:{date}\nx-oss-security-token:{}\n/{bucket}/{object}",
        key.token.as_deref().unwrap_or_default()
    );
    put(
        &format!("OSS {}:{}", key.id, hmac_sha1(&key.secret, &signed)),
        &date,
    )
}

fn hmac_sha1(secret: &str, text: &str) -> String {
    use base64::Engine;
    use hmac::{KeyInit, Mac};
    let mut code = hmac::Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()).expect("a key");
    code.update(text.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(code.finalize().into_bytes())
}
