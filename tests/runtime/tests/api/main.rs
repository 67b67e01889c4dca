//! The public interface of `fc3`, without the events of single triggers.

mod batch;
mod binary;
mod cloud_event;
mod context;
mod decode;
mod event;
mod failure;
mod lenient;
mod testing;
mod time;
mod trace;
#[cfg(feature = "web")]
mod web;
