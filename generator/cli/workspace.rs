//! The cargo workspace of somebody else around a project. A project is a workspace of its own, and
//! cargo accepts no workspace inside another one.

use std::fs;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use toml::{Table, Value};

use super::output::hint;
use super::project::Project;
use crate::text::{printable, printable_path};

/// A workspace that takes a directory below it as a member.
pub(super) struct Workspace {
    manifest: PathBuf,
    table: Table,
    /// The path of the member from the workspace, with `/` as the separator.
    member: String,
}

impl Workspace {
    /// The nearest workspace above `project` that takes it as a member. `project` is absolute and
    /// need not exist.
    pub(super) fn around(project: &Path) -> Option<Self> {
        let mut above = project.ancestors().skip(1);
        above.find_map(|root| Self::at(root, project))
    }

    fn at(root: &Path, project: &Path) -> Option<Self> {
        let manifest = root.join("Cargo.toml");
        let table: Table = fs::read_to_string(&manifest).ok()?.parse().ok()?;
        let workspace = table.get("workspace")?;
        let parts = project.strip_prefix(root).ok()?.iter();
        let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
        let member = parts.join("/");
        let list = |key: &str| {
            let paths = workspace.get(key).and_then(Value::as_array);
            paths.into_iter().flatten().filter_map(Value::as_str)
        };
        // Cargo excludes whole directories, unless a member is named literally.
        let is_named = list("members").any(|path| is_below(&member, path));
        let is_excluded = list("exclude").any(|path| is_below(&member, path));
        let is_member = list("members").any(|pattern| matches(pattern, &member));
        (is_member && (is_named || !is_excluded)).then_some(Self {
            manifest,
            table,
            member,
        })
    }

    /// What a new project in it does to it, and the line that prevents it.
    pub(super) fn breaks(&self) -> String {
        format!(
            "cargo rejects the workspace in `{}`, because a project is a workspace of its own: \
             set {} in its table `[workspace]`. To make it a member instead, see `DEPLOY.md`",
            printable_path(&self.manifest),
            self.exclude()
        )
    }

    /// The setting that excludes the member, with all that was excluded before.
    fn exclude(&self) -> String {
        let workspace = self.table.get("workspace");
        let before = workspace.and_then(|table| table.get("exclude"));
        let mut paths = before
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        paths.push(Value::String(self.member.clone()));
        format!(
            "`exclude = {}`",
            printable(&Value::Array(paths).to_string())
        )
    }

    fn has_profile(&self) -> bool {
        has_profile(&self.table)
    }
}

/// Prints a hint if the project is inside another workspace in a way that does not work, or that
/// changes the program.
pub(super) fn advise(project: &Project) {
    let manifest = fs::read_to_string(project.dir().join("Cargo.toml")).unwrap_or_default();
    let manifest: Table = manifest.parse().unwrap_or_default();
    let Some(workspace) = Workspace::around(project.dir()) else {
        return;
    };
    if manifest.contains_key("workspace") {
        hint(&workspace.breaks());
        return;
    }
    let mut ignored = Vec::new();
    if project.dir().join("Cargo.lock").is_file() {
        ignored.push("`Cargo.lock`");
    }
    if has_profile(&manifest) || !workspace.has_profile() {
        ignored.push("`[profile.release]`");
    }
    if ignored.is_empty() {
        return;
    }
    let root = workspace.manifest.parent().unwrap_or(Path::new("/"));
    hint(&format!(
        "this project is a member of the workspace in `{}`, so cargo ignores its {}, and the \
         program is not built from the versions and with the settings in it. `DEPLOY.md` says what \
         to move to the workspace",
        printable_path(root),
        ignored.join(" and its "),
    ));
}

fn has_profile(manifest: &Table) -> bool {
    let profiles = manifest.get("profile");
    profiles.is_some_and(|profiles| profiles.get("release").is_some())
}

/// Whether a path is at another one or below it.
fn is_below(path: &str, folder: &str) -> bool {
    Path::new(path).starts_with(folder)
}

/// Whether a path matches a pattern as in `members`, which cargo reads with the same crate.
fn matches(pattern: &str, path: &str) -> bool {
    const WITHIN_NAMES: MatchOptions = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let parts = pattern.split('/').filter(|part| !matches!(*part, "" | "."));
    let pattern = Pattern::new(&parts.collect::<Vec<_>>().join("/"));
    pattern.is_ok_and(|pattern| pattern.matches_with(path, WITHIN_NAMES))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_like_those_of_cargo() {
        for (pattern, path, does) in [
            ("crates/*", "crates/one", true),
            ("crates/*", "crates/one/two", false),
            ("crates/*", "crates-one", false),
            ("crates/*", "crates", false),
            ("./crates/one/", "crates/one", true),
            ("crates/fn-?", "crates/fn-a", true),
            ("crates/fn-[a-c]", "crates/fn-b", true),
            ("crates/fn-[!a-c]", "crates/fn-b", false),
            ("**", "a/b/c", true),
            ("a/**/c", "a/c", true),
            ("a/**/c", "a/b/b/c", true),
            ("a.c", "abc", false),
        ] {
            assert_eq!(matches(pattern, path), does, "{pattern} {path}");
        }
    }
}
