//! Writes the files of the template that every kind has, and that differ by a few lines.
//!
//! Both doors to the template lay a kind over the base file by file, so a kind has to bring a whole
//! file even where a few lines are its own. Those files are written from parts:
//!
//! ```text
//! template/parts/s.yaml.liquid             a base: the whole file, with slots
//! template/parts/shared/retries.yaml       a fragment that several kinds have in common
//! template/kinds/kafka/parts/trigger.yaml  a fragment of one kind
//!
//! template/s.yaml.liquid                   written: the base for kinds without a fragment
//! template/kinds/kafka/s.yaml.liquid       written
//! ```
//!
//! A slot is a line that says `#: NAME` and nothing else. The fragment `NAME` takes its place, at the
//! slot's own indentation; where there is no such fragment, the line vanishes. A fragment may have
//! slots. Its extension is that of the file it goes into, so that an editor knows what it is.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

/// The folder of parts, in the template and in each kind. No project has it.
const PARTS: &str = "parts";
/// The folder, among the template's parts, with the fragments that kinds have in common.
const SHARED: &str = "parts/shared";
/// The folder with one folder for each kind.
pub(crate) const KINDS: &str = "kinds";
/// What a line begins with, after its indentation, if it is a slot.
const SLOT: &str = "#: ";
/// The suffix of files that are rendered under a name without it.
const SUFFIX: &str = ".liquid";

/// How a file of the template differs from what its parts make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is missing, or it is another.
    Write {
        /// Its path in the template.
        path: String,
        /// What it has to hold.
        text: String,
    },
    /// A kind has it although it is the base's own.
    Remove {
        /// Its path in the template.
        path: String,
    },
}

impl Change {
    /// Makes the change in the template at `folder`.
    ///
    /// # Errors
    /// The file cannot be written or removed.
    pub fn make(&self, folder: &Path) -> io::Result<()> {
        match self {
            Self::Write { path, text } => fs::write(folder.join(path), text),
            Self::Remove { path } => fs::remove_file(folder.join(path)),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { path, .. } => write!(f, "write template/{path}"),
            Self::Remove { path } => write!(f, "remove template/{path}"),
        }
    }
}

/// What has to be done until every whole file of the template at `folder` is what its parts make.
///
/// # Errors
/// A part cannot be read, a slot is filled by no kind, or a fragment fills no slot.
pub fn changes(folder: &Path) -> Result<Vec<Change>, Box<dyn Error>> {
    let parts = Parts::read(folder)?;
    let mut changes = Vec::new();
    for (name, base) in &parts.bases {
        let common = parts.fill(None, name, base)?;
        write_if_other(folder, name.clone(), &common, &mut changes)?;
        for kind in &parts.kinds {
            let path = format!("{KINDS}/{kind}/{name}");
            let text = parts.fill(Some(kind), name, base)?;
            if text != common {
                write_if_other(folder, path, &text, &mut changes)?;
            } else if folder.join(&path).exists() {
                changes.push(Change::Remove { path });
            }
        }
    }
    parts.are_used()?;
    Ok(changes)
}

fn write_if_other(
    folder: &Path,
    path: String,
    text: &str,
    changes: &mut Vec<Change>,
) -> Result<(), Box<dyn Error>> {
    let file = folder.join(&path);
    if !file.exists() || read(&file)? != text {
        let text = text.to_owned();
        changes.push(Change::Write { path, text });
    }
    Ok(())
}

/// All parts of a template, and which of them have been used.
struct Parts {
    kinds: Vec<String>,
    /// The whole files with slots, by the name of the file that is written.
    bases: BTreeMap<String, String>,
    /// By their paths in the template.
    fragments: BTreeMap<String, String>,
    used: RefCell<BTreeSet<String>>,
    slots: RefCell<BTreeMap<String, bool>>,
}

impl Parts {
    fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let kinds = kinds(folder)?;
        let mut bases = BTreeMap::new();
        for name in names(&folder.join(PARTS), Path::is_file)? {
            let base = read(&folder.join(PARTS).join(&name))?;
            bases.insert(name, base);
        }
        let mut fragments = BTreeMap::new();
        let own = kinds.iter().map(|kind| parts_of(kind));
        for place in own.chain([SHARED.to_owned()]) {
            for name in names(&folder.join(&place), Path::is_file)? {
                let path = format!("{place}/{name}");
                let fragment = read(&folder.join(&path))?;
                fragments.insert(path, fragment);
            }
        }
        Ok(Self {
            kinds,
            bases,
            fragments,
            used: RefCell::default(),
            slots: RefCell::default(),
        })
    }

    /// The whole file `name` for a kind, or for those that have nothing of their own in it.
    fn fill(&self, kind: Option<&str>, name: &str, base: &str) -> Result<String, String> {
        let plain = name.strip_suffix(SUFFIX).unwrap_or(name);
        let extension = plain.rsplit('.').next().unwrap_or_default();
        let mut text = String::new();
        self.put(kind, base, extension, "", &mut Vec::new(), &mut text)?;
        Ok(text)
    }

    /// Appends `part` to `text`, each line behind `indent`. `open` are the fragments that it is in.
    fn put(
        &self,
        kind: Option<&str>,
        part: &str,
        extension: &str,
        indent: &str,
        open: &mut Vec<String>,
        text: &mut String,
    ) -> Result<(), String> {
        for line in part.split_inclusive('\n') {
            let content = line.trim_start();
            let Some(slot) = content.strip_prefix(SLOT) else {
                if !content.is_empty() {
                    text.push_str(indent);
                }
                text.push_str(line);
                continue;
            };
            let name = format!("{}.{extension}", slot.trim_end());
            let fragment = self.fragment(kind, &name);
            *self.slots.borrow_mut().entry(name).or_default() |= fragment.is_some();
            let Some((path, fragment)) = fragment else {
                continue;
            };
            if open.contains(path) {
                return Err(format!("template/{path} contains itself"));
            }
            open.push(path.clone());
            let indent = format!("{indent}{}", &line[..line.len() - content.len()]);
            self.put(kind, fragment, extension, &indent, open, text)?;
            open.pop();
        }
        Ok(())
    }

    /// A kind's own fragment of that name, or else the one that kinds have in common.
    fn fragment(&self, kind: Option<&str>, name: &str) -> Option<(&String, &String)> {
        let own = kind.map(|kind| format!("{}/{name}", parts_of(kind)));
        let mut paths = own.into_iter().chain([format!("{SHARED}/{name}")]);
        let found = paths.find_map(|path| self.fragments.get_key_value(&path))?;
        self.used.borrow_mut().insert(found.0.clone());
        Some(found)
    }

    /// Refuses what would be lost without a word: most likely its name is wrong.
    fn are_used(&self) -> Result<(), String> {
        let used = self.used.borrow();
        if let Some(path) = self.fragments.keys().find(|path| !used.contains(*path)) {
            return Err(format!("template/{path} fills no slot"));
        }
        match self.slots.borrow().iter().find(|(_, filled)| !**filled) {
            Some((name, _)) => Err(format!(
                "no kind has parts/{name}, for which there is a slot"
            )),
            None => Ok(()),
        }
    }
}

/// The names of the kinds.
pub(crate) fn kinds(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    names(&folder.join(KINDS), Path::is_dir)
}

fn parts_of(kind: &str) -> String {
    format!("{KINDS}/{kind}/{PARTS}")
}

/// Reads a text file. The error names it.
pub(crate) fn read(file: &Path) -> Result<String, Box<dyn Error>> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// The names of such entries of a folder as are meant, or none where there is no folder.
fn names(folder: &Path, meant: fn(&Path) -> bool) -> Result<Vec<String>, Box<dyn Error>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if meant(&entry.path()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
