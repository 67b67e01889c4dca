//! Checks `s.yaml` and `s.container.yaml` before anything is built, for `check` and `build`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::failure::{Exit, Failure};
use super::output::done;
use super::project::{Project, relative};
use crate::deployment::Deployment;
use crate::text::{printable, printable_path};

/// Checks files, or without any, those of the current project.
pub(super) fn check(mut files: Vec<PathBuf>) -> anyhow::Result<()> {
    let are_named = !files.is_empty();
    if files.is_empty() {
        files.extend(Project::here()?.deployments());
    }
    if files.is_empty() {
        let message = "the project has no `s.yaml`";
        let failure = Failure::new(Exit::Usage, message);
        return Err(failure
            .hint("pass a file, for example `--s-yaml ../s.yaml`")
            .into());
    }
    refuse_mistakes(&files, are_named)?;
    let names = files
        .iter()
        .map(|file| format!("`{}`", printable_path(&relative(file))));
    let names = names.collect::<Vec<_>>().join(" and ");
    done("Checked", &format!("{names}: no mistakes"));
    Ok(())
}

/// Rejects projects whose deployment would fail.
pub(super) fn ensure_valid(projects: &[Project]) -> Result<(), Failure> {
    let files: Vec<_> = projects.iter().flat_map(Project::deployments).collect();
    let here = std::env::current_dir().unwrap_or_default();
    // Within a project, `check` finds its files by itself.
    let is_here = |project: &Project| here.starts_with(project.dir());
    refuse_mistakes(&files, !projects.iter().all(is_here))
}

/// Fails if a file has mistakes. `are_named` says whether the hint has to name such files.
fn refuse_mistakes(files: &[PathBuf], are_named: bool) -> Result<(), Failure> {
    let mut lines = Vec::new();
    let mut wrong = Vec::new();
    for file in files {
        let mistakes = mistakes(file)?;
        if !mistakes.is_empty() {
            wrong.push(file);
        }
        lines.extend(mistakes);
    }
    let count = match lines.len() {
        0 => return Ok(()),
        1 => "a mistake".to_owned(),
        count => format!("{count} mistakes"),
    };
    let message = format!(
        "{count} in the deployment configuration\n{}",
        lines.join("\n")
    );
    let passed = wrong.iter().filter(|_| are_named);
    let passed = passed.map(|file| format!(" {}", printable_path(&relative(file))));
    let passed = passed.collect::<String>();
    let hint = format!("fix these lines, then check them with `cargo fc3 check --s-yaml{passed}`");
    Err(Failure::new(Exit::Failed, message).hint(hint))
}

/// The mistakes in a file, one in each line, with their places.
fn mistakes(file: &Path) -> Result<Vec<String>, Failure> {
    let name = printable_path(&relative(file));
    let text = std::fs::read(file).map_err(|error| {
        let message = format!("cannot read `{name}`: {error}");
        Failure::new(Exit::Usage, message).hint(match error.kind() {
            ErrorKind::NotFound => "pass an existing file",
            _ => "make it a file that you can read",
        })
    })?;
    let text = String::from_utf8(text).map_err(|_| {
        let message = format!("`{name}` is not UTF-8");
        Failure::new(Exit::Failed, message).hint("save the file as UTF-8")
    })?;
    let mistakes = match Deployment::read(&text) {
        Ok(deployment) => deployment.mistakes(|name| file.with_file_name(name).is_dir()),
        Err(mistake) => vec![mistake],
    };
    let mistakes = mistakes.iter().map(|mistake| {
        let (line, column) = (mistake.line(), mistake.column());
        format!(
            "  {name}:{line}:{column}: {}",
            printable(&mistake.to_string())
        )
    });
    Ok(mistakes.collect())
}
