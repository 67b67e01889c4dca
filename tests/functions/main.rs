//! Functions that are not among the kinds: those of docs/sources.md, and those that show what the
//! runtime does.

mod calls;
mod json;
mod log;
mod outside;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod trace;
mod workers;
