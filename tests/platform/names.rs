//! Lookups of users, names and numbers by the C library of the static program, in a root whose
//! `/etc/nsswitch.conf` names a module first.

use std::fs;
use std::io;
use std::path::PathBuf;

use libtest_mimic::Failed;

use crate::module;
use crate::place::{self, Empty, User};
use crate::programs::{self, Programs};
use crate::support::project::Project;

const HANDLER: &str = include_str!("names/handler.rs");

/// A handler that calls the C library by itself is the author's own decision.
const NO_UNSAFE: &str = "unsafe_code = \"forbid\"\n";

/// The files of the root. The user of [`User::Other`] reads them.
const FILES: [(&str, &str); 12] = [
    ("aliases", "known: somebody\n"),
    ("ethers", "02:00:00:00:00:01 known\n"),
    ("group", "known:x:7:known\n"),
    ("gshadow", "known:!::\n"),
    ("hosts", "127.0.0.1 known.function.test\n"),
    ("netgroup", "known (host,user,domain)\n"),
    ("networks", "known 127.0.0.0\n"),
    ("passwd", "known:x:10000:10000::/home/known:/bin/sh\n"),
    ("protocols", "known 250\n"),
    ("rpc", "known 100999\n"),
    ("services", "known 9000/tcp\n"),
    ("shadow", "known:*:19000::::::\n"),
];

/// What is looked up, and the answer.
const LOOKUPS: [(&str, &str); 15] = [
    ("home of-this-user", "Some(\"/home/known\")"),
    ("hosts known.function.test", "[127.0.0.1:80]"),
    ("aliases known", "true"),
    ("ethers known", "true"),
    ("group known", "true"),
    ("gshadow known", "true"),
    ("initgroups known", "true"),
    ("netgroup known", "true"),
    ("networks known", "true"),
    ("passwd known", "true"),
    ("protocols known", "true"),
    ("rpc known", "true"),
    ("services known", "true"),
    ("shadow known", "true"),
    // Behind the last source there is no other.
    ("passwd unknown", "false"),
];

/// Every database is read from its file, and no module is loaded.
pub(crate) fn come_from_files(event: &Programs) -> Result<(), Failed> {
    let package = package(event.project()?)?;
    let root = Empty::new()?;
    module::is_asked_first(&root)?;
    for (name, contents) in FILES {
        root.write(&format!("etc/{name}"), contents)?;
    }
    let placed = place::start(&package, root.path(), User::Other, place::limit()?)?;
    for (lookup, found) in LOOKUPS {
        let answer = placed.instance.invoke(lookup.as_bytes());
        let answer = answer.map_err(|error| format!("{lookup}: {error}"))?;
        assert!(!answer.failed(), "{lookup}: {}", answer.text());
        assert_eq!(answer.text(), found, "{lookup}");
    }
    Ok(())
}

/// The program of the kind `event` with a handler that looks things up.
fn package(event: &Project) -> io::Result<PathBuf> {
    const OWN: &str = "names";
    let manifest = fs::read_to_string(event.dir.join("Cargo.toml"))?;
    assert!(manifest.contains(NO_UNSAFE), "{manifest}");
    let manifest = manifest.replace(NO_UNSAFE, "");
    let files = [("src/handler.rs", HANDLER), ("Cargo.toml", &manifest)];
    let project = Project::render(OWN, &event.kind, &files)?;
    programs::folder(&project.build()?.program)
}
