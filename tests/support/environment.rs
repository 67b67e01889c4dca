//! What is around a person who builds: this machine's tools, and the way to the crates.

use std::ffi::OsString;
use std::io;
use std::path::Path;

/// What a person has set who builds Rust behind a proxy or a mirror. Of what cargo sets for a test,
/// and of this repository's own settings, nothing is let through.
const KEPT: [&str; 2] = ["RUSTUP_TOOLCHAIN", "TMPDIR"];
const KEPT_BEGINNINGS: [&str; 5] = [
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTR",
    "CARGO_SOURCE_",
    "SSL_CERT_",
];
const KEPT_ENDS: [&str; 2] = ["_proxy", "_PROXY"];

/// The variables of a person's shell, in which `cargo` is the one that runs these tests, with what it
/// has downloaded. A home is not among them.
pub(crate) fn environment() -> io::Result<Vec<(OsString, OsString)>> {
    let path = path_with(None)?;
    let kept = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_kept));
    let mut variables: Vec<_> = kept.chain([("PATH".into(), path)]).collect();
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let named = std::env::var_os(name);
        let usual = || Some(std::env::home_dir()?.join(folder).into_os_string());
        let path = named.or_else(usual);
        variables.extend(path.map(|path| (name.into(), path)));
    }
    Ok(variables)
}

/// The folders of programs: this one, that of the `cargo` that runs these tests, and those of this
/// machine.
pub(crate) fn path_with(first: Option<&Path>) -> io::Result<OsString> {
    let cargo = Path::new(env!("CARGO")).parent();
    let ours = first.into_iter().chain(cargo).map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(ours.chain(std::env::split_paths(&path))).map_err(io::Error::other)
}

fn is_kept(name: &str) -> bool {
    KEPT.contains(&name)
        || KEPT_BEGINNINGS
            .iter()
            .any(|beginning| name.starts_with(beginning))
        || KEPT_ENDS.iter().any(|end| name.ends_with(end))
}
