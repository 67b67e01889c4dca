//! The library below the command line `cargo fc3`.
//!
//! It is public for the tests and is not an interface for other programs. Modules depend only on
//! later ones in this list: `cli`, `conformance`, `emulator`, `scaffold` and `package`, `platform`,
//! `text` and `stop`.

pub mod cli;
pub mod conformance;
pub mod emulator;
pub mod package;
pub mod platform;
mod process;
pub mod scaffold;
pub mod stop;
mod text;
