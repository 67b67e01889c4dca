//! What several tests share.

#![allow(dead_code, reason = "no test uses all of it")]

pub(crate) mod copy;
pub(crate) mod disk;
pub(crate) mod environment;
mod mirror;
pub(crate) mod mounts;
pub(crate) mod project;
pub(crate) mod scratch;
pub(crate) mod serverless;
pub(crate) mod sources;
pub(crate) mod stand_in;
pub(crate) mod tool;
