//! The files that are made of parts.

use xtask::template::Change;

use super::root;

#[test]
fn the_whole_files_are_what_their_parts_make() {
    let changes = xtask::template::changes(&root().join("template")).expect("parts");
    let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
    assert!(
        changes.is_empty(),
        "run `cargo xtask template`: {changes:#?}"
    );
}

/// A template with these files, and what has to be done until its whole files are current.
fn changes(files: &[(&str, &str)]) -> Result<Vec<(String, Option<String>)>, String> {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let changes = xtask::template::changes(folder.path()).map_err(|error| error.to_string())?;
    let change = |change| match change {
        Change::Write { path, text } => (path, Some(text)),
        Change::Remove { path } => (path, None),
    };
    Ok(changes.into_iter().map(change).collect())
}

#[test]
fn a_fragment_takes_the_place_of_its_slot() {
    let base = ("parts/s.yaml.liquid", "a:\n  #: trigger\nz: 1\n");
    let own = "t:\n  #: retries\n\n  u: 2\n";
    let own = ("kinds/kafka/parts/trigger.yaml", own);
    let shared = ("parts/shared/retries.yaml", "r: 3\n");
    let copy = ("kinds/event/s.yaml.liquid", "a:\nz: 1\n");
    assert_eq!(
        changes(&[base, own, shared, copy]),
        Ok(vec![
            ("s.yaml.liquid".to_owned(), Some("a:\nz: 1\n".to_owned())),
            ("kinds/event/s.yaml.liquid".to_owned(), None),
            (
                "kinds/kafka/s.yaml.liquid".to_owned(),
                Some("a:\n  t:\n    r: 3\n\n    u: 2\nz: 1\n".to_owned())
            ),
        ])
    );
}

/// Each would otherwise be lost without a word.
#[test]
fn a_part_with_a_wrong_name_is_refused() {
    let base = ("parts/s.yaml.liquid", "#: trigger\n");
    let misspelt = ("kinds/oss/parts/triger.yaml", "t: 1\n");
    let unused = "template/kinds/oss/parts/triger.yaml fills no slot".to_owned();
    assert_eq!(changes(&[base, misspelt]), Err(unused));
    let unfilled = "no kind has parts/trigger.yaml, for which there is a slot".to_owned();
    assert_eq!(changes(&[base]), Err(unfilled));
    let endless = ("kinds/oss/parts/trigger.yaml", "#: trigger\n");
    let itself = "template/kinds/oss/parts/trigger.yaml contains itself".to_owned();
    assert_eq!(changes(&[base, endless]), Err(itself));
}
