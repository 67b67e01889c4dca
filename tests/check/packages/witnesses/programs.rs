//! What `bootstrap` is.

use super::{Witness, changed, only, witness};
use crate::packages::elf::{fixed, loaded};
use crate::packages::zip::{file, zip};

pub(super) const ALL: &[Witness] = &[
    witness(
        "nothing",
        &["package-program"],
        "it is empty, not a Linux program",
        || only(""),
    ),
    witness(
        "text",
        &["package-program"],
        "it begins with `python3 app.py`, so it is neither a Linux program nor a script with `#!`",
        || only("python3 app.py\n"),
    ),
    witness(
        "utf-16",
        &["package-program"],
        "it is UTF-16 text, not a Linux program",
        || only(b"\xff\xfe#\0!\0/\0"),
    ),
    witness(
        "for-windows",
        &["package-program"],
        "it is a Windows program, not a Linux program",
        || only(b"MZ\x90\0"),
    ),
    witness(
        "for-macos",
        &["package-program"],
        "it is a macOS program, not a Linux program",
        || only(b"\xcf\xfa\xed\xfe"),
    ),
    witness(
        "for-arm",
        &["package-program"],
        "it is for Arm (aarch64), but Function Compute supports only x86-64",
        || changed(18, &183_u16.to_le_bytes()),
    ),
    witness(
        "of-32-bits",
        &["package-program"],
        "it is for 32 bits, but Function Compute supports only x86-64",
        || changed(4, &[1]),
    ),
    witness(
        "for-musl",
        &["package-program"],
        "it needs the loader `/lib/ld-musl-x86_64.so.1`, which no runtime has",
        || only(loaded("/lib/ld-musl-x86_64.so.1", &["libc.so"], "2.2.5")),
    ),
    witness(
        "library",
        &["package-program"],
        "it is an object file or a library, not a program",
        || changed(24, &[0; 8]),
    ),
    witness(
        "byte-order-mark",
        &["package-script-mark"],
        "the bytes EF BB BF precede `#!`",
        || only("\u{feff}#!/bin/bash\nexec ./main\n"),
    ),
    witness(
        "lines-of-windows",
        &["package-line-ends"],
        "line 1 ends with a carriage return",
        || only("#!/bin/bash\r\nexec ./main\r\n"),
    ),
    witness(
        "one-line-of-windows",
        &["package-line-ends"],
        "line 2 ends with a carriage return",
        || only("#!/bin/bash\ncd /code\r\nexec ./main\n"),
    ),
    witness(
        "no-interpreter",
        &["package-interpreter"],
        "no program follows `#!`",
        || only("#!\n"),
    ),
    witness(
        "env-of-nothing",
        &["package-interpreter"],
        "no program follows `#!`",
        || only("#!/usr/bin/env\n"),
    ),
    witness(
        "own-interpreter",
        &["package-interpreter"],
        "`/home/ferris/.venv/bin/python3` exists only on the machine where the script was written",
        || only("#!/home/ferris/.venv/bin/python3\n"),
    ),
    witness(
        "env-with-arguments",
        &["package-interpreter"],
        "`env` looks for one program named `python3 -u`",
        || only("#!/usr/bin/env python3 -u\n"),
    ),
    witness(
        "interpreter-left-out",
        &["package-interpreter"],
        "`bin/python3` is not in the package",
        || only("#!/code/bin/python3\n"),
    ),
    witness(
        "interpreter-without-a-mode",
        &["package-interpreter"],
        "`bin/python3` is in the package, but its mode is not 0755",
        || {
            let python = file("./bin/python3", &fixed()).mode(0o100_644);
            zip(&[file("bootstrap", b"#! bin/python3\n"), python])
        },
    ),
    witness(
        "language-of-no-runtime",
        &[
            "package-interpreter",
            "package-fits-custom",
            "package-fits-custom-debian10",
            "package-fits-custom-debian11",
            "package-fits-custom-debian12",
        ],
        "`custom.debian12` has no `/var/fc/lang/ruby3/bin/ruby`",
        || only("#!/var/fc/lang/ruby3/bin/ruby\n"),
    ),
];
