//! The library below the command line `cargo fc3`.
//!
//! It is public so that the tests can drive it, and is no interface for other programs. Arrows
//! between its modules point down only: `cli`, then `conformance`, then `emulator`, then `scaffold`
//! and `package`, then `platform`, `text` and `stop`.

pub mod cli;
pub mod conformance;
pub mod emulator;
pub mod package;
pub mod platform;
mod process;
pub mod scaffold;
pub mod stop;
mod text;
