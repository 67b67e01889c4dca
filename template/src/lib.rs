//! The function: [`handler`] says what it does, [`fc`] serves it.

pub mod fc;
pub mod handler;
