//! What a kind's files are, before anything runs: clean and tested.

use libtest_mimic::Failed;
use serde_json::Value;

use crate::support::project::Project;

pub(crate) fn is_formatted(project: &Project) -> Result<(), Failed> {
    project.cargo(&["fmt", "--check"])?;
    Ok(())
}

/// And `Cargo.toml` names no dependency that `src/` does not use.
pub(crate) fn is_clean_under_pedantic_clippy(project: &Project) -> Result<(), Failed> {
    let lints = ["--", "-D", "warnings", "-W", "clippy::pedantic"];
    let unused = ["-D", "unused_crate_dependencies"];
    let clippy = ["clippy", "--locked", "--all-targets"];
    project.cargo(&[&clippy[..], &lints, &unused].concat())?;
    Ok(())
}

pub(crate) fn passes_its_own_tests(project: &Project) -> Result<(), Failed> {
    let output = project.cargo(&["test", "--locked"])?;
    let said = String::from_utf8(output.stdout)?;
    let tests = said.lines().filter(|line| line.starts_with("test "));
    let (own, others): (Vec<_>, Vec<_>) = tests.partition(|line| {
        line.starts_with("test handler::tests::") || line.starts_with("test result:")
    });
    assert!(own.len() > 1, "no test of the handler ran:\n{said}");
    assert!(others.is_empty(), "these are not the author's: {others:?}");
    Ok(())
}

/// No dependency needs a newer Rust. That of the code itself is clippy's `incompatible_msrv`.
pub(crate) fn states_a_true_rust_version(project: &Project) -> Result<(), Failed> {
    let output = project.cargo(&["metadata", "--locked", "--format-version", "1"])?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let version = |package: &Value| -> Vec<u32> {
        let version = package["rust_version"].as_str().unwrap_or("0");
        version
            .split('.')
            .map(|part| part.parse().expect("a number"))
            .collect()
    };
    let own = packages
        .iter()
        .find(|package| package["name"] == project.name.as_str());
    let own = version(own.ok_or("the project is no package")?);
    assert!(own > vec![1], "no rust-version is stated");
    for package in packages {
        assert!(
            version(package) <= own,
            "{} needs Rust {}",
            package["id"],
            package["rust_version"]
        );
    }
    Ok(())
}
