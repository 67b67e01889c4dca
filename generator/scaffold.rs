//! Everything that creates a project: its name, its options, the template and the files.

pub mod answers;
pub mod manifest;
pub mod names;
pub mod render;
pub mod template;
pub mod tree;
