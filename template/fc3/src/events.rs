//! The events of the triggers, each in a module behind a feature with its name.

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
