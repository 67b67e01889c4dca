//! `cargo fc3 invoke`, as a shell runs it. Most of these projects are built by a `cargo` of ours, which
//! has a function ready that does what its event says; two are built by cargo itself.

#![cfg(unix)]

mod built;
mod curl;
mod dev;
mod ends;
mod events;
mod json;
mod keys;
mod remote;
mod service;
mod signed;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod web;
