//! `cargo fc3 try`: what it shows, how it ends, and that it leaves nothing behind.

mod ends;
mod runs;
#[path = "../support/mod.rs"]
mod support;
