//! Whether an instance of a runtime has what a program asks for.

use std::fmt;

use thiserror::Error;

use super::program::{Glibc, Linkage, Program};
use crate::platform::{RUNTIMES, Runtime};

/// The libraries that every Debian has: those of its packages `libc6` and `libgcc-s1`.
const EVERYWHERE: [&str; 9] = [
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libutil.so.1",
];

/// What a program asks of a runtime and does not find there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnmetRequirement {
    /// A newer C library.
    #[error("it needs GLIBC_{needed}, and `{runtime}` has {has}")]
    Glibc {
        /// The version that it was linked for.
        needed: Glibc,
        /// The name of the runtime.
        runtime: &'static str,
        /// The version that is there.
        has: Glibc,
    },
    /// A library that is not a part of it.
    #[error("it needs `{library}`, which `{runtime}` need not have")]
    Library {
        /// The name of the library.
        library: String,
        /// The name of the runtime.
        runtime: &'static str,
    },
}

impl Program {
    /// Whether an instance of this runtime can load it.
    ///
    /// # Errors
    /// The first thing that is missing there.
    pub fn fits(&self, runtime: &Runtime) -> Result<(), UnmetRequirement> {
        self.unmet(runtime).next().map_or(Ok(()), Err)
    }

    /// All that an instance of this runtime does not have of what it asks for.
    pub fn unmet(&self, runtime: &Runtime) -> impl Iterator<Item = UnmetRequirement> {
        let (glibc, libraries) = match self.linkage() {
            Linkage::Static => (None, &[][..]),
            Linkage::Dynamic { glibc, libraries } => (*glibc, &libraries[..]),
        };
        let (name, has) = (runtime.name, Glibc::from(runtime.glibc));
        let newer = glibc.filter(|needed| *needed > has);
        let newer = newer.map(|needed| UnmetRequirement::Glibc {
            needed,
            runtime: name,
            has,
        });
        let missing = |library: &&String| !EVERYWHERE.contains(&library.as_str());
        let missing = libraries.iter().filter(missing);
        newer
            .into_iter()
            .chain(missing.map(move |library| UnmetRequirement::Library {
                library: library.clone(),
                runtime: name,
            }))
    }

    /// What it needs, in words.
    #[must_use]
    pub fn needs(&self) -> Requirements<'_> {
        Requirements(self)
    }
}

/// What a program needs, as a part of a sentence.
#[derive(Debug)]
pub struct Requirements<'a>(&'a Program);

impl fmt::Display for Requirements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.linkage() {
            Linkage::Static => f.write_str("static")?,
            Linkage::Dynamic { glibc: None, .. } => f.write_str("dynamic")?,
            Linkage::Dynamic {
                glibc: Some(glibc), ..
            } => write!(f, "needs GLIBC_{glibc}")?,
        }
        let fit = RUNTIMES
            .iter()
            .filter(|runtime| self.0.fits(runtime).is_ok());
        match fit.clone().count() {
            0 => f.write_str(", runs on no runtime"),
            count if count == RUNTIMES.len() => f.write_str(", runs on every runtime"),
            _ => {
                let names: Vec<_> = fit.map(|runtime| format!("`{}`", runtime.name)).collect();
                write!(f, ", runs on {}", names.join(", "))
            }
        }
    }
}
