//! What is deployed: a program that an instance can start, and the archive that holds it.
//!
//! All of it is read and made in memory, from bytes to bytes.

mod archive;
mod needs;
mod program;

pub use archive::{ArchiveError, File, MODE, archive};
pub use needs::{Needs, Unmet};
pub use program::{Glibc, Linkage, NotStartable, Program};
