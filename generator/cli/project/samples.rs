//! The sample events of a project.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Project, relative};
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::{print, print_json};
use crate::text::{excerpt, printable, printable_path};

/// The directory of the samples in a project.
const FOLDER: &str = "events";
/// The sample that every kind has.
pub(in crate::cli) const FIRST: &str = "invoke";

/// The sample events, by file name.
pub(in crate::cli) struct Samples(Vec<Sample>);

/// One sample event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct Sample {
    /// What `--sample` calls it.
    pub(in crate::cli) name: String,
    /// Its file, relative to the current directory if that is shorter.
    pub(in crate::cli) file: PathBuf,
}

impl Samples {
    /// Finds the samples of a project.
    pub(in crate::cli) fn of(project: &Project) -> Self {
        Self::in_folder(&relative(&project.dir().join(FOLDER)))
    }

    /// The same by the directory of the project.
    pub(in crate::cli) fn in_project(project: &Path) -> Self {
        Self::in_folder(&project.join(FOLDER))
    }

    fn in_folder(folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        Self::named(files.filter(|path| path.is_file()).collect())
    }

    /// A name is that of the file without its extension. If several files share it, it is that of the
    /// JSON file, and the others keep their extensions.
    fn named(mut files: Vec<PathBuf>) -> Self {
        let text = |part: Option<&std::ffi::OsStr>| {
            let text = part.unwrap_or_default().to_string_lossy();
            text.into_owned()
        };
        files.retain(|file| !text(file.file_name()).starts_with('.'));
        files.sort();
        let is_json = |file: &Path| {
            file.extension()
                .is_some_and(|extension| extension == "json")
        };
        let samples = files.iter().map(|file| {
            let same = files
                .iter()
                .filter(|other| other.file_stem() == file.file_stem());
            let part = if is_json(file) || same.count() == 1 {
                file.file_stem()
            } else {
                file.file_name()
            };
            let (name, file) = (text(part), file.clone());
            Sample { name, file }
        });
        Self(samples.collect())
    }

    /// All of them.
    pub(in crate::cli) fn into_iter(self) -> impl Iterator<Item = Sample> {
        self.0.into_iter()
    }

    /// The sample with a name, which may also be that of its file.
    pub(in crate::cli) fn get(&self, name: &str) -> Option<&Sample> {
        let is_file = |sample: &&Sample| sample.file.file_name().is_some_and(|file| file == name);
        let mut samples = self.0.iter();
        let named = samples.find(|sample| sample.name == name);
        named.or_else(|| self.0.iter().find(is_file))
    }

    /// The sample with a name, which must exist.
    pub(in crate::cli) fn find(&self, name: &str) -> Result<&Sample, Failure> {
        self.get(name).ok_or_else(|| {
            let message = format!("there is no sample `{}`", excerpt(name));
            let near = self.0.iter().max_by(|one, other| {
                let similarity = |sample: &Sample| strsim::jaro_winkler(name, &sample.name);
                similarity(one).total_cmp(&similarity(other))
            });
            Failure::new(Exit::Usage, message).hint(match near {
                Some(near) => format!(
                    "did you mean `--sample {}`? List all samples with `--sample`",
                    printable(&near.name)
                ),
                None => format!(
                    "create `{FOLDER}/{}.json`, or pass `-f FILE`",
                    excerpt(name)
                ),
            })
        })
    }

    /// Prints the list.
    pub(in crate::cli) fn list(&self, json: bool) -> anyhow::Result<()> {
        if json {
            return print_json(&self.0);
        }
        let width = self
            .0
            .iter()
            .map(|sample| sample.name.chars().count())
            .max();
        let width = width.unwrap_or(0);
        let lines = self.0.iter().map(|sample| {
            let (name, file) = (printable(&sample.name), printable_path(&sample.file));
            format!("{name:width$}  {file}\n")
        });
        print(lines.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn names_are_short_and_each_leads_to_one_file() {
        let files = ["b.txt", "a.json", "a.cbor", "c.cbor", ".swp", "d.x", "d.y"];
        let samples = Samples::named(files.iter().map(Into::into).collect());
        let names: Vec<_> = samples.0.iter().map(|sample| &*sample.name).collect();
        assert_eq!(names, ["a.cbor", "a", "b", "c", "d.x", "d.y"]);
        let file = |name| {
            samples
                .get(name)
                .map(|sample| sample.file.display().to_string())
        };
        assert_eq!(file("a").as_deref(), Some("a.json"));
        assert_eq!(file("a.json").as_deref(), Some("a.json"));
        assert_eq!(file("a.cbor").as_deref(), Some("a.cbor"));
        assert_eq!(file("b.txt").as_deref(), Some("b.txt"));
        assert_eq!(file("d"), None);
        assert_eq!(file(".swp"), None);
    }
}
