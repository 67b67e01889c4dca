//! What is read from a program, beside what the tool of the binutils reads.

use std::fs;
use std::process::Command;

use cargo_fc3::package::{Glibc, Linkage, Program};
use libtest_mimic::Failed;

use crate::support::project::succeed;

/// The newest version of the C library, and the libraries, of a program that needs some: this test.
pub(crate) fn reads_the_same() -> Result<(), Failed> {
    let path = std::env::current_exe()?;
    let mut readelf = Command::new("readelf");
    let output = succeed(readelf.args(["-V", "-d", "-W"]).arg(&path))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let versions = said.split_whitespace();
    let versions = versions.filter_map(|word| Glibc::parse(word.strip_prefix("GLIBC_")?));
    let newest = versions.max();
    let needed = said.lines().filter(|line| line.contains("(NEEDED)"));
    let name = |line: &str| Some(line.split_once('[')?.1.trim_end_matches(']').to_owned());
    let mut libraries: Vec<_> = needed.filter_map(name).collect();
    assert!(newest.is_some() && !libraries.is_empty(), "{said}");

    let program = Program::read(&fs::read(&path)?)?;
    let Linkage::Dynamic {
        glibc,
        libraries: read,
    } = program.linkage()
    else {
        return Err(format!("this test is static: {program:?}").into());
    };
    let mut read = read.clone();
    read.sort();
    libraries.sort();
    assert_eq!((*glibc, read), (newest, libraries));
    Ok(())
}
