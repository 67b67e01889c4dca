//! The name of a function. It is checked once and valid from then on.
//!
//! An invalid name is rejected here, not later by the platform, by cargo, or by git on a
//! colleague's Windows machine.

use std::collections::BTreeSet;
use std::fmt;

use heck::{ToKebabCase, ToSnakeCase};
use thiserror::Error;

use crate::platform::NAME_LIMIT;
use crate::text::excerpt;

/// The keywords of Rust, in all editions so far.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
const STANDARD_CRATES: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];
/// Names that Windows reserves for devices, in every folder
/// (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>).
const WINDOWS_DEVICES: [&str; 22] = [
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1",
    "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];
/// Names that `cargo new` rejects too, since cargo writes folders with these names next to
/// programs.
const CARGO_FOLDERS: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// The names of packages. Like in cargo, `-` and `_` are equal.
#[derive(Debug, Clone, Default)]
pub struct PackageNames(BTreeSet<String>);

impl PackageNames {
    /// Whether a package with this name is among them, or with a name that cargo treats as equal.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(&name.replace('-', "_"))
    }
}

impl<S: AsRef<str>> FromIterator<S> for PackageNames {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(
            names
                .into_iter()
                .map(|name| name.as_ref().replace('-', "_"))
                .collect(),
        )
    }
}

/// The name of a function, and of its project, package and directory.
///
/// The name is valid for Function Compute and for cargo on every system, and `cargo generate` does
/// not change it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionName(String);

impl FunctionName {
    /// Accepts `name` unchanged, or says why it is invalid. `dependencies` are the packages in the
    /// project's lock file.
    ///
    /// # Errors
    /// The first rule that the name breaks.
    pub fn parse(name: &str, dependencies: &PackageNames) -> Result<Self, NameError> {
        match problem_with(name, dependencies) {
            None => Ok(Self(name.to_owned())),
            Some(problem) => {
                let suggestion = suggest(name, dependencies);
                Err(NameError {
                    name: name.to_owned(),
                    problem,
                    suggestion,
                })
            }
        }
    }

    /// The name as the user wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the crate in Rust code.
    #[must_use]
    pub fn crate_name(&self) -> String {
        self.0.to_snake_case()
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The reason why a text is not a valid [`FunctionName`], and a similar valid name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("invalid function name `{}`: {problem}", excerpt(name))]
pub struct NameError {
    name: String,
    problem: NameProblem,
    suggestion: String,
}

impl NameError {
    /// A valid name that is similar to the rejected one.
    #[must_use]
    pub fn suggestion(&self) -> &str {
        &self.suggestion
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum NameProblem {
    #[error("it is empty")]
    Empty,
    #[error("it must begin with a letter, not with `{0}`")]
    Start(char),
    #[error("`{}` is not a letter from `a` to `z`, a digit, `_` or `-`", excerpt(&.0.to_string()))]
    Character(char),
    #[error("it has {0} characters, but Function Compute allows at most {NAME_LIMIT}")]
    Length(usize),
    #[error("it is neither kebab-case nor snake_case")]
    Case,
    #[error("it is a Rust keyword")]
    Keyword,
    #[error("Rust has a built-in crate with this name")]
    StandardCrate,
    #[error("Windows reserves this name for a device")]
    WindowsDevice,
    #[error("cargo creates a folder with this name")]
    CargoFolder,
    #[error("the project depends on a package with this name")]
    Dependency,
}

fn problem_with(name: &str, dependencies: &PackageNames) -> Option<NameProblem> {
    let allowed = |char: &char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    let Some(first) = name.chars().next() else {
        return Some(NameProblem::Empty);
    };
    if let Some(char) = name.chars().find(|char| !allowed(char)) {
        return Some(NameProblem::Character(char));
    }
    let crate_name = name.to_snake_case();
    let is_among = |words: &[&str]| words.contains(&crate_name.as_str());
    if first.is_ascii_digit() || first == '-' {
        Some(NameProblem::Start(first))
    } else if name.len() > NAME_LIMIT {
        Some(NameProblem::Length(name.len()))
    } else if name != crate_name && name != name.to_kebab_case() {
        Some(NameProblem::Case)
    } else if is_among(&KEYWORDS) {
        Some(NameProblem::Keyword)
    } else if is_among(&STANDARD_CRATES) {
        Some(NameProblem::StandardCrate)
    } else if is_among(&WINDOWS_DEVICES) {
        Some(NameProblem::WindowsDevice)
    } else if is_among(&CARGO_FOLDERS) {
        Some(NameProblem::CargoFolder)
    } else if dependencies.contains(name) {
        Some(NameProblem::Dependency)
    } else {
        None
    }
}

/// The name as cargo-generate would change it or, if that is still invalid, a longer one.
fn suggest(name: &str, dependencies: &PackageNames) -> String {
    let ascii = |char: char| {
        if char.is_ascii_alphanumeric() {
            char
        } else {
            '-'
        }
    };
    let kebab = name.chars().map(ascii).collect::<String>().to_kebab_case();
    let longer = if kebab.starts_with(|first: char| first.is_ascii_digit()) {
        format!("fn-{kebab}")
    } else {
        format!("{kebab}-fn")
    };
    [kebab, longer]
        .into_iter()
        .map(|name| {
            name.chars()
                .take(NAME_LIMIT)
                .collect::<String>()
                .to_kebab_case()
        })
        .find(|name| problem_with(name, dependencies).is_none())
        .unwrap_or_else(|| "my-function".to_owned())
}
