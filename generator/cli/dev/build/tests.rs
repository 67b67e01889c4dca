//! Builds of small projects without dependencies, and what is watched after them.

mod ends;
mod failures;
mod sources;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::{BuildFailed, Built, Outcome, build};
use crate::cli::dev::watch::{Change, Watcher};
use crate::stop::Stop;

const LONG: Duration = Duration::from_secs(60);
/// More than the watcher needs to see a change.
const SHORT: Duration = Duration::from_millis(400);

const MANIFEST: &str = "[package]\nname = 'hello'\nedition = '2024'\n[[bin]]\nname = 'bootstrap'\n\
                        path = 'src/main.rs'\n[dependencies]\n[workspace]\n";

/// A project in a directory with a space in its name, and its watcher.
struct Stage {
    _folder: TempDir,
    project: PathBuf,
    watcher: Watcher,
}

impl Stage {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        let project = folder
            .path()
            .canonicalize()
            .expect("it is there")
            .join("my project");
        for (file, text) in [("Cargo.toml", MANIFEST)].iter().chain(files) {
            write(&project.join(file), text);
            age(&project.join(file));
        }
        let watcher = Watcher::new(&project, &[(&project, Vec::new())], false);
        Self {
            _folder: folder,
            project,
            watcher,
        }
    }

    /// Changes a file, and waits until that is seen.
    fn edit(&mut self, file: &str, text: &str) {
        write(&self.project.join(file), text);
        assert_eq!(self.next(), format!("`{file}`"));
    }

    fn next(&mut self) -> String {
        let change = self.watcher.next(LONG);
        change
            .as_ref()
            .map_or_else(|| "none".to_owned(), Change::to_string)
    }

    fn is_quiet(&mut self) -> bool {
        self.watcher.next(SHORT).is_none()
    }

    fn build(&mut self) -> Outcome {
        let outcome = build(&self.project, &[], &Stop::never(), &mut |_| {});
        let outcome = outcome.expect("cargo runs");
        let inputs = match &outcome {
            Outcome::Built(built) => &built.inputs,
            Outcome::Failed(failed) => &failed.inputs,
        };
        self.watcher.replace(0, inputs.clone());
        outcome
    }

    fn built(&mut self) -> Built {
        match self.build() {
            Outcome::Built(built) => built,
            Outcome::Failed(failed) => panic!("it did not build: {}", failed.words),
        }
    }

    fn fails(&mut self) -> BuildFailed {
        match self.build() {
            Outcome::Built(built) => panic!("it built: {}", built.program.display()),
            Outcome::Failed(failed) => failed,
        }
    }
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
    fs::write(file, text).expect("a file");
}

/// Makes a file look as if it was written before the build.
fn age(file: &Path) {
    let file = File::options().append(true).open(file).expect("a file");
    let old = SystemTime::now() - Duration::from_secs(3600);
    file.set_modified(old).expect("it is ours");
}

fn said(built: &Built) -> String {
    let output = Command::new(&built.program).output().expect("it runs");
    String::from_utf8(output.stdout).expect("text")
}

/// Prints the text of two files, one of which is in another package.
const WITH_OTHERS: [(&str, &str); 5] = [
    (
        "Cargo.toml",
        "[package]\nname = 'hello'\nedition = '2024'\n[[bin]]\nname = 'bootstrap'\n\
      path = 'src/main.rs'\n[dependencies]\nother = { path = 'other crate' }\n[workspace]\n\
      exclude = ['other crate']\n",
    ),
    (
        "src/main.rs",
        "fn main() { print!(\"{}{}\", include_str!(\"../a b.txt\"), other::TEXT); }",
    ),
    ("a b.txt", "1"),
    (
        "other crate/Cargo.toml",
        "[package]\nname = 'other'\nedition = '2024'\n",
    ),
    ("other crate/src/lib.rs", "pub const TEXT: &str = \"x\";"),
];
