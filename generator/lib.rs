//! The library below the command line `cargo fc3`.
//!
//! It is public so that the tests can drive it, and is no interface for other programs. Arrows
//! between its modules point down only: `cli`, then `render` and `conformance`, then `local`,
//! `template` and `package`, then the rest.

pub mod cli;
pub mod conformance;
pub mod contract;
pub mod local;
pub mod manifest;
pub mod package;
pub mod render;
pub mod spec;
pub mod stop;
pub mod template;
pub mod tree;
