//! One package for each mistake, with the rules that it breaks, and no others.

mod files;
mod links;
mod places;
mod programs;
mod runtimes;

use crate::packages::elf::{DEBIAN, fixed, loaded};
use crate::packages::zip::{Entry, behind, file, zip};

/// A package with a mistake.
pub(crate) struct Witness {
    pub(crate) name: &'static str,
    /// The rules that it breaks.
    pub(crate) breaks: &'static [&'static str],
    /// What came of the first of them.
    pub(crate) came: &'static str,
    pub(crate) package: fn() -> Vec<u8>,
}

const fn witness(
    name: &'static str,
    breaks: &'static [&'static str],
    came: &'static str,
    package: fn() -> Vec<u8>,
) -> Witness {
    Witness {
        name,
        breaks,
        came,
        package,
    }
}

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static Witness> {
    [
        files::ALL,
        links::ALL,
        places::ALL,
        programs::ALL,
        runtimes::ALL,
    ]
    .into_iter()
    .flatten()
}

fn program() -> Entry {
    file("bootstrap", &fixed())
}

/// A package with nothing but `bootstrap`.
fn only(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zip(&[file("bootstrap", bytes.as_ref())])
}

/// A package of so many bytes, most of which come before what is in it.
fn of_size(size: usize) -> Vec<u8> {
    let entries = [program()];
    behind(size - zip(&entries).len(), &entries)
}

fn needs(glibc: &str) -> Vec<u8> {
    only(loaded(DEBIAN, &["libc.so.6", "libgcc_s.so.1"], glibc))
}

/// A program with other bytes at a place of its header.
fn changed(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut program = fixed();
    program[at..at + bytes.len()].copy_from_slice(bytes);
    only(program)
}
