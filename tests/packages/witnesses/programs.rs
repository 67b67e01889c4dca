//! What `bootstrap` is.

use super::{Witness, changed, only, witness};
use crate::elf::{fixed, loaded};
use crate::zip::{file, zip};

pub(super) const ALL: &[Witness] = &[
    witness(
        "nothing",
        &["package-program"],
        "it is empty, and no program for Linux",
        || only(""),
    ),
    witness(
        "text",
        &["package-program"],
        "it begins with `python3 app.py`: no program for Linux, and no script without `#!`",
        || only("python3 app.py\n"),
    ),
    witness(
        "utf-16",
        &["package-program"],
        "it is text in UTF-16, and no program for Linux",
        || only(b"\xff\xfe#\0!\0/\0"),
    ),
    witness(
        "for-windows",
        &["package-program"],
        "it is a program for Windows, and no program for Linux",
        || only(b"MZ\x90\0"),
    ),
    witness(
        "for-macos",
        &["package-program"],
        "it is a program for macOS, and no program for Linux",
        || only(b"\xcf\xfa\xed\xfe"),
    ),
    witness(
        "for-arm",
        &["package-program"],
        "it is for Arm (aarch64), and Function Compute has x86-64 only",
        || changed(18, &183_u16.to_le_bytes()),
    ),
    witness(
        "of-32-bits",
        &["package-program"],
        "it is for 32 bits, and Function Compute has x86-64 only",
        || changed(4, &[1]),
    ),
    witness(
        "for-musl",
        &["package-program"],
        "it asks for the loader `/lib/ld-musl-x86_64.so.1`, which no runtime has",
        || only(loaded("/lib/ld-musl-x86_64.so.1", &["libc.so"], "2.2.5")),
    ),
    witness(
        "library",
        &["package-program"],
        "it is a part of a program, or a library",
        || changed(24, &[0; 8]),
    ),
    witness(
        "byte-order-mark",
        &["package-script-mark"],
        "the bytes EF BB BF come before `#!`",
        || only("\u{feff}#!/bin/bash\nexec ./main\n"),
    ),
    witness(
        "lines-of-windows",
        &["package-line-ends"],
        "line 1 ends in a carriage return",
        || only("#!/bin/bash\r\nexec ./main\r\n"),
    ),
    witness(
        "one-line-of-windows",
        &["package-line-ends"],
        "line 2 ends in a carriage return",
        || only("#!/bin/bash\ncd /code\r\nexec ./main\n"),
    ),
    witness(
        "no-interpreter",
        &["package-interpreter"],
        "`#!` is followed by no program",
        || only("#!\n"),
    ),
    witness(
        "env-of-nothing",
        &["package-interpreter"],
        "`#!` is followed by no program",
        || only("#!/usr/bin/env\n"),
    ),
    witness(
        "own-interpreter",
        &["package-interpreter"],
        "`/home/ferris/.venv/bin/python3` is a place on the machine that it was made on",
        || only("#!/home/ferris/.venv/bin/python3\n"),
    ),
    witness(
        "env-with-arguments",
        &["package-interpreter"],
        "`env` looks for one program with the name `python3 -u`",
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
        "`bin/python3` is there without the mode 0755",
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
