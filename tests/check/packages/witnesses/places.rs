//! Where `bootstrap` is, and who may run it.

use super::{Witness, program, witness};
use crate::packages::elf::fixed;
use crate::packages::zip::{file, zip};

pub(super) const ALL: &[Witness] = &[
    witness(
        "nothing-in-it",
        &["package-bootstrap"],
        "the package is empty",
        || zip(&[]),
    ),
    witness(
        "in-a-folder",
        &["package-bootstrap"],
        "the package contains `function/bootstrap`",
        || {
            let folder = file("function/", b"").mode(0o040_755);
            zip(&[folder, file("function/bootstrap", &fixed())])
        },
    ),
    witness(
        "another-name",
        &["package-bootstrap"],
        "the package contains `Bootstrap.sh`",
        || zip(&[file("data", b""), file("Bootstrap.sh", b"#!/bin/sh\n")]),
    ),
    witness(
        "no-bootstrap",
        &["package-bootstrap"],
        "the package contains 2 other entries, from `app.py` to `flask/app.py`",
        || zip(&[file("app.py", b""), file("flask/app.py", b"")]),
    ),
    witness(
        "control-characters",
        &["package-paths", "package-bootstrap"],
        "`\\u{1b}[2Japp.py` contains a control character",
        || zip(&[file("\u{1b}[2Japp.py", b"")]),
    ),
    witness("folder", &["package-bootstrap"], "it is a folder", || {
        zip(&[
            file("bootstrap/", b"").mode(0o040_755),
            file("bootstrap/main", &fixed()),
        ])
    }),
    witness(
        "pipe",
        &["package-bootstrap"],
        "it is not a regular file",
        || zip(&[file("bootstrap", b"").mode(0o010_755)]),
    ),
    witness(
        "windows",
        &["package-mode"],
        "it has no UNIX mode, as in packages created on Windows",
        || zip(&[program().made_on_windows()]),
    ),
    witness(
        "no-mode",
        &["package-mode"],
        "it has no UNIX mode, as in packages created on Windows",
        || zip(&[program().mode(0)]),
    ),
    witness(
        "not-executable",
        &["package-mode"],
        "its mode is 0644, expected 0755",
        || zip(&[program().mode(0o100_644)]),
    ),
    witness(
        "only-for-its-owner",
        &["package-mode"],
        "its mode is 0700, expected 0755",
        || zip(&[program().mode(0o100_700)]),
    ),
];
