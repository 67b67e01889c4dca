//! The functions of docs/sources.md, taken out of it.

#![allow(dead_code, reason = "no test uses all of it")]

use std::io;

use super::project::Project;

const DOCUMENT: &str = include_str!("../../docs/sources.md");

/// Where `triggers` stands in s.yaml.
const TRIGGERS: &str = "\n      triggers:\n";

/// One section of the document.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The title.
    pub(crate) name: &'static str,
    /// The kind of the project.
    pub(crate) kind: &'static str,
    /// The commands that add dependencies to it.
    adds: Vec<&'static str>,
    /// The files to put into it: paths and contents.
    files: Vec<(&'static str, &'static str)>,
    /// The text that replaces the triggers in `s.yaml`.
    trigger: Option<&'static str>,
    /// The log of a call with the sample.
    pub(crate) log: &'static str,
}

/// All functions of the document, in their order.
///
/// # Panics
/// A section has no command, no kind or no log.
pub(crate) fn all() -> Vec<Source> {
    let sections = DOCUMENT.split("\n## ").skip(1);
    sections.map(Source::of).collect()
}

/// The lines of the document.
pub(crate) fn lines() -> impl Iterator<Item = &'static str> {
    DOCUMENT.lines()
}

impl Source {
    fn of(section: &'static str) -> Self {
        let name = section.lines().next().unwrap_or_default();
        let new = block(section, "sh").expect("a command makes the project");
        let mut commands = new.lines();
        let kind = commands.next().and_then(|new| new.split_once("--kind "));
        let (_, kind) = kind.expect("it names a kind");
        let files = section.split("\n### `").skip(1).filter_map(|part| {
            let (path, contents) = part.split_once("`\n")?;
            let contents = block(contents, "rust").or_else(|| block(contents, "json"));
            Some((path, contents?))
        });
        Self {
            name,
            kind,
            adds: commands
                .filter(|line| line.starts_with("cargo add"))
                .collect(),
            files: files.collect(),
            trigger: block(section, "yaml"),
            log: block(section, "text").expect("it shows the log"),
        }
    }

    /// A project with this function.
    pub(crate) fn render(&self, name: &str) -> io::Result<Project> {
        Project::render_adding(name, self.kind, &self.files, &self.adds)
    }

    /// The sample event.
    pub(crate) fn sample(&self) -> &'static str {
        let mut files = self.files.iter();
        let sample = files.find(|(path, _)| path.starts_with("events/"));
        sample.expect("it has a sample").1
    }

    /// An `s.yaml` with the trigger in its place, if this source has one there.
    pub(crate) fn pasted(&self, file: &str) -> Option<String> {
        let before = file.split(TRIGGERS).next().unwrap_or_default().trim_end();
        Some(format!("{before}\n{}", self.trigger?))
    }
}

/// The first block of code in a language.
fn block<'a>(text: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("```{language}\n"))?;
    // A file ends with a line break, so that stays.
    rest.find("\n```").map(|end| &rest[..=end])
}
