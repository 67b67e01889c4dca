//! `cargo fc3 dev`: builds, starts, serves and watches the function of a project.
#![expect(dead_code, reason = "the command that uses them follows")]

mod build;
mod inputs;
mod watch;
