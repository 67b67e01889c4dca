//! Packages that nobody thought of.

use std::fs;

use proptest::prelude::*;

use super::super::unpack;
use super::assert_inside;
use super::entries::{Raw, file, folder, link, zip};

/// An entry with few names, so that entries meet each other.
fn entry() -> impl Strategy<Value = Raw> {
    let path = || {
        let part = prop_oneof![8 => "[ab]", 1 => Just(".".to_owned()), 1 => "[a-c./\\\\]{0,4}"];
        prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
    };
    let target = {
        let part = prop_oneof![4 => "[ab]", 1 => Just(".".to_owned()), 3 => Just("..".to_owned())];
        let parts = prop::collection::vec(part, 1..5).prop_map(|parts| parts.join("/"));
        prop_oneof![8 => parts.clone(), 1 => parts.prop_map(|path| format!("/code/{path}"))]
    };
    prop_oneof![
        2 => path().prop_map(|path| file(&path, b"text")),
        2 => path().prop_map(|path| folder(&path)),
        4 => (path(), target).prop_map(|(path, target)| link(&path, &target)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the entries are, nothing is written but the folder as a whole, and nothing in it leads out.
    #[test]
    fn any_package_leaves_a_whole_folder_or_none(
        entries in prop::collection::vec(entry(), 0..6),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2),
    ) {
        let mut bytes = zip(&entries);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a folder");
        let into = root.join("x/into");
        fs::create_dir(root.join("x")).expect("a folder");
        let result = unpack(&bytes, &into);
        prop_assert!(!result.as_ref().is_err_and(super::CodeError::is_of_machine), "{:?}", result);
        let left = |folder| fs::read_dir(folder).expect("a folder").count();
        prop_assert_eq!(left(root.join("x")), usize::from(result.is_ok()));
        prop_assert_eq!(left(root.clone()), 1);
        prop_assert_eq!(into.is_dir(), result.is_ok());
        if result.is_ok() {
            assert_inside(&into, &into);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let folder = tempfile::tempdir().expect("a folder");
        let _refused = unpack(&bytes, &folder.path().join("into"));
    }
}
