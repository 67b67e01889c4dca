//! Everything that makes a project: its name, the answers, the template, and the files in the end.

pub mod answers;
pub mod manifest;
pub mod names;
pub mod render;
pub mod template;
pub mod tree;
