//! A program that some tests need, and that a machine may lack.

use std::path::{Path, PathBuf};

/// The program at a variable's path, else on `PATH`, else where `.ci/run` installs it, which is
/// `installed` below the folder of its tools.
///
/// # Panics
/// If the variable names another program: who names one wants it to be used.
pub(crate) fn find(
    variable: &str,
    name: &str,
    installed: &str,
    is_right: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    if let Some(named) = path_in(variable) {
        let is_right = is_right(&named);
        assert!(is_right, "{} is not the right {name}", named.display());
        return Some(named);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name));
    let installed = folder().map(|tools| tools.join(installed));
    let mut all = on_path.chain(installed).filter(|program| program.is_file());
    all.find(|program| is_right(program))
}

/// The folder in which `.ci/run` keeps what tests need, if there is a home for it.
pub(crate) fn folder() -> Option<PathBuf> {
    let cache = path_in("XDG_CACHE_HOME").or_else(|| Some(path_in("HOME")?.join(".cache")));
    path_in("CARGO_FC3_TOOLS").or_else(|| Some(cache?.join("cargo-fc3-tools")))
}

fn path_in(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// Whether a program says that it is of a version, not of one that begins or ends so.
pub(crate) fn says_version(said: &[u8], version: &str) -> bool {
    let said = String::from_utf8_lossy(said);
    let mut words = said.split([' ', ',', '\n', '\r', '\t']);
    words.any(|word| word.strip_prefix('v').unwrap_or(word) == version)
}
