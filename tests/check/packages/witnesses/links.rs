//! Symbolic links, which a package should not have, and of which some cannot work.

use super::{Witness, program, witness};
use crate::packages::elf::fixed;
use crate::packages::zip::{Entry, file, zip};

/// A symbolic link.
fn link(path: &str, target: &str) -> Entry {
    file(path, target.as_bytes()).mode(0o120_777)
}

const OUT: &[&str] = &["package-links", "package-bootstrap-link"];
const TO_NOTHING: &[&str] = &["package-bootstrap", "package-bootstrap-link"];

pub(super) const ALL: &[Witness] = &[
    witness(
        "link-to-a-file",
        &["package-bootstrap-link"],
        "it is a symbolic link",
        || zip(&[link("bootstrap", "main"), file("main", &fixed())]),
    ),
    witness(
        "link-by-two-links-and-the-folder-of-the-code",
        &["package-bootstrap-link"],
        "it is a symbolic link",
        || {
            zip(&[
                link("bootstrap", "./now/../1//main"),
                link("now", "/code/releases/1"),
                link("releases/1/main", "../2/main"),
                file("releases/2/main", &fixed()),
            ])
        },
    ),
    witness(
        "link-to-a-file-that-nobody-may-run",
        &["package-bootstrap-link", "package-mode"],
        "it is a symbolic link",
        || {
            let main = file("main", &fixed()).mode(0o100_644);
            zip(&[link("bootstrap", "main"), main])
        },
    ),
    witness(
        "link-to-a-text",
        &["package-bootstrap-link", "package-program"],
        "it is a symbolic link",
        || zip(&[file("main", b"a text"), link("bootstrap", "main")]),
    ),
    witness(
        "link-to-the-shell-of-the-instance",
        OUT,
        "`bootstrap` leads out of the package: `/bin/sh`",
        || zip(&[link("bootstrap", "/bin/sh")]),
    ),
    witness(
        "link-to-a-file-of-the-instance",
        OUT,
        "`bootstrap` leads out of the package: `/etc/passwd`",
        || zip(&[link("bootstrap", "/etc/passwd")]),
    ),
    witness(
        "link-to-a-folder-like-that-of-the-code",
        OUT,
        "`bootstrap` leads out of the package: `/code2/main`",
        || zip(&[link("bootstrap", "/code2/main"), file("main", &fixed())]),
    ),
    witness(
        "link-out-of-the-package",
        OUT,
        "`bootstrap` leads out of the package: `../evil`",
        || zip(&[link("bootstrap", "../evil"), file("evil", &fixed())]),
    ),
    witness(
        "link-to-itself",
        TO_NOTHING,
        "it is a symbolic link to `bootstrap`, which leads back to it",
        || zip(&[link("bootstrap", "bootstrap")]),
    ),
    witness(
        "link-in-a-circle",
        TO_NOTHING,
        "it is a symbolic link to `one`, which leads back to it",
        || zip(&[link("bootstrap", "one"), link("one", "./bootstrap")]),
    ),
    witness(
        "link-to-nothing",
        TO_NOTHING,
        "it is a symbolic link to `\\u{1b}main`, which is not a file in the package",
        || zip(&[link("bootstrap", "\u{1b}main"), file("main2", b"")]),
    ),
    witness(
        "link-to-a-folder",
        TO_NOTHING,
        "it is a symbolic link to `folder`, which is not a file in the package",
        || {
            zip(&[
                link("bootstrap", "folder"),
                file("folder/bootstrap", &fixed()),
            ])
        },
    ),
    witness(
        "other-link-out-of-the-package",
        &["package-links"],
        "`bin/python` leads out of the package: `/usr/bin/python3`",
        || {
            zip(&[
                program(),
                link("bin/python", "/usr/bin/python3"),
                link("bin/python3", "python"),
            ])
        },
    ),
    witness(
        "other-link-out-of-the-package-by-a-folder",
        &["package-links"],
        "`data/up` leads out of the package: `here/../../secret`",
        || {
            zip(&[
                program(),
                link("data/here", "."),
                link("data/up", "here/../../secret"),
            ])
        },
    ),
];
