//! `cargo fc3 emulate` as its clients see it: by signed requests, as a library, and as a shell runs it.

#![cfg(unix)]

mod access;
mod command;
#[path = "../check/packages/zip.rs"]
#[allow(dead_code, reason = "shared with the tests of `check`")]
mod entries;
mod functions;
mod kept;
mod library;
mod packages;
mod page;
mod process;
mod replay;
mod stage;
#[path = "../support/mod.rs"]
mod support;
