//! Projects as the command line renders them, and answers that try its rules.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use cargo_fc3::scaffold::manifest::{Constraint, Manifest, Placeholder};
use cargo_fc3::scaffold::template::Template;
use regex::Regex;
use tempfile::TempDir;

const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

/// The name of every function here.
pub(crate) const NAME: &str = "hello";
/// The function as an archive.
pub(crate) const ARCHIVE: &str = "s.yaml";
/// The function as an image.
pub(crate) const IMAGE: &str = "s.container.yaml";

pub(crate) type Answers = BTreeMap<String, String>;

pub(crate) fn manifest() -> &'static Manifest {
    Template::embedded().manifest()
}

/// The kind whose files are the base's.
pub(crate) fn base() -> &'static str {
    &manifest().kind().default
}

/// Whether a kind has a trigger in its files, and not elsewhere or none at all.
pub(crate) fn has_trigger(kind: &str) -> bool {
    let file = Template::embedded().files();
    let file = file.get(&format!("kinds/{kind}/{ARCHIVE}.liquid"));
    file.is_some_and(|bytes| String::from_utf8_lossy(bytes).contains("\n      triggers:\n"))
}

/// A project that lies in a directory of its own.
pub(crate) struct Rendered {
    scratch: TempDir,
}

impl Rendered {
    /// Renders a kind, with the defaults for what is not answered.
    pub(crate) fn new(kind: &str, answers: &Answers) -> io::Result<Self> {
        let scratch = tempfile::tempdir()?;
        let mut command = Command::new(CLI);
        command
            .args(["new", NAME, "--kind", kind, "--vcs", "none", "--yes"])
            .current_dir(scratch.path());
        for (name, answer) in answers {
            command.arg(format!("--{}={answer}", name.replace('_', "-")));
        }
        let output = command.output()?;
        if output.status.success() {
            return Ok(Self { scratch });
        }
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr)))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.scratch.path().join(NAME).join(name)
    }

    pub(crate) fn text(&self, name: &str) -> io::Result<String> {
        fs::read_to_string(self.file(name))
    }

    /// Makes every option that stands in a comment a part of the file.
    pub(crate) fn uncomment(&self, name: &str) -> io::Result<()> {
        let option =
            Regex::new(r"(?m)^( *)# ( *(?:- )?[A-Za-z_]+:( \S.*)?)$").expect("an expression");
        let text = self.text(name)?;
        fs::write(self.file(name), &*option.replace_all(&text, "$1$2"))
    }
}

/// For each question of a kind, an answer that is not the default and as awkward as is allowed.
pub(crate) fn other_answers(kind: &str) -> Answers {
    let asked = manifest().asked_for(kind);
    asked
        .map(|placeholder| (placeholder.name.clone(), other_answer(placeholder)))
        .collect()
}

fn other_answer(placeholder: &Placeholder) -> String {
    let default = &placeholder.default;
    let other = match &placeholder.constraint {
        Constraint::Choices(choices) => {
            let other = choices.iter().rfind(|choice| choice.value != *default);
            other.expect("a second choice").value.clone()
        }
        Constraint::Pattern(_) => awkward(placeholder),
    };
    assert_ne!(other, *default, "{} has no other answer", placeholder.name);
    other
}

/// The default with each character that the rule allows put in: after the first character, or else
/// before the last.
fn awkward(placeholder: &Placeholder) -> String {
    let mut answer = placeholder.default.clone();
    for char in (' '..='~').chain("é日🦀\u{a0}".chars()) {
        let fits = |at: usize| {
            let mut longer = answer.clone();
            longer.insert(at, char);
            (placeholder.accept(&longer).as_ref() == Ok(&longer)).then_some(longer)
        };
        if let Some(longer) = fits(1).or_else(|| fits(answer.len() - 1)) {
            answer = longer;
        }
    }
    answer
}
