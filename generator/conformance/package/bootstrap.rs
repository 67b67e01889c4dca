//! The file that the platform starts: its place, its permissions and its first bytes.

use super::archive::shown;
use super::{bootstrap_bytes, bootstrap_file, contents};
use crate::conformance::verdict::{NotPassed, Verdict};
use crate::conformance::verdict::{ensure, fail, not_checked};
use crate::package::{
    BOOTSTRAP, Contents, Entry, EntryKind, LinkTarget, NotStartable, Package, Program, Script,
};
use crate::text;

const READ: &str = "read `bootstrap`";
/// The action to report when `bootstrap` is missing.
const LOOKED: &str = "looked for `bootstrap` at the root";

pub(super) fn is_at_the_root(package: &Package) -> Verdict {
    let contents = contents(package)?;
    let Some(bootstrap) = contents.bootstrap() else {
        return fail(LOOKED, instead(contents));
    };
    match bootstrap.kind {
        EntryKind::File => Ok(()),
        EntryKind::Link => leads_to_a_file(contents, bootstrap),
        EntryKind::Folder => fail(LOOKED, "it is a folder"),
        EntryKind::Other => fail(LOOKED, "it is not a regular file"),
    }
}

/// Whether a link leads to a file. Another rule reports one that leads out of the package.
fn leads_to_a_file(contents: &Contents, link: &Entry) -> Verdict {
    let target = link.target().unwrap_or_default();
    let what = match contents.links().follow(link) {
        LinkTarget::Inside(at) if contents.entries[at].kind == EntryKind::File => return Ok(()),
        LinkTarget::Outside => return Ok(()),
        LinkTarget::Unknown => return not_checked("`bootstrap` was not read"),
        LinkTarget::Inside(_) | LinkTarget::Missing => "is not a file in the package",
        LinkTarget::Loop => "leads back to it",
    };
    let target = text::excerpt(&target);
    let what = format_args!("it is a symbolic link to `{target}`, which {what}");
    fail(LOOKED, what)
}

/// Describes what the package contains instead.
fn instead(contents: &Contents) -> String {
    let [one, .., last] = &contents.entries[..] else {
        let only = contents.entries.first();
        return only.map_or_else(
            || "the package is empty".to_owned(),
            |only| format!("the package contains only {}", shown(only)),
        );
    };
    if contents.entries.iter().any(lies_in_bootstrap) {
        return "it is a folder".to_owned();
    }
    if let Some(entry) = contents.entries.iter().find(|entry| resembles(entry)) {
        return format!("the package contains {}", shown(entry));
    }
    let count = contents.entries.len();
    let (one, last) = (shown(one), shown(last));
    format!("the package contains {count} other entries, from {one} to {last}")
}

fn lies_in_bootstrap(entry: &Entry) -> bool {
    entry.parts().next() == Some(BOOTSTRAP.as_bytes())
}

/// Whether an entry is probably the intended file: in a folder, spelled differently, or with an
/// extension.
fn resembles(entry: &Entry) -> bool {
    let path = entry.path();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    entry.kind != EntryKind::Folder && stem.eq_ignore_ascii_case(BOOTSTRAP)
}

pub(super) fn is_no_link(package: &Package) -> Verdict {
    match contents(package)?.bootstrap() {
        None => not_checked("there is no `bootstrap`"),
        Some(entry) => ensure(entry.kind != EntryKind::Link, READ, "it is a symbolic link"),
    }
}

pub(super) fn is_executable(package: &Package) -> Verdict {
    let entry = bootstrap_file(package)?;
    match entry.mode {
        _ if entry.is_executable() => Ok(()),
        None => fail(
            READ,
            "it has no UNIX mode, as in packages created on Windows",
        ),
        Some(mode) => fail(READ, format_args!("its mode is {mode:04o}, expected 0755")),
    }
}

pub(super) fn is_startable(package: &Package) -> Verdict {
    let bytes = bootstrap_bytes(package)?;
    if Script::read(bytes).is_some() {
        return Ok(());
    }
    match (Program::read(bytes), text(bytes)) {
        (Ok(_), _) => Ok(()),
        (Err(NotStartable::Foreign(_)), Some(text)) => fail(
            READ,
            format_args!(
                "it begins with `{text}`, so it is neither a Linux program nor a script with `#!`"
            ),
        ),
        (Err(error), _) => fail(READ, error),
    }
}

/// The first line, if it is readable text.
fn text(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = str::from_utf8(line).ok()?;
    let written = !line.is_empty() && line.chars().all(|char| char == '\t' || !char.is_control());
    written.then(|| text::excerpt(line))
}

/// `bootstrap` as a script; rules about scripts are skipped for anything else.
pub(super) fn script(package: &Package) -> Result<Script, NotPassed> {
    let script = Script::read(bootstrap_bytes(package)?);
    script.map_or_else(|| not_checked("`bootstrap` is not a script"), Ok)
}

pub(super) fn begins_without_a_mark(package: &Package) -> Verdict {
    let came = "the bytes EF BB BF precede `#!`";
    ensure(!script(package)?.marked, READ, came)
}

pub(super) fn has_line_ends_of_unix(package: &Package) -> Verdict {
    match script(package)?.foreign_line {
        None => Ok(()),
        Some(line) => fail(
            READ,
            format_args!("line {line} ends with a carriage return"),
        ),
    }
}
