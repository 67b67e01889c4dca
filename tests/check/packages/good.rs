//! Packages that break no rule, and of which some rules have nothing to say.

use std::collections::BTreeMap;

use cargo_fc3::package::{File, archive};

use crate::packages::elf::{DEBIAN, fixed, loaded};
use crate::packages::zip::{behind, file, zip};

/// What holds for scripts only.
const OF_SCRIPTS: &[&str] = &[
    "package-script-mark",
    "package-line-ends",
    "package-interpreter",
];
/// What holds for programs only.
const OF_PROGRAMS: &[&str] = &["package-fits"];
const OF_RUNTIMES: &[&str] = &[
    "package-fits-custom",
    "package-fits-custom-debian10",
    "package-fits-custom-debian11",
    "package-fits-custom-debian12",
];

/// A package that is right, as far as it can be told.
pub(crate) struct Good {
    pub(crate) name: &'static str,
    /// The rules that are not checked; all others are kept.
    pub(crate) unchecked: &'static [&'static [&'static str]],
    pub(crate) package: fn() -> Vec<u8>,
}

const fn good(
    name: &'static str,
    unchecked: &'static [&'static [&'static str]],
    package: fn() -> Vec<u8>,
) -> Good {
    Good {
        name,
        unchecked,
        package,
    }
}

/// As `cargo fc3 build --zip` makes it.
fn made(bytes: &[u8]) -> Vec<u8> {
    let file = File {
        bytes: bytes.to_vec(),
        executable: true,
    };
    let files = BTreeMap::from([("bootstrap".to_owned(), file)]);
    archive(&files).expect("it is small")
}

pub(crate) const GOOD: &[Good] = &[
    good("static", &[OF_SCRIPTS], || made(&fixed())),
    good("dynamic", &[OF_SCRIPTS], || {
        made(&loaded(DEBIAN, &["libc.so.6", "libm.so.6"], "2.24"))
    }),
    good("bash", &[OF_PROGRAMS], || {
        made(b"#!/usr/bin/env bash\nexec python3 app.py\n")
    }),
    good("with-an-archive", &[OF_PROGRAMS], || {
        made(b"#!/usr/bin/env bash\ntail -c 4 $0 | sh\n\0\r\n\r\n")
    }),
    good(
        "python",
        &[OF_PROGRAMS, &["package-fits-custom-debian11"]],
        || made(b"#!/usr/bin/env python3\n"),
    ),
    good(
        "unknown-interpreter",
        &[&["package-interpreter"], OF_PROGRAMS, OF_RUNTIMES],
        || made(b"#!/usr/bin/tclsh\n"),
    ),
    good("own-interpreter", &[OF_PROGRAMS, OF_RUNTIMES], || {
        zip(&[
            file("bootstrap", b"#!/code/bin/python3 -u\n"),
            file("bin/python3", &fixed()),
        ])
    }),
    good(
        "own-library",
        &[OF_SCRIPTS, OF_PROGRAMS, OF_RUNTIMES],
        || {
            let program = loaded(DEBIAN, &["libz.so.1", "libc.so.6"], "2.2.5");
            zip(&[file("lib/libz.so.1", b""), file("bootstrap", &program)])
        },
    ),
    // Whoever unpacks by another method than the usual one has all of it.
    good("zstd", &[&["package-readable"], OF_SCRIPTS], || {
        zip(&[
            file("bootstrap", &fixed()),
            file("data", b"data").packed(93, b"?"),
        ])
    }),
    good("links-inside", &[OF_SCRIPTS], || {
        zip(&[
            file("bootstrap", &fixed()),
            file("lib/libz.so.1", b"../opt/../bootstrap").mode(0o120_777),
            file("lib/libz.so", b"libz.so.1").mode(0o120_777),
            file("lib/nothing", b"not-there").mode(0o120_777),
        ])
    }),
    good("stored", &[OF_SCRIPTS], || {
        zip(&[file("bootstrap", &fixed()).packed(0, &fixed())])
    }),
    good("behind-other-bytes", &[OF_SCRIPTS], || {
        behind(1000, &[file("bootstrap", &fixed())])
    }),
    good("from-a-folder", &[OF_SCRIPTS], || {
        zip(&[
            file("./", b"").mode(0o040_755),
            file("./bootstrap", &fixed()).mode(0o100_777),
            file("./data/", b"").mode(0o040_755),
            file("./data/", b"").mode(0o040_755),
            file("./data/one", b"1").mode(0o100_600),
        ])
    }),
];
