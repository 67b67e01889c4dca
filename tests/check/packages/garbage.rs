//! A package comes from outside: whatever its bytes are, it is read or refused, without a panic.

use std::collections::BTreeMap;

use cargo_fc3::package::{Data, EntryKind, File, Package, Script, archive};
use libtest_mimic::Failed;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use crate::packages::elf::{DEBIAN, loaded};
use crate::packages::zip::{file, zip};
use crate::packages::{broken, rules};

type Result = std::result::Result<(), Failed>;

fn runner(cases: u32) -> TestRunner {
    // What was found once is kept as a witness, not in a file.
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    TestRunner::new(config)
}

/// All that is done with a package.
fn hold(bytes: &[u8]) {
    let package = Package::read(bytes);
    for rule in rules() {
        let _ = rule.check_package(&package);
    }
}

pub(crate) fn any_bytes() -> Result {
    let bytes = vec(any::<u8>(), 0..512);
    runner(1000).run(&bytes, |bytes| {
        hold(&bytes);
        // The end of an archive, so that a directory is looked for.
        hold(
            &[
                &bytes[..],
                b"PK\x05\x06\0\0\0\0\x01\0\x01\0.\0\0\0\0\0\0\0\0\0",
            ]
            .concat(),
        );
        Ok(())
    })?;
    Ok(())
}

pub(crate) fn a_damaged_package() -> Result {
    let program = loaded(DEBIAN, &["libc.so.6"], "2.24");
    let whole = zip(&[
        file("bootstrap", &program),
        file("folder/", b"").mode(0o040_755),
        file("stored", b"some text").packed(0, b"some text"),
    ]);
    let headers: Vec<_> = (0..whole.len())
        .filter(|at| whole[*at..].starts_with(b"PK"))
        .collect();
    let damage = vec((any::<Index>(), any::<u8>()), 0..8);
    let in_headers = vec((any::<Index>(), 0_usize..60, any::<u8>()), 0..8);
    let end = proptest::option::weighted(0.1, any::<Index>());
    runner(2000).run(&(damage, in_headers, end), |(damage, in_headers, end)| {
        let mut bytes = whole.clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for (header, at, byte) in in_headers {
            if let Some(place) = bytes.get_mut(header.get(&headers) + at) {
                *place = byte;
            }
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        hold(&bytes);
        Ok(())
    })?;
    Ok(())
}

pub(crate) fn any_start() -> Result {
    let rest = proptest::string::bytes_regex("(?s-u).{0,40}").expect("a pattern");
    let line = "[ \t]?(/usr/bin/env|/code/|/home/|/bin/sh|)[ \t]?(-S)?[ a-z=/\\.]{0,8}[\r\n]?";
    let starts = (any::<bool>(), line, rest);
    runner(2000).run(&starts, |(marked, line, rest)| {
        let mark = if marked { "\u{feff}" } else { "" };
        let bytes = [mark.as_bytes(), b"#!", line.as_bytes(), &rest].concat();
        let script = Script::read(&bytes);
        prop_assert!(script.is_some_and(|script| script.marked == marked));
        hold(&zip(&[file("bootstrap", &bytes)]));
        hold(&zip(&[file("bootstrap", &bytes[2..])]));
        Ok(())
    })?;
    Ok(())
}

/// What is made here is read here as it was made.
pub(crate) fn what_was_put_in() -> Result {
    let contents = (vec(any::<u8>(), 0..64), any::<bool>());
    let files = btree_map("[a-z]{1,8}(/[a-z]{1,8})?", contents, 0..6);
    runner(200).run(&(files, any::<bool>()), |(files, with_bootstrap)| {
        let files = files
            .into_iter()
            .map(|(path, (bytes, executable))| (path, File { bytes, executable }));
        let mut files: BTreeMap<_, _> = files.collect();
        if with_bootstrap {
            let bytes = b"#!/bin/sh\n".to_vec();
            let executable = true;
            files.insert("bootstrap".to_owned(), File { bytes, executable });
        }
        let bytes = archive(&files).expect("it is small");
        let package = Package::read(&bytes);
        prop_assert_eq!(package.size, bytes.len());
        let contents = package.contents.expect("it is a package");
        prop_assert_eq!(contents.entries.len(), files.len());
        for (entry, (path, file)) in contents.entries.iter().zip(&files) {
            prop_assert_eq!(entry.path(), path.as_str());
            prop_assert_eq!(
                entry.mode,
                Some(if file.executable { 0o755 } else { 0o644 })
            );
            prop_assert_eq!(entry.size, file.bytes.len() as u64);
            prop_assert_eq!((entry.kind, &entry.data), (EntryKind::File, &Data::Whole));
        }
        let unpacked: usize = files.values().map(|file| file.bytes.len()).sum();
        prop_assert_eq!(contents.unpacked(), unpacked as u64);
        let bootstrap = files.get("bootstrap").map(|file| &file.bytes[..]);
        prop_assert_eq!(contents.started_bytes(), bootstrap);
        if with_bootstrap && !files.keys().any(|path| path.contains('/')) {
            prop_assert!(broken(&bytes).is_empty());
        }
        Ok(())
    })?;
    Ok(())
}
