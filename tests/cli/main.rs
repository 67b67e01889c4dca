//! The command line as a whole: its help, the documents written from its code, what it reads of
//! programs, and the package that is published.
//!
//! Accept a changed text with `SNAPSHOTS=overwrite cargo test --test cli`.

mod help;
mod programs;
mod published;
mod rules;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod verbs;
