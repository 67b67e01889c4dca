//! The function. This is the file to edit.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::fc::{Context, Function, Json, Result};

/// The state of one instance: every call shares it.
pub struct Handler {
    greeting: String,
    greeted: AtomicU64,
}

/// The event: a caller who leaves a field out, or mistypes it, is told which.
#[derive(Debug, Deserialize)]
pub struct Visitor {
    name: String,
}

/// The reply.
#[derive(Debug, PartialEq, Serialize)]
pub struct Welcome {
    message: String,
    visit: u64,
}

impl Function for Handler {
    type Event = Json<Visitor>;
    type Reply = Json<Welcome>;

    /// Runs once in a new instance.
    async fn init(_cx: &Context) -> Result<Self> {
        let greeting = std::env::var("GREETING").unwrap_or_else(|_| "Hello".to_owned());
        Ok(Self {
            greeting,
            greeted: AtomicU64::new(0),
        })
    }

    /// Runs for every event. `?` on any error fails this call and tells its caller why.
    async fn handle(&self, Json(visitor): Json<Visitor>, _cx: &Context) -> Result<Json<Welcome>> {
        if visitor.name.is_empty() {
            return Err("`name` is empty".into());
        }
        let visit = self.greeted.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::info!(visit, "greeting {}", visitor.name);
        let message = format!("{}, {}!", self.greeting, visitor.name);
        Ok(Json(Welcome { message, visit }))
    }

    /// Runs once before the instance ends.
    async fn stop(&self) {
        tracing::info!("greeted {} visitors", self.greeted.load(Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fc::{Bytes, FromEvent};

    async fn greet(event: &'static [u8]) -> Result<Welcome> {
        let event = Json::from_event(Bytes::from_static(event))?;
        let cx = Context::default();
        Ok(Handler::init(&cx).await?.handle(event, &cx).await?.0)
    }

    #[tokio::test]
    async fn a_visitor_is_greeted() -> Result<()> {
        let welcome = greet(include_bytes!("../events/invoke.json")).await?;
        assert_eq!(
            welcome,
            Welcome {
                message: "Hello, Ferris!".to_owned(),
                visit: 1
            }
        );
        Ok(())
    }

    #[tokio::test]
    async fn a_visitor_without_a_name_is_an_error() {
        assert!(greet(b"{}").await.is_err());
        assert!(greet(br#"{"name": ""}"#).await.is_err());
    }
}
