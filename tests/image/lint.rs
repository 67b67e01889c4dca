//! The Dockerfile as hadolint reads it (<https://github.com/hadolint/hadolint>).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::Failed;

use crate::Check;
use crate::engine::said;
use crate::support::tool as program;

/// The version that the Dockerfile is checked with.
const VERSION: &str = "2.15.1";

const DOCKERFILE: &str = include_str!("../../template/Dockerfile");

/// Faults that could be made in it, and the rules that find them.
const FAULTS: [(&str, &str, &str); 3] = [
    ("WORKDIR /src", "WORKDIR src", "DL3000"),
    ("EXPOSE 9000", "EXPOSE 90000", "DL3011"),
    (
        "ENTRYPOINT [\"/code/bootstrap\"]",
        "ENTRYPOINT /code/bootstrap",
        "DL3025",
    ),
];

/// What is looked at.
pub(crate) const CHECKS: [Check<Path>; 2] = [
    ("lint::is_clean", is_clean),
    ("lint::finds_a_fault", finds_a_fault),
];

/// The program, or what is missing.
pub(crate) fn find() -> Result<PathBuf, String> {
    let installed = format!("hadolint-{VERSION}/bin/hadolint");
    let found = program::find("HADOLINT", "hadolint", &installed, |program| {
        let output = Command::new(program).arg("--version").output();
        output.is_ok_and(|output| program::says_version(&output.stdout, VERSION))
    });
    found.ok_or_else(|| format!("hadolint {VERSION} is not here"))
}

fn is_clean(hadolint: &Path) -> Result<(), Failed> {
    let output = lint(hadolint, DOCKERFILE)?;
    assert!(output.status.success(), "{}", said(&output));
    Ok(())
}

/// Each mistake is refused, by the rule that is about it.
fn finds_a_fault(hadolint: &Path) -> Result<(), Failed> {
    for (right, wrong, rule) in FAULTS {
        assert_eq!(DOCKERFILE.matches(right).count(), 1, "{right}");
        let output = lint(hadolint, &DOCKERFILE.replace(right, wrong))?;
        let said = said(&output);
        assert!(
            !output.status.success() && said.contains(rule),
            "{wrong}: {said}"
        );
    }
    Ok(())
}

/// Checks a Dockerfile by the rules as they come, whatever this machine's user has set.
fn lint(hadolint: &Path, dockerfile: &str) -> io::Result<Output> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("Dockerfile");
    fs::write(&file, dockerfile)?;
    Command::new(hadolint)
        .env_clear()
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .arg(&file)
        .output()
}
