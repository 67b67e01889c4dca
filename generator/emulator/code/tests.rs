//! Packages that nobody means well with.

mod any;
mod entries;

use std::fs;
use std::path::Path;

use entries::{Raw, file, folder, link, zip};

use super::{CodeError, checksum, unpack};

/// The check value of CRC-64/XZ, as its catalogue has it.
#[test]
fn a_checksum_is_that_of_the_catalogue() {
    assert_eq!(
        checksum(b"123456789"),
        0x995d_c9bb_df19_39fa_u64.to_string()
    );
    assert_eq!(checksum(b""), "0");
}

/// What unpacking comes to. What fails leaves nothing, and is no fault of this machine.
fn unpacked(entries: &[Raw]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let result = unpack(&zip(entries), &folder.path().join("into"));
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, usize::from(result.is_ok()), "{result:?}");
    let is_of_package = !result.as_ref().is_err_and(CodeError::is_of_machine);
    assert!(is_of_package, "{result:?}");
    result.map_err(|error| error.to_string())
}

#[track_caller]
fn refused(entries: &[Raw], says: &str) {
    let text = unpacked(entries).expect_err("it is refused");
    assert!(text.contains(says), "{text}");
}

#[test]
fn two_entries_in_one_place_are_refused() {
    let twice = "is in it twice";
    refused(&[file("a", b"1"), file("./a", b"2")], twice);
    refused(&[file("a", b"1"), link("a", "b")], twice);
    let taken = "is where another entry of it is";
    refused(&[file("a", b"1"), folder("a/")], taken);
    refused(&[folder("a/"), file("a", b"1")], taken);
    refused(&[file("a", b"1"), file("a/b", b"2")], taken);
    refused(&[file("a/b", b"1"), file("a", b"2")], taken);
    refused(&[link("a", "b"), file("a/b", b"1")], taken);
    refused(&[file("a", b"1"), link("a/b", "c")], taken);
    refused(&[folder("a/"), link("a", "b")], taken);
    assert_eq!(
        unpacked(&[folder("a/"), folder("a/"), file("a/b", b"1")]),
        Ok(())
    );
}

#[test]
fn a_link_below_a_link_is_refused() {
    // The second link is written at the root, from where its target is outside.
    refused(
        &[
            folder("d/"),
            link("d/up", ".."),
            link("d/up/out", "../../x"),
        ],
        "lies below a link",
    );
    refused(&[link("a/b", "c"), link("a", ".")], "lies below a link");
}

#[test]
fn a_long_way_out_is_one() {
    for step in ["./", "d/../"] {
        let target = format!("{}../../etc/passwd", step.repeat(700));
        let entries = [folder("d/"), link("out", &target)];
        let text = unpacked(&entries).expect_err("it is refused");
        assert!(text.contains("`out` of the package is a link"), "{text}");
    }
}

#[test]
fn links_without_a_target_are_refused() {
    refused(&[link("a", "b"), link("b", "a")], "leads in circles");
    refused(&[link("a", "")], "cannot be read");
    refused(&[link("a", "b\0c")], "cannot be read");
    refused(&[link("a", &"b/".repeat(2100))], "cannot be read");
    let mut other = link("a", "b");
    other.bytes = vec![0xff];
    refused(&[other], "cannot be read");
    assert_eq!(unpacked(&[link("a", "not-there")]), Ok(()));
}

#[test]
fn a_name_that_no_disk_takes_is_refused() {
    refused(&[file(&"a".repeat(300), b"1")], "is too long for a path");
    refused(&[file(&"a/".repeat(2100), b"1")], "is too long for a path");
    refused(&[file("./.", b"1")], "has no name");
}

/// The mode of a file is kept, without the bits that make a program run as its owner.
#[cfg(unix)]
#[test]
fn modes_are_kept() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("into");
    let with = |path, mode| Raw {
        mode,
        ..file(path, b"x")
    };
    let entries = [
        with("run", 0o100_755),
        with("setuid", 0o106_755),
        with("none", 0),
        with("secret", 0o100_000),
    ];
    unpack(&zip(&entries), &into).expect("unpacked");
    let mode = |path: &str| {
        let metadata = fs::metadata(into.join(path)).expect("a file");
        metadata.permissions().mode() & 0o7777
    };
    let modes = ["run", "setuid", "none", "secret"].map(mode);
    assert_eq!(modes, [0o755, 0o755, 0o644, 0o600]);
}

/// Asserts that all links below a folder lead into the folder.
#[track_caller]
fn assert_inside(root: &Path, folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_symlink() {
            // A link to nothing is judged by its words alone.
            let target = path.canonicalize().unwrap_or_else(|_| root.to_owned());
            assert!(target.starts_with(root), "{path:?} is {target:?}");
        } else if path.is_dir() {
            assert_inside(root, &path);
        }
    }
}
