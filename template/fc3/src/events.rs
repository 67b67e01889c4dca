//! The event of each trigger, in a module behind a feature with the trigger's name.
//!
//! ```
//! # #[cfg(feature = "oss")] mod handler {
//! use fc3::events::oss::Event;
//! use fc3::{Context, Function, Result};
//!
//! struct Handler;
//!
//! impl Function for Handler {
//!     type Event = Event;
//!     type Reply = ();
//!
//!     async fn init(_cx: &Context) -> Result<Self> {
//!         Ok(Self)
//!     }
//!
//!     async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
//!         for change in event.events {
//!             tracing::info!(key = change.oss.object.key, "{}", change.event_name);
//!         }
//!         Ok(())
//!     }
//! }
//! # }
//! ```
//!
//! Every documented form of an event is accepted. Anything else is rejected with the path of the wrong
//! field. Fields that a source may leave out are `Option`s or have an empty default.

#[cfg(feature = "api-gateway")]
pub mod api_gateway;
#[cfg(feature = "cdn")]
pub mod cdn;
#[cfg(feature = "eventbridge")]
pub mod eventbridge;
#[cfg(feature = "kafka")]
pub mod kafka;
#[cfg(feature = "mns-queue")]
pub mod mns_queue;
#[cfg(feature = "mns-topic")]
pub mod mns_topic;
#[cfg(feature = "oss")]
pub mod oss;
#[cfg(feature = "rabbitmq")]
pub mod rabbitmq;
#[cfg(feature = "rocketmq")]
pub mod rocketmq;
#[cfg(feature = "sls")]
pub mod sls;
#[cfg(feature = "tablestore")]
pub mod tablestore;
#[cfg(feature = "timer")]
pub mod timer;
