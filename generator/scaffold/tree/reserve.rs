//! Descriptors that are kept for the removal of a directory.

use std::io;

#[cfg(unix)]
use std::os::fd::OwnedFd;

/// Copies of a descriptor, closed before a directory is removed, which needs some. So a process that
/// may open only few files fails before it has written anything, not when it cleans up.
#[derive(Default)]
pub(super) struct Reserve(
    #[cfg(unix)]
    #[expect(dead_code, reason = "the copies are closed when they are dropped")]
    Vec<OwnedFd>,
);

impl Reserve {
    /// Makes more copies than any tree is deep, with a new repository in it.
    #[cfg(unix)]
    pub(super) fn new() -> io::Result<Self> {
        use std::os::fd::AsFd;

        const COPIES: usize = 16;
        let stderr = io::stderr();
        let copies = (0..COPIES).map(|_| stderr.as_fd().try_clone_to_owned());
        copies.collect::<io::Result<_>>().map(Self)
    }

    /// Other systems have no such limit.
    #[cfg(not(unix))]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same signature on every system"
    )]
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self())
    }

    /// Closes the copies.
    pub(super) fn free(&mut self) {
        *self = Self::default();
    }
}
