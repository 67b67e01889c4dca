//! The function: [`handler`] says what it does, [`event`] what it is called with, [`fc`] serves it.

pub mod event;
pub mod fc;
pub mod handler;
