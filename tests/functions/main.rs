//! Functions that are not among the kinds: those of docs/sources.md and docs/growing.md, and those that
//! show what the runtime does.

mod calls;
mod guide;
mod hooks;
mod json;
mod log;
mod outside;
mod process_one;
mod sources;
mod stalled;
#[path = "../support/mod.rs"]
mod support;
mod termination;
mod trace;
mod unread;
mod variables;
mod web;
mod workers;
