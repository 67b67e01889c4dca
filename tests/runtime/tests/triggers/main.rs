//! The events of the triggers, read from the samples of their kinds.
//!
//! What holds for the events of all triggers is in tests/events of the repository.

#[cfg(feature = "api-gateway")]
mod api_gateway;
#[cfg(all(
    feature = "kafka",
    feature = "mns-queue",
    feature = "mns-topic",
    feature = "rabbitmq",
    feature = "rocketmq"
))]
mod bodies;
#[cfg(feature = "cdn")]
mod cdn;
#[cfg(feature = "eventbridge")]
mod eventbridge;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(feature = "mns-queue")]
mod mns_queue;
#[cfg(feature = "mns-topic")]
mod mns_topic;
#[cfg(feature = "rabbitmq")]
mod rabbitmq;
#[cfg(feature = "rocketmq")]
mod rocketmq;
mod samples;
#[cfg(feature = "sls")]
mod sls;
#[cfg(feature = "tablestore")]
mod tablestore;
#[cfg(feature = "timer")]
mod timer;
