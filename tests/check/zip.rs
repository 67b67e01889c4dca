//! Packages, alone and beside a program.

use std::collections::BTreeMap;
use std::fs;

use cargo_fc3::package::{File, archive};

use crate::function::{self, PLAIN};
use crate::run::{check_in, scratch};

/// A package with these bytes as `bootstrap`.
pub(crate) fn with(bytes: Vec<u8>, executable: bool) -> Vec<u8> {
    let file = File { bytes, executable };
    let files = BTreeMap::from([("bootstrap".to_owned(), file)]);
    archive(&files).expect("it is small")
}

/// As it leaves Windows: a script that nobody may run, with the line ends of another system.
pub(crate) fn broken() -> Vec<u8> {
    with(b"#!/bin/bash\r\nexec python3 app.py\r\n".to_vec(), false)
}

pub(crate) fn bad() {
    let dir = scratch();
    fs::write(dir.path().join("code.zip"), broken()).expect("a package");
    check_in(dir.path(), &["--zip", "code.zip"]).is(1, "bad-package", &[]);
}

/// Both are checked, and one report tells of both.
pub(crate) fn beside_a_program() {
    let dir = scratch();
    fs::write(dir.path().join("code.zip"), broken()).expect("a package");
    let function = function::command(PLAIN);
    let rules = ["--rule", "keep-alive", "--rule", "package-mode"];
    let arguments = ["--cmd", &function, "--zip", "code.zip"];
    let said = check_in(dir.path(), &[&arguments, &rules[..]].concat());
    said.is(1, "package-and-program", &[]);
    let said = check_in(
        dir.path(),
        &["--zip", "code.zip", "--rule", "keep-alive", "--json"],
    );
    let not_checked = ("keep-alive".to_owned(), "not-checked".to_owned());
    assert_eq!(said.outcomes(), [not_checked]);
}

pub(crate) fn not_one() {
    let dir = scratch();
    fs::write(dir.path().join("code.zip"), "no zip").expect("a file");
    check_in(dir.path(), &["--zip", "code.zip"]).is(1, "no-package", &[]);
}
