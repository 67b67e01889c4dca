//! The official SDKs, unmodified: every operation that works or is kept, the errors that they raise, and
//! the operations that they have.

#![cfg(unix)]

#[path = "../check/packages/zip.rs"]
#[allow(dead_code, reason = "shared with the tests of `check`")]
mod entries;
#[path = "../emulate/stage.rs"]
#[allow(dead_code, reason = "shared with the tests of `emulate`")]
mod stage;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use cargo_fc3::emulator::operations_table;
use libtest_mimic::{Arguments, Trial};
use regex::Regex;

use stage::{PACKAGE, cli};
use support::tool;

/// An SDK, as `.ci/run` installs it.
struct Sdk {
    name: &'static str,
    /// The variable that names its folder, and that folder below those of the tools.
    variable: &'static str,
    folder: &'static str,
    /// The program that runs the client, below the folder or on `PATH`.
    program: fn(&Path) -> PathBuf,
    client: &'static str,
    /// The source that has all operations, as its path matches this.
    source: fn(&Path) -> Option<PathBuf>,
    /// How the source names an operation.
    operation: &'static str,
}

const SDKS: [Sdk; 2] = [
    Sdk {
        name: "node",
        variable: "FC_SDK_NODE",
        folder: "fc-sdk-node-4.7.6",
        program: |_| "node".into(),
        client: "tests/sdk/client.mjs",
        source: |folder| {
            let file = folder.join("node_modules/@alicloud/fc20230330/dist/client.js");
            file.is_file().then_some(file)
        },
        operation: r#"action: "(\w+)""#,
    },
    Sdk {
        name: "python",
        variable: "FC_SDK_PYTHON",
        folder: "fc-sdk-python-4.8.3",
        program: |folder| folder.join("bin/python3"),
        client: "tests/sdk/client.py",
        source: |folder| {
            let versions = fs::read_dir(folder.join("lib")).ok()?.flatten();
            let mut files = versions.map(|version| {
                version
                    .path()
                    .join("site-packages/alibabacloud_fc20230330/client.py")
            });
            files.find(|file| file.is_file())
        },
        operation: r"action = '(\w+)'",
    },
];

fn main() -> ExitCode {
    let mut trials = Vec::new();
    for sdk in SDKS {
        let folder = sdk.find();
        let is_missing = folder.is_none();
        if is_missing {
            println!(
                "ignored: the SDK for {}, since {} is not here",
                sdk.name, sdk.folder
            );
        }
        let name = format!("{}::works", sdk.name);
        let trial = Trial::test(name, move || {
            sdk.works(&folder.expect("it was found"));
            Ok(())
        });
        trials.push(trial.with_ignored_flag(is_missing));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

impl Sdk {
    fn find(&self) -> Option<PathBuf> {
        let named = std::env::var_os(self.variable).map(PathBuf::from);
        let folder = named.or_else(|| Some(tool::folder()?.join(self.folder)))?;
        (self.source)(&folder).map(|_| folder)
    }

    /// Runs the client, and compares what it has called with the table, and the table with the source.
    fn works(&self, folder: &Path) {
        let scratch = tempfile::tempdir().expect("a folder");
        let package = scratch.path().join("hello.zip");
        fs::write(&package, &*PACKAGE).expect("written");
        let said = Command::new(cli())
            .args(["emulate", "--"])
            .arg((self.program)(folder))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(self.client))
            .arg(&package)
            .env(self.variable, folder)
            .output()
            .expect("the CLI runs");
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(
            said.status.success(),
            "{text}{}",
            String::from_utf8_lossy(&said.stderr)
        );
        let called = text.lines().find_map(|line| line.strip_prefix("called: "));
        let called: BTreeSet<_> = called.expect("its last line").split(' ').collect();
        let table = operations_table();
        let rows = Regex::new(r"\| `(\w+)` \| .* \| ([\w ]+) \|").expect("an expression");
        let rows = rows.captures_iter(&table).map(|row| row.extract::<2>().1);
        let rows: Vec<_> = rows.collect();
        let is_there = |state: &str| state != "501";
        let there = rows.iter().filter(|[_, state]| is_there(state));
        let there: BTreeSet<_> = there.map(|[name, _]| *name).collect();
        assert_eq!(
            called, there,
            "every operation that works or is kept is called"
        );

        let source = fs::read_to_string((self.source)(folder).expect("it was found"));
        let source = source.expect("text");
        let names = Regex::new(self.operation).expect("an expression");
        let names = names
            .captures_iter(&source)
            .map(|name| name.extract::<1>().1[0]);
        let names: BTreeSet<_> = names.collect();
        let all: BTreeSet<_> = rows.iter().map(|[name, _]| *name).collect();
        let missing: Vec<_> = names.difference(&all).collect();
        assert!(missing.is_empty(), "the table lacks {missing:?}");
        assert!(names.len() > 60, "{names:?}");
    }
}
