//! The progress of a build, as it is shown.

/// The progress of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Progress {
    /// Cargo waits for another cargo, which holds this lock.
    Waiting { lock: String },
    /// Cargo updates an index or downloads crates, in its own words.
    Fetching(String),
    /// Cargo compiles the first crate, or one more.
    Started,
    /// Cargo compiles. Each crate counts once for every step, such as running its build script.
    Compiling {
        done: usize,
        total: usize,
        /// The crates that are being compiled.
        crates: String,
    },
}
