//! The function. This is the file to edit.

use fc3::events::api_gateway::{Event, Request, Response, StatusCode, header};
use fc3::{Context, EventError, Function, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The state of one instance, which all calls share.
pub struct Handler;

/// What a client sends to create a user.
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

    /// Runs for every request. Return a response for a mistake of the client too: after an `Err` the
    /// client only gets a 503 without a reason. TRIGGER.md says more.
    async fn handle(&self, request: Event, _cx: &Context) -> Result<Response> {
        tracing::info!("{} {}", request.http_method, request.path);
        match request.http_method.as_str() {
            "GET" => show(&request),
            "POST" => match request.body_as::<User>() {
                Ok(user) => Response::json(StatusCode::CREATED, &user),
                Err(error) => Ok(bad_request(&error)),
            },
            "PUT" => match request.body_bytes() {
                Ok(bytes) => Response::json(StatusCode::OK, &json!({"bytes": bytes.len()})),
                Err(error) => Ok(bad_request(&error)),
            },
            _ => Response::text(StatusCode::METHOD_NOT_ALLOWED, "use GET, POST or PUT")
                .header(&header::ALLOW, "GET, POST, PUT"),
        }
    }
}

/// The user named in the path.
fn show(request: &Request) -> Result<Response> {
    let id = request.path_parameters.get("userId");
    match id.and_then(|id| id.parse::<u64>().ok()) {
        Some(id) => Response::json(StatusCode::OK, &json!({"id": id})),
        None => Ok(Response::text(StatusCode::NOT_FOUND, "no such user")),
    }
}

/// Says why the body cannot be read, and where.
fn bad_request(error: &EventError) -> Response {
    Response::text(StatusCode::BAD_REQUEST, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fc3::testing::{Instance, sample, samples};

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        for sample in samples()? {
            function.invoke(sample.event).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_client_learns_what_it_did_wrong() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        let mut request: serde_json::Value = serde_json::from_slice(&sample("post-json.json")?)?;
        request["body"] = r#"{"name": 1}"#.into();
        let reply = function.invoke(request.to_string()).await?;
        let response: serde_json::Value = serde_json::from_slice(&reply)?;
        assert_eq!(response["statusCode"], 400);
        assert!(response["body"].to_string().contains("body.name"));
        request["httpMethod"] = "DELETE".into();
        let reply = function.invoke(request.to_string()).await?;
        let response: serde_json::Value = serde_json::from_slice(&reply)?;
        assert_eq!(response["statusCode"], 405);
        assert_eq!(response["headers"]["Allow"], "GET, POST, PUT");
        Ok(())
    }
}
