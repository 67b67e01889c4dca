use fc3::events::api_gateway::{HeaderName, Request, Response, StatusCode, header};
use fc3::{IntoReply, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::samples::{read, sample};

#[derive(Debug, Deserialize)]
struct User {
    name: String,
}

fn request(file: &str) -> Request {
    read(sample("api-gateway", file)).unwrap()
}

fn written(response: Response) -> Value {
    serde_json::from_slice(&response.into_reply().unwrap()).unwrap()
}

#[test]
fn a_body_may_be_in_base64() {
    let bytes = request("binary.json").body_bytes().unwrap();
    assert_eq!(bytes, b"\x89PNG\r\n\x1a\n".as_slice());
    for file in ["post-json.json", "flag-as-text.json"] {
        let user: User = request(file).body_as().unwrap();
        assert_eq!(user.name, "Ferris", "{file}");
    }
}

#[test]
fn an_error_in_the_body_has_its_path() {
    let mut request = request("post-json.json");
    request.body = r#"{"name": 1}"#.to_owned();
    let error = request.body_as::<User>().unwrap_err();
    assert_eq!(error.path(), Some("body.name"));
    request.is_base64_encoded = Some(true);
    let error = request.body_as::<User>().unwrap_err();
    assert_eq!(error.path(), Some("body"));
}

#[test]
fn a_header_is_found_in_any_case() {
    let request = request("invoke.json");
    assert_eq!(request.header("x-forwarded-for"), Some("192.0.2.10"));
    assert_eq!(request.header("cookie"), None);
}

#[test]
fn every_response_has_all_four_fields() {
    let text = Response::text(StatusCode::OK, "日本");
    let bytes = Response::bytes(StatusCode::CREATED, &[0, 159, 146, 150]);
    let value = Response::json(StatusCode::OK, &json!({"id": 42})).unwrap();
    let expected = json!({
        "isBase64Encoded": false,
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain; charset=utf-8"},
        "body": "日本",
    });
    assert_eq!(written(text), expected);
    let expected = json!({
        "isBase64Encoded": true,
        "statusCode": 201,
        "headers": {"Content-Type": "application/octet-stream"},
        "body": "AJ+Slg==",
    });
    assert_eq!(written(bytes), expected);
    let expected = json!({
        "isBase64Encoded": false,
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": r#"{"id":42}"#,
    });
    assert_eq!(written(value), expected);
}

#[test]
fn a_header_replaces_one_of_its_name() -> Result<()> {
    let response = Response::bytes(StatusCode::OK, b"")
        .header(&header::CONTENT_TYPE, "image/png")?
        .header(&HeaderName::from_static("x-request-id"), "1")?;
    let headers = json!({"Content-Type": "image/png", "X-Request-Id": "1"});
    assert_eq!(written(response)["headers"], headers);
    Ok(())
}

#[test]
fn a_header_is_one_visible_line() {
    for value in ["a\r\nSet-Cookie: b", "\0", "日本"] {
        let response = Response::text(StatusCode::OK, "");
        response.header(&header::LOCATION, value).unwrap_err();
    }
}
