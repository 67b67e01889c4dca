//! The watcher over real files, as editors, git and cargo change them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::content::Content;
use super::{Changed, Watcher};
use crate::cli::dev::inputs::Inputs;

/// A limit that no test reaches.
const LONG: Duration = Duration::from_secs(60);
/// Enough to see a change if there was one: the time of quiet, and more than that of a replaced
/// file.
const SHORT: Duration = Duration::from_millis(400);

/// A project with two sources and two settings, one of which is missing.
struct Stage {
    _folder: TempDir,
    project: PathBuf,
    watcher: Watcher,
}

impl Stage {
    fn new(is_polling: bool) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        let project = folder
            .path()
            .canonicalize()
            .expect("it is there")
            .join("my project");
        fs::create_dir_all(project.join("src/deep")).expect("a directory");
        let settings = ["s.yaml", ".env"].map(|name| project.join(name));
        for file in [
            "Cargo.toml",
            "Cargo.lock",
            "s.yaml",
            "src/main.rs",
            "src/deep/mod.rs",
        ] {
            fs::write(project.join(file), format!("{file} 0")).expect("a file");
            age(&project.join(file));
        }
        let mut watcher = Watcher::new(&project, &[(&project, settings.to_vec())], is_polling);
        watcher.replace(0, built(&project));
        Self {
            _folder: folder,
            project,
            watcher,
        }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.project.join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("a file");
    }

    /// The next change as it is named.
    fn next(&mut self) -> (String, Changed) {
        let change = self.watcher.next(LONG).expect("a change");
        (change.to_string(), change.of(0).expect("its own"))
    }

    fn is_quiet(&mut self) -> bool {
        self.watcher.next(SHORT).is_none()
    }
}

/// So that whatever a test writes is later, although file systems use a coarse clock.
fn a_minute_ago() -> SystemTime {
    SystemTime::now() - Duration::from_secs(60)
}

/// A build of the two sources.
fn built(project: &Path) -> Inputs {
    let files = ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/deep/mod.rs"];
    Inputs {
        files: files.map(|file| project.join(file)).into(),
        begun: Some(a_minute_ago()),
        are_complete: true,
        ..Inputs::default()
    }
}

/// Makes a file look as if it was written long ago.
fn age(file: &Path) {
    let file = File::options().append(true).open(file).expect("a file");
    let old = SystemTime::now() - Duration::from_secs(3600);
    file.set_modified(old).expect("it is ours");
}

fn code(name: &str) -> (String, Changed) {
    (name.to_owned(), Changed::Code)
}

fn settings(name: &str) -> (String, Changed) {
    (name.to_owned(), Changed::Settings)
}

#[test]
fn a_change_is_named_whether_by_events_or_by_polling() {
    for is_polling in [false, true] {
        let mut stage = Stage::new(is_polling);
        assert!(stage.is_quiet());
        stage.write("src/deep/mod.rs", "another");
        assert_eq!(stage.next(), code("`src/deep/mod.rs`"));
        stage.write(".env", "A=1");
        assert_eq!(stage.next(), settings("`.env`"));
        stage.write("s.yaml", "b");
        stage.write("src/main.rs", "c");
        let both = [
            "`s.yaml` and one more file",
            "`src/main.rs` and one more file",
        ];
        let change = stage.next();
        assert!(both.contains(&&*change.0), "{change:?}");
        assert_eq!(change.1, Changed::Both);
        fs::remove_file(stage.path(".env")).expect("a file");
        assert_eq!(stage.next(), settings("`.env`"));
        assert!(stage.is_quiet());
    }
}

#[test]
fn the_same_content_is_no_change() {
    let mut stage = Stage::new(false);
    stage.write("src/main.rs", "src/main.rs 0");
    let file = File::options().append(true).open(stage.path("src/main.rs"));
    let touched = file.expect("a file").set_modified(SystemTime::now());
    touched.expect("it is ours");
    // Neither are files that the program is not made of.
    stage.write("src/notes.txt", "x");
    stage.write("src/.main.rs.swp", "x");
    fs::create_dir_all(stage.path("target/debug")).expect("a directory");
    stage.write("target/debug/bootstrap", "x");
    assert!(stage.is_quiet());
}

#[test]
fn editors_replace_files() {
    let mut stage = Stage::new(false);
    // Written beside it, then renamed.
    stage.write("src/main.rs.tmp", "1");
    fs::rename(stage.path("src/main.rs.tmp"), stage.path("src/main.rs")).expect("a file");
    assert_eq!(stage.next(), code("`src/main.rs`"));
    // Moved away, then written anew, as vim does.
    fs::rename(stage.path("src/main.rs"), stage.path("src/main.rs~")).expect("a file");
    stage.write("src/main.rs", "2");
    fs::remove_file(stage.path("src/main.rs~")).expect("a file");
    assert_eq!(stage.next(), code("`src/main.rs`"));
    // The same with the same content.
    fs::rename(stage.path("src/main.rs"), stage.path("src/main.rs~")).expect("a file");
    stage.write("src/main.rs", "2");
    assert!(stage.is_quiet());
    fs::remove_file(stage.path("src/main.rs")).expect("a file");
    assert_eq!(stage.next(), code("`src/main.rs`"));
    stage.write("src/main.rs", "2");
    assert_eq!(stage.next(), code("`src/main.rs`"));
}

#[test]
fn a_directory_may_go_and_come_back() {
    let mut stage = Stage::new(false);
    fs::rename(stage.path("src"), stage.path("old")).expect("a directory");
    fs::create_dir_all(stage.path("src/deep")).expect("a directory");
    stage.write("src/main.rs", "src/main.rs 0");
    stage.write("src/deep/mod.rs", "new");
    assert_eq!(stage.next(), code("`src/deep/mod.rs`"));
    stage.write("src/deep/mod.rs", "newer");
    assert_eq!(stage.next(), code("`src/deep/mod.rs`"));
    fs::remove_dir_all(stage.path("src/deep")).expect("a directory");
    assert_eq!(stage.next(), code("`src/deep/mod.rs`"));
    fs::create_dir(stage.path("src/deep")).expect("a directory");
    stage.write("src/deep/mod.rs", "newer");
    assert_eq!(stage.next(), code("`src/deep/mod.rs`"));
    // Nothing in the old one counts.
    stage.write("old/main.rs", "x");
    assert!(stage.is_quiet());
}

#[test]
fn an_edit_during_a_build_is_not_missed() {
    let mut stage = Stage::new(false);
    stage.write("src/main.rs", "1");
    assert_eq!(stage.next(), code("`src/main.rs`"));
    // The build begins here. It reads the file before or after this edit.
    stage.write("src/main.rs", "2");
    stage.watcher.replace(0, built(&stage.project));
    assert_eq!(stage.next(), code("`src/main.rs`"));
    stage.watcher.replace(0, built(&stage.project));
    assert!(stage.is_quiet());

    // A file that only the build knew, written while it ran.
    let mut inputs = built(&stage.project);
    inputs.files.insert(stage.path("src/new.rs"));
    stage.write("src/new.rs", "1");
    stage.watcher.replace(0, inputs.clone());
    assert_eq!(stage.next(), code("`src/new.rs`"));
    // One that was written before.
    age(&stage.path("src/new.rs"));
    stage.watcher.replace(0, built(&stage.project));
    stage.watcher.replace(0, inputs);
    assert!(stage.is_quiet());
}

#[test]
fn what_cargo_writes_is_taken_as_it_has_used_it() {
    let mut stage = Stage::new(false);
    let lock = stage.path("Cargo.lock");
    stage.write("Cargo.lock", "sorted by cargo");
    let mut inputs = built(&stage.project);
    inputs.written = BTreeMap::from([(lock.clone(), Content::of(&lock))]);
    stage.watcher.replace(0, inputs.clone());
    assert!(stage.is_quiet());
    // The author changed it after cargo had used it.
    stage.write("Cargo.lock", "by git");
    stage.watcher.replace(0, inputs);
    assert_eq!(stage.next(), code("`Cargo.lock`"));
}

#[test]
fn a_checkout_of_many_files_is_one_change() {
    let mut stage = Stage::new(false);
    fs::create_dir(stage.path(".git")).expect("a directory");
    stage.watcher.git = super::GitLock::of(&stage.project);
    stage.write(".git/index.lock", "");
    stage.write("src/main.rs", "1");
    // It is not reported while git works.
    assert!(stage.is_quiet());
    stage.write("src/deep/mod.rs", "1");
    fs::remove_file(stage.path(".git/index.lock")).expect("a file");
    assert_eq!(stage.next(), code("`src/main.rs` and one more file"));
    assert!(stage.is_quiet());
}

#[test]
fn a_failed_build_keeps_what_is_known_and_awaits_what_is_missing() {
    let mut stage = Stage::new(false);
    let awaited = stage.path("src/module/mod.rs");
    stage.watcher.replace(
        0,
        Inputs {
            files: [awaited].into(),
            begun: Some(a_minute_ago()),
            ..Inputs::default()
        },
    );
    assert!(stage.is_quiet());
    stage.write("src/main.rs", "1");
    assert_eq!(stage.next(), code("`src/main.rs`"));
    fs::create_dir(stage.path("src/module")).expect("a directory");
    assert!(stage.is_quiet());
    stage.write("src/module/mod.rs", "1");
    assert_eq!(stage.next(), code("`src/module/mod.rs`"));
}

#[test]
fn every_file_of_a_whole_directory_counts() {
    for is_polling in [false, true] {
        let mut stage = Stage::new(is_polling);
        fs::create_dir(stage.path("proto")).expect("a directory");
        stage.write("proto/a.proto", "1");
        age(&stage.path("proto/a.proto"));
        let mut inputs = built(&stage.project);
        inputs.folders.insert(stage.path("proto"));
        stage.watcher.replace(0, inputs);
        assert!(stage.is_quiet());
        stage.write("proto/b.proto", "1");
        assert_eq!(stage.next(), code("`proto/b.proto`"));
        fs::create_dir_all(stage.path("proto/v2")).expect("a directory");
        stage.write("proto/v2/c.proto", "1");
        assert_eq!(stage.next(), code("`proto/v2/c.proto`"));
        fs::remove_file(stage.path("proto/a.proto")).expect("a file");
        assert_eq!(stage.next(), code("`proto/a.proto`"));
        assert!(stage.is_quiet());
    }
}

/// Cargo compares times, and would take it for the file that it has built.
#[test]
fn an_older_file_that_replaces_another_is_made_newer() {
    let mut stage = Stage::new(false);
    stage.write("src/old.rs", "1");
    age(&stage.path("src/old.rs"));
    fs::rename(stage.path("src/old.rs"), stage.path("src/main.rs")).expect("a file");
    assert_eq!(stage.next(), code("`src/main.rs`"));
    let metadata = fs::metadata(stage.path("src/main.rs")).expect("a file");
    assert!(metadata.modified().expect("a time") >= a_minute_ago());
    assert!(stage.is_quiet());
}
