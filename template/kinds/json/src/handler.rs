//! The function. This is the file to edit.

use std::sync::atomic::{AtomicU64, Ordering};

use fc3::{Context, Function, Json, Result};
use serde::{Deserialize, Serialize};

/// The state of one instance, which all calls share.
pub struct Handler {
    greeting: String,
    greeted: AtomicU64,
}

/// The event. If a field is missing or has the wrong type, the caller's error names it.
#[derive(Deserialize)]
pub struct Visitor {
    name: String,
}

/// The reply.
#[derive(Serialize)]
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

    /// Runs for every event. `?` on any error fails this call, and its caller receives the message.
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
        let greeted = self.greeted.load(Ordering::Relaxed);
        tracing::info!("stopping after {greeted} visitors");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fc3::testing::{Instance, sample};

    #[tokio::test]
    async fn a_visitor_is_greeted() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        let reply = function.invoke(sample("invoke.json")?).await?;
        assert_eq!(reply, r#"{"message":"Hello, Ferris!","visit":1}"#);
        Ok(())
    }

    #[tokio::test]
    async fn a_visitor_needs_a_name() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        let missing = function.invoke("{}").await.unwrap_err();
        assert_eq!(missing.error_type(), "EventError");
        let empty = function.invoke(r#"{"name": ""}"#).await.unwrap_err();
        assert_eq!(empty.message(), "`name` is empty");
        Ok(())
    }
}
