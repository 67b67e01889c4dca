//! The function: [`handler`] says what it does, [`event`] what it is called with, [`response`] what
//! it answers, [`fc`] serves it.

pub mod event;
pub mod fc;
pub mod handler;
pub mod response;
