//! What the runtimes have.

use super::{Witness, needs, only, witness};
use crate::packages::elf::{DEBIAN, loaded};
use crate::packages::zip::{file, zip};

/// What no runtime has, in the order of the rules.
const NOWHERE: &[&str] = &[
    "package-fits",
    "package-fits-custom",
    "package-fits-custom-debian10",
    "package-fits-custom-debian11",
    "package-fits-custom-debian12",
];

pub(super) const ALL: &[Witness] = &[
    witness(
        "glibc-of-nowhere",
        NOWHERE,
        "it needs GLIBC_2.37, but `custom.debian12` has 2.36",
        || needs("2.37"),
    ),
    witness(
        "glibc-of-debian-12",
        &[
            "package-fits-custom",
            "package-fits-custom-debian10",
            "package-fits-custom-debian11",
        ],
        "it needs GLIBC_2.36, but `custom` has 2.24",
        || needs("2.36"),
    ),
    witness(
        "glibc-of-debian-11",
        &["package-fits-custom", "package-fits-custom-debian10"],
        "it needs GLIBC_2.31, but `custom` has 2.24",
        || needs("2.31"),
    ),
    witness(
        "glibc-of-debian-10",
        &["package-fits-custom"],
        "it needs GLIBC_2.25, but `custom` has 2.24",
        || needs("2.25"),
    ),
    witness(
        "a-library",
        NOWHERE,
        "it needs `libssl.so.3`, which `custom.debian12` may not have",
        || only(loaded(DEBIAN, &["libssl.so.3", "libc.so.6"], "2.2.5")),
    ),
    witness(
        "one-of-two-libraries",
        NOWHERE,
        "it needs `libssl.so.3`, which `custom.debian12` may not have",
        || {
            let libraries = ["libz.so.1", "libssl.so.3", "libc.so.6"];
            let program = loaded(DEBIAN, &libraries, "2.2.5");
            zip(&[file("bootstrap", &program), file("lib/libz.so.1", b"")])
        },
    ),
    witness(
        "env-of-debian-9",
        &["package-fits-custom"],
        "`custom` has no `env -S`",
        || only("#!/usr/bin/env -S bash -e\n"),
    ),
];
