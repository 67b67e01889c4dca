//! The functions of docs/sources.md, taken out of it.

#![allow(dead_code, reason = "no test uses all of it")]

const DOCUMENT: &str = include_str!("../../docs/sources.md");

/// Where `triggers` stands in s.yaml.
const TRIGGERS: &str = "\n      triggers:\n";

/// One part of the document.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its title.
    pub(crate) name: &'static str,
    /// The kind of project that it starts from.
    pub(crate) kind: &'static str,
    /// What is put into that: paths and contents.
    pub(crate) files: Vec<(&'static str, &'static str)>,
    /// What replaces the triggers in `s.yaml`.
    trigger: Option<&'static str>,
    /// What a call with the sample writes to the log.
    pub(crate) log: &'static str,
}

/// All of them, in their order.
///
/// # Panics
/// If one lacks a part that every one must have.
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
        let (_, kind) = new.split_once("--kind ").expect("it names a kind");
        let files = section.split("\n### `").skip(1).filter_map(|part| {
            let (path, contents) = part.split_once("`\n")?;
            let contents = block(contents, "rust").or_else(|| block(contents, "json"));
            Some((path, contents?))
        });
        Self {
            name,
            kind: kind.trim_end(),
            files: files.collect(),
            trigger: block(section, "yaml"),
            log: block(section, "text").expect("it tells what the log says"),
        }
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
    // What a file holds ends in a line's end, so that stays.
    rest.find("\n```").map(|end| &rest[..=end])
}
