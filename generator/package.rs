//! The deployment package: a program that an instance can start, in an archive.
//!
//! Everything is read and written in memory.

mod archive;
mod entry;
mod interpreter;
mod link;
mod program;
mod read;
mod requirements;
mod script;
mod unpack;
mod visit;

pub use archive::{ArchiveError, File, MODE, archive};
pub use entry::{BOOTSTRAP, Data, Entry, EntryKind};
pub use interpreter::{Interpreter, NoInterpreter, NotKnown};
pub use link::{LinkTarget, Links};
pub use program::{Glibc, Linkage, NotStartable, Program};
pub use read::{Contents, NotAPackage, Package};
pub use requirements::{Requirements, UnmetRequirement};
pub use script::Script;
pub use visit::{Content, visit};
