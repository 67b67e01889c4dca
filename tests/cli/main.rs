//! What people and programs read from `new` and `kinds`, and what is on the disk afterwards.
//!
//! Accept a changed text with `SNAPSHOTS=overwrite cargo test --test cli`.

#[path = "../support/disk.rs"]
mod disk;
mod git;
mod help;
mod new;
mod refusals;
mod scratch;
