//! What is read from a program's bytes, and what is made of it: whatever they are, without a panic.

use std::collections::BTreeMap;
use std::fs;

use cargo_fc3::package::{File, NotStartable, Program, archive};
use cargo_fc3::platform::RUNTIMES;
use cargo_fc3::scaffold::manifest::Constraint;
use cargo_fc3::scaffold::template::Template;
use proptest::prelude::*;

/// A program that is here wherever this runs: this test.
fn own() -> Vec<u8> {
    let path = std::env::current_exe().expect("its path");
    fs::read(path).expect("it is readable")
}

/// One that is small enough to be changed often, if this system has it.
fn small() -> Vec<u8> {
    let small = fs::read("/bin/true")
        .ok()
        .filter(|bytes| Program::read(bytes).is_ok());
    small.unwrap_or_else(own)
}

#[test]
fn what_is_no_program_for_linux_is_named() {
    let read = |bytes: &[u8]| Program::read(bytes).expect_err("no program").to_string();
    assert_eq!(read(b""), "it is empty, not a Linux program");
    assert_eq!(read(b"#!/bin/sh\n"), "it is a script, not a Linux program");
    assert_eq!(
        read(b"MZ\x90\0"),
        "it is a Windows program, not a Linux program"
    );
    assert_eq!(
        read(b"\xcf\xfa\xed\xfe"),
        "it is a macOS program, not a Linux program"
    );
    assert_eq!(
        read(b"text"),
        "it is a file of an unknown type, not a Linux program"
    );
    assert!(matches!(
        Program::read(b"\x7fELF\x02\x01\x01"),
        Err(NotStartable::Unreadable(_))
    ));
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
fn other_processors_and_loaders_are_refused() {
    let mut foreign = own();
    // The machine, in the header of an ELF file: 183 is Arm.
    foreign[18..20].copy_from_slice(&183_u16.to_le_bytes());
    let error = Program::read(&foreign).expect_err("it is for Arm");
    assert_eq!(
        error.to_string(),
        "it is for Arm (aarch64), but Function Compute supports only x86-64"
    );

    let loader = b"/lib64/ld-linux-x86-64.so.2";
    let mut foreign = own();
    let at = foreign
        .windows(loader.len())
        .position(|part| part == loader);
    foreign[at.expect("it names its loader")..][..loader.len()]
        .copy_from_slice(b"/lib/ld-musl-x86_64.so.1\0\0\0");
    let error = Program::read(&foreign).expect_err("no Debian has it");
    assert_eq!(
        error.to_string(),
        "it needs the loader `/lib/ld-musl-x86_64.so.1`, which no runtime has"
    );
}

#[test]
fn the_runtimes_are_those_that_are_asked_for() {
    let manifest = Template::embedded().manifest();
    let asked = manifest
        .asked_for("event")
        .find(|asked| asked.name == "runtime");
    let Constraint::Choices(choices) = &asked.expect("it is asked").constraint else {
        panic!("it is no choice");
    };
    let mut asked: Vec<_> = choices.iter().map(|choice| choice.value.as_str()).collect();
    let mut known = RUNTIMES.map(|runtime| runtime.name).to_vec();
    asked.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, asked);
    assert!(RUNTIMES.is_sorted_by_key(|runtime| runtime.glibc));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = Program::read(&bytes);
        let _ = Program::read(&[b"\x7fELF\x02\x01".as_slice(), &bytes].concat());
    }

    #[test]
    fn a_damaged_program_is_read_or_refused(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        in_headers in proptest::collection::vec((0_usize..1024, any::<u8>()), 0..4),
        end in proptest::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = SMALL.with(Clone::clone);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for (at, byte) in in_headers {
            bytes[at] = byte;
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        let _ = Program::read(&bytes);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn an_archive_gives_back_what_was_put_in(
        files in proptest::collection::btree_map("[a-z]{1,8}(/[a-z]{1,8})?", (proptest::collection::vec(any::<u8>(), 0..64), any::<bool>()), 1..6),
    ) {
        let files: BTreeMap<_, _> = files
            .into_iter()
            .map(|(path, (bytes, executable))| (path, File { bytes, executable }))
            .collect();
        let bytes = archive(&files).expect("it is made");
        prop_assert_eq!(&bytes, &archive(&files).expect("it is made again"));
        let read = rawzip::ZipArchive::from_slice(&bytes).expect("an archive");
        let mut entries = read.entries();
        for (path, file) in &files {
            let entry = entries.next_entry().expect("it is readable").expect("one more");
            prop_assert_eq!(entry.file_path().as_bytes(), path.as_bytes());
            let mode = if file.executable { 0o100_755 } else { 0o100_644 };
            prop_assert_eq!(entry.mode().value(), mode);
            prop_assert_eq!(entry.last_modified().year(), 1980);
            let data = read.get_entry(entry.wayfinder()).expect("its data");
            let mut inflated = Vec::new();
            let decoder = flate2::bufread::DeflateDecoder::new(data.data());
            std::io::Read::read_to_end(&mut data.verifying_reader(decoder), &mut inflated).expect("it is whole");
            prop_assert_eq!(&inflated, &file.bytes);
        }
        prop_assert!(entries.next_entry().expect("its end").is_none());
    }
}

thread_local! {
    static SMALL: Vec<u8> = small();
}
