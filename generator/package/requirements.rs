//! Whether a runtime has the libraries that a program needs.

use std::fmt;

use thiserror::Error;

use super::program::{Glibc, Linkage, Program};
use crate::platform::{RUNTIMES, Runtime};

/// The libraries that every Debian has, from its packages `libc6` and `libgcc-s1`.
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

/// A requirement of a program that a runtime does not meet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnmetRequirement {
    /// A newer glibc.
    #[error("it needs GLIBC_{needed}, but `{runtime}` has {has}")]
    Glibc {
        /// The version that the program was linked against.
        needed: Glibc,
        /// The name of the runtime.
        runtime: &'static str,
        /// The version of the runtime.
        has: Glibc,
    },
    /// A library that is not part of the runtime.
    #[error("it needs `{library}`, which `{runtime}` may not have")]
    Library {
        /// The name of the library.
        library: String,
        /// The name of the runtime.
        runtime: &'static str,
    },
}

impl Program {
    /// Checks that an instance of this runtime can load the program.
    ///
    /// # Errors
    /// The first requirement that the runtime does not meet.
    pub fn fits(&self, runtime: &Runtime) -> Result<(), UnmetRequirement> {
        self.unmet(runtime).next().map_or(Ok(()), Err)
    }

    /// All requirements that this runtime does not meet.
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

    /// Describes what the program needs.
    #[must_use]
    pub fn needs(&self) -> Requirements<'_> {
        Requirements(self)
    }
}

/// Describes what a program needs, as part of a sentence.
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
