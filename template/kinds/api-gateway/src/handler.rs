//! The function. This is the file to edit.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::event::{Event, Request};
use crate::fc::{Context, EventError, Function, Result};
use crate::response::{Response, StatusCode, header};

/// The state of one instance: every call shares it.
pub struct Handler;

/// What a client sends to make a user.
#[derive(Deserialize, Serialize)]
struct User {
    name: String,
}

impl Function for Handler {
    type Event = Event;
    type Reply = Response;

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every request. What its client did wrong is a response as well: after an `Err` the
    /// client gets a 503 that does not say why. TRIGGER.md tells more.
    async fn handle(&self, request: Event, _cx: &Context) -> Result<Response> {
        match request.http_method.as_str() {
            "GET" => show(&request),
            "POST" => match request.body_as::<User>() {
                Ok(user) => Response::json(StatusCode::CREATED, &user),
                Err(error) => Ok(unreadable(&error)),
            },
            "PUT" => match request.body_bytes() {
                Ok(bytes) => Response::json(StatusCode::OK, &json!({"bytes": bytes.len()})),
                Err(error) => Ok(unreadable(&error)),
            },
            _ => Response::text(StatusCode::METHOD_NOT_ALLOWED, "try GET, POST or PUT")
                .header(&header::ALLOW, "GET, POST, PUT"),
        }
    }
}

/// The user whom the path names.
fn show(request: &Request) -> Result<Response> {
    let id = request.path_parameters.get("userId");
    match id.and_then(|id| id.parse::<u64>().ok()) {
        Some(id) => Response::json(StatusCode::OK, &json!({"id": id})),
        None => Ok(Response::text(StatusCode::NOT_FOUND, "no such user")),
    }
}

/// Tells the client why its body cannot be read, and where.
fn unreadable(error: &EventError) -> Response {
    Response::text(StatusCode::BAD_REQUEST, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fc::{FromEvent, IntoReply};

    async fn answer(request: Request) -> Result<serde_json::Value> {
        let response = Handler.handle(request, &Context::default()).await?;
        Ok(serde_json::from_slice(&response.into_reply()?)?)
    }

    fn sample(file: &str) -> Result<Request> {
        let event = std::fs::read(format!("events/{file}"))?;
        Ok(Request::from_event(event.into())?)
    }

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let cx = Context::default();
        let handler = Handler::init(&cx).await?;
        for file in std::fs::read_dir("events")? {
            let event = Event::from_event(std::fs::read(file?.path())?.into())?;
            handler.handle(event, &cx).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_response_is_what_the_gateway_expects() -> Result<()> {
        let expected = json!({
            "isBase64Encoded": false,
            "statusCode": 200,
            "headers": {"Content-Type": "application/json"},
            "body": r#"{"id":42}"#,
        });
        assert_eq!(answer(sample("invoke.json")?).await?, expected);
        Ok(())
    }

    #[tokio::test]
    async fn a_body_may_be_in_base64() -> Result<()> {
        let bytes = sample("binary.json")?.body_bytes()?;
        assert_eq!(bytes, b"\x89PNG\r\n\x1a\n".as_slice());
        let plain = answer(sample("post-json.json")?).await?;
        assert_eq!(plain["body"], r#"{"name":"Ferris"}"#);
        assert_eq!(answer(sample("flag-as-text.json")?).await?, plain);
        Ok(())
    }

    #[tokio::test]
    async fn a_client_is_told_what_it_did_wrong() -> Result<()> {
        let mut request = sample("post-json.json")?;
        request.body = r#"{"name": 1}"#.into();
        let response = answer(request.clone()).await?;
        assert_eq!(response["statusCode"], 400);
        assert!(response["body"].to_string().contains("body.name"));
        request.is_base64_encoded = Some(true);
        assert_eq!(answer(request.clone()).await?["statusCode"], 400);
        request.http_method = "DELETE".into();
        let response = answer(request).await?;
        assert_eq!(response["statusCode"], 405);
        assert_eq!(response["headers"]["Allow"], "GET, POST, PUT");
        Ok(())
    }

    #[test]
    fn a_header_is_found_in_any_case() -> Result<()> {
        let request = sample("invoke.json")?;
        assert_eq!(request.header("x-forwarded-for"), Some("192.0.2.10"));
        assert_eq!(request.header("cookie"), None);
        Ok(())
    }
}
