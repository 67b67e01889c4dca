//! What the repository's own commands do, as a library, so that tests can ask whether it was done.

pub mod locks;
pub mod template;
