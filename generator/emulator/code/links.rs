//! The symbolic links of a package, none of which leads out of it.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use super::{CodeError, path_of};
use crate::package::{Entry, LinkTarget, Links};

/// The longest target in bytes that Linux accepts.
pub(super) const LONGEST: u64 = 4096;
/// What is wrong with a link without a target.
pub(super) const UNREADABLE: &str = "is a link that cannot be read";
const OUTSIDE: &str = "is a link that leads out of the package";

/// Creates the links, after everything else. Where they lead is known before the first is there.
///
/// # Errors
/// A link leads out of the package, or nowhere that can be known.
pub(super) fn create(root: &Path, entries: &[Entry]) -> Result<(), CodeError> {
    let links = Links::new(entries);
    let places: HashSet<Vec<&[u8]>> = links.all().map(|link| link.parts().collect()).collect();
    for link in links.all() {
        let target = target(&links, link)?;
        let parts: Vec<_> = link.parts().collect();
        // It would be written elsewhere, and its target would be seen from there.
        if (1..parts.len()).any(|end| places.contains(&parts[..end])) {
            return Err(CodeError::misplaced(link, "lies below a link"));
        }
        let path = path_of(root, link)?;
        let target = relative(&target, parts.len().saturating_sub(1));
        place(&target, &path).map_err(|error| CodeError::placing(link, error))?;
    }
    verify(root, &links)
}

/// The target of a link, if it is in the package.
fn target<'a>(links: &Links<'_>, link: &'a Entry) -> Result<std::borrow::Cow<'a, str>, CodeError> {
    let refused = |reason| Err(CodeError::misplaced(link, reason));
    match links.follow(link) {
        LinkTarget::Outside => return refused(OUTSIDE),
        LinkTarget::Unknown => return refused(UNREADABLE),
        // A way that is too long to be followed to its end may also lead out.
        LinkTarget::Loop => return refused("is a link that leads in circles"),
        LinkTarget::Inside(_) | LinkTarget::Missing => {}
    }
    let target = link.target().unwrap_or_default();
    // What is not in UTF-8 would be written differently than it was followed.
    let is_odd = |char| matches!(char, '\0' | char::REPLACEMENT_CHARACTER);
    if target.is_empty() || target.contains(is_odd) {
        return refused(UNREADABLE);
    }
    Ok(target)
}

/// Looks where the links lead on this disk, which may take two names for one.
fn verify(root: &Path, links: &Links<'_>) -> Result<(), CodeError> {
    let root = root.canonicalize()?;
    for link in links.all() {
        let led = path_of(&root, link)?.canonicalize();
        if led.is_ok_and(|led| !led.starts_with(&root)) {
            return Err(CodeError::misplaced(link, OUTSIDE));
        }
    }
    Ok(())
}

/// An absolute target below `/code` as seen from a link that lies this deep.
fn relative(target: &str, depth: usize) -> String {
    match target
        .strip_prefix("/code")
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    {
        Some(rest) => format!("{}.{rest}", "../".repeat(depth)),
        None => target.to_owned(),
    }
}

fn place(target: &str, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    symlink(target, path)
}

#[cfg(unix)]
fn symlink(target: &str, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn symlink(_target: &str, _path: &Path) -> io::Result<()> {
    let message = "links in packages are not unpacked on this system";
    Err(io::Error::new(io::ErrorKind::Unsupported, message))
}
