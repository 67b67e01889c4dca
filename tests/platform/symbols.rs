//! The releases whose packages are no longer to be had: what a program needs of their glibc is read
//! from the program, by the `readelf` of the GNU binutils.

use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use crate::programs::Programs;
use crate::support::project;

/// The runtime `custom`, Debian 9, has glibc 2.24; `custom.debian10` has 2.28.
const DEBIAN_10: (u32, u32) = (2, 28);

/// Whether `readelf` is here.
pub(crate) fn can_be_read() -> bool {
    let version = Command::new("readelf").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

fn readelf(program: &Path, what: &str) -> Result<String, Failed> {
    let mut command = Command::new("readelf");
    command
        .args(["--wide", what])
        .arg(program)
        .env("LC_ALL", "C");
    let output = project::succeed(&mut command)?;
    Ok(String::from_utf8(output.stdout)?)
}

/// The versions of glibc that a program needs symbols of.
fn needed(program: &Path) -> Result<Vec<(u32, u32)>, Failed> {
    let said = readelf(program, "--version-info")?;
    let names = said.split("Name: GLIBC_").skip(1);
    let version = |rest: &str| {
        let name = rest.split_whitespace().next()?;
        let (major, minor) = name.split_once('.')?;
        Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
    };
    let versions: Option<Vec<_>> = names.map(version).collect();
    versions.ok_or_else(|| format!("a version that is none: {said}").into())
}

/// No version of glibc, no library and no loader: so it fits every release.
pub(crate) fn are_none(programs: &Programs) -> Result<(), Failed> {
    let program = programs.package()?.join("bootstrap");
    assert_eq!(needed(&program)?, []);
    let dynamic = readelf(&program, "--dynamic")?;
    assert!(!dynamic.contains("(NEEDED)"), "{dynamic}");
    let segments = readelf(&program, "--program-headers")?;
    assert!(segments.contains("LOAD"), "{segments}");
    assert!(!segments.contains("INTERP"), "{segments}");
    Ok(())
}

/// Read in the same way, what a plain `cargo build` makes here fits neither.
pub(crate) fn of_a_dynamic_build_are_newer(programs: &Programs) -> Result<(), Failed> {
    let program = programs.dynamic()?.join("bootstrap");
    let needed = needed(&program)?;
    let newest = needed.iter().max().ok_or("it needs no glibc")?;
    assert!(*newest > DEBIAN_10, "{needed:?}");
    let dynamic = readelf(&program, "--dynamic")?;
    assert!(dynamic.contains("(NEEDED)"), "{dynamic}");
    let segments = readelf(&program, "--program-headers")?;
    assert!(segments.contains("INTERP"), "{segments}");
    Ok(())
}
