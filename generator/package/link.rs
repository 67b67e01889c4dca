//! The symbolic links of a package, followed as an instance would follow them below `/code`.

use std::collections::HashMap;

use super::entry::{Entry, EntryKind};
use super::interpreter::CODE;

/// The length in bytes of the longest path that Linux accepts.
pub(super) const LONGEST: u64 = 4096;
/// The number of links and folders that are followed. Linux follows at most 40 links.
const STEPS: usize = 1000;
/// The number of links that Linux follows.
const FOLLOWED: usize = 40;

/// The place that a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkTarget {
    /// The entry of the package at this index.
    Inside(usize),
    /// A place outside the package.
    Outside,
    /// No entry of the package.
    Missing,
    /// Back to a link that was followed before.
    Loop,
    /// The link cannot be read.
    Unknown,
}

/// The entries of a package by their paths after unpacking.
#[derive(Debug)]
pub struct Links<'a> {
    entries: &'a [Entry],
    by_path: HashMap<Vec<u8>, usize>,
}

impl<'a> Links<'a> {
    /// The links of these entries.
    #[must_use]
    pub fn new(entries: &'a [Entry]) -> Self {
        // If two entries have the same path, the later one wins.
        let by_path = entries.iter().enumerate().map(|(at, entry)| {
            let parts: Vec<_> = entry.parts().collect();
            (parts.join(&b'/'), at)
        });
        Self {
            entries,
            by_path: by_path.collect(),
        }
    }

    /// The links of the package.
    pub fn all(&self) -> impl Iterator<Item = &'a Entry> {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.kind == EntryKind::Link)
    }

    /// The place that a link leads to, through other links if necessary.
    #[must_use]
    pub fn follow(&self, link: &Entry) -> LinkTarget {
        // The components that are still to be followed, in reverse order.
        let mut rest: Vec<&[u8]> = link.parts().collect();
        rest.reverse();
        let (mut path, mut entry) = (Vec::new(), None);
        let mut followed = 0;
        for _ in 0..STEPS {
            let Some(part) = rest.pop() else {
                return entry.map_or(LinkTarget::Missing, LinkTarget::Inside);
            };
            match part {
                b"" | b"." => continue,
                b".." if path.is_empty() => return LinkTarget::Outside,
                b".." => leave(&mut path),
                part => enter(&mut path, part),
            }
            entry = self.by_path.get(&path).copied();
            let Some(at) = entry.filter(|at| self.entries[*at].kind == EntryKind::Link) else {
                continue;
            };
            let Some(target) = &self.entries[at].target else {
                return LinkTarget::Unknown;
            };
            followed += 1;
            if followed > FOLLOWED {
                return LinkTarget::Loop;
            }
            let target = if target.starts_with(b"/") {
                let Some(inside) = below_code(target) else {
                    return LinkTarget::Outside;
                };
                path.clear();
                inside
            } else {
                leave(&mut path);
                target
            };
            entry = None;
            rest.extend(target.rsplit(|byte| *byte == b'/'));
        }
        LinkTarget::Loop
    }
}

/// The rest of an absolute path below the directory of the code.
fn below_code(target: &[u8]) -> Option<&[u8]> {
    let code = CODE.trim_end_matches('/').as_bytes();
    let rest = target.strip_prefix(code)?;
    (rest.is_empty() || rest.starts_with(b"/")).then_some(rest)
}

fn enter(path: &mut Vec<u8>, part: &[u8]) {
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend(part);
}

fn leave(path: &mut Vec<u8>) {
    let end = path.iter().rposition(|byte| *byte == b'/');
    path.truncate(end.unwrap_or(0));
}

impl Entry {
    /// Sets the target of a symbolic link, once it is read.
    pub fn set_target(&mut self, target: Vec<u8>) {
        self.target = Some(target);
    }

    /// The target of a symbolic link as it is written, if it could be read.
    #[must_use]
    pub fn target(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.target.as_deref().map(String::from_utf8_lossy)
    }
}
