//! What a kind's files are, before anything runs: clean, tested, and lean.

use libtest_mimic::Failed;
use serde_json::Value;

use crate::support::project::{self, Project};

/// How many crates a project compiles, itself included.
const CRATES: usize = 55;
/// The kind that must do with fewer, since all others build on it, and the one that may need more.
const CRATES_OF: [(&str, usize); 2] = [("event", 45), ("web", 60)];

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

/// And as many as our README tells.
pub(crate) fn compiles_few_crates(project: &Project) -> Result<(), Failed> {
    let own = CRATES_OF.iter().find(|(kind, _)| *kind == project.kind);
    let most = own.map_or(CRATES, |(_, most)| *most);
    let crates = project::crates(&project.dir)?;
    assert!(
        crates.len() <= most,
        "{} crates, of {most}:\n{}",
        crates.len(),
        crates.join("\n")
    );
    let readme = include_str!("../../README.md");
    let of_this = format!("`{}` {}", project.kind, crates.len());
    let of_all = format!("compiles {} crates", crates.len());
    assert!(
        readme.contains(&of_this) || readme.contains(&of_all),
        "README.md does not tell that `{}` compiles {} crates",
        project.kind,
        crates.len()
    );
    Ok(())
}
