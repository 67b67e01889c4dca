//! `cargo fc3 new`: what it asks, accepts and rejects, what it writes, and what the template holds.
//!
//! Accept a changed text with `SNAPSHOTS=overwrite cargo test --test new`.

mod created;
mod files;
mod git;
mod manifest;
mod names;
mod prompts;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod template;
mod workspace;
