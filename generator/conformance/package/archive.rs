//! The package as a whole: its size, and whether every entry can be unpacked.

use std::fmt::Display;

use super::contents;
use crate::conformance::verdict::Verdict;
use crate::conformance::verdict::{After, ensure, fail, not_checked};
use crate::package::{Data, Entry, EntryKind, LinkTarget, Package};
use crate::platform::{API_LIMIT, CODE_LIMIT, CODE_LIMIT_OF_REGIONS, UNPACKED_LIMIT};
use crate::text::{excerpt, printable};

const SIZED: &str = "measured the package";

pub(super) fn readable(package: &Package) -> Verdict {
    let contents = package.contents.as_ref().after("read the package")?;
    let broken = contents.entries.iter().find_map(|entry| match &entry.data {
        Data::Broken(why) => Some((entry, why)),
        _ => None,
    });
    if let Some((entry, why)) = broken {
        return fail(&format!("unpacked {}", shown(entry)), why);
    }
    let untried = contents.entries.iter().find_map(|entry| match &entry.data {
        Data::Untried(why) => Some((entry, why)),
        _ => None,
    });
    match untried {
        None => Ok(()),
        Some((entry, why)) => not_checked(format!("{} was not unpacked: {why}", shown(entry))),
    }
}

pub(super) fn size(package: &Package) -> Verdict {
    contents(package)?;
    at_most(package.size, CODE_LIMIT, "the limit of Function Compute is")
}

pub(super) fn size_of_regions(package: &Package) -> Verdict {
    contents(package)?;
    at_most(
        package.size,
        CODE_LIMIT_OF_REGIONS,
        "the limit in every region is",
    )
}

pub(super) fn size_by_api(package: &Package) -> Verdict {
    contents(package)?;
    let encoded = package.size.div_ceil(3).saturating_mul(4);
    let what = format_args!(
        "it has {encoded} bytes as Base64, and an API request is limited to {API_LIMIT} bytes",
    );
    ensure(encoded < API_LIMIT, SIZED, what)
}

pub(super) fn unpacked_size(package: &Package) -> Verdict {
    at_most(
        contents(package)?.unpacked(),
        UNPACKED_LIMIT,
        "the limit on an instance is",
    )
}

fn at_most<T: Copy + Display + PartialOrd>(size: T, limit: T, who: &str) -> Verdict {
    let what = format_args!("it has {size} bytes, and {who} {limit} bytes");
    ensure(size <= limit, SIZED, what)
}

pub(super) fn paths(package: &Package) -> Verdict {
    let entries = contents(package)?.entries.iter();
    let mut misplaced = entries.filter_map(|entry| Some((entry, entry.misplaced()?)));
    match misplaced.next() {
        None => Ok(()),
        Some((entry, why)) => fail("read the paths", format_args!("{} {why}", shown(entry))),
    }
}

pub(super) fn links(package: &Package) -> Verdict {
    let links = contents(package)?.links();
    let mut all = links.all();
    match all.find(|link| links.follow(link) == LinkTarget::Outside) {
        None => Ok(()),
        Some(link) => {
            let target = link.target().unwrap_or_default();
            let target = excerpt(&target);
            let what = format_args!("{} leads out of the package: `{target}`", shown(link));
            fail("followed the symbolic links", what)
        }
    }
}

pub(super) fn unique_paths(package: &Package) -> Verdict {
    let mut entries: Vec<_> = contents(package)?.entries.iter().collect();
    // Sorted like this, the content of a folder directly follows the folder.
    entries.sort_by(|one, other| one.parts().cmp(other.parts()));
    let clash = entries.windows(2).find_map(|pair| {
        let &[one, other] = pair else { return None };
        let folders = [one, other].map(|entry| entry.kind == EntryKind::Folder);
        let same = one.parts().eq(other.parts());
        match folders {
            [true, true] => None,
            [false, false] if same => Some((one, "appears twice")),
            _ if same || !folders[0] && is_below(other, one) => {
                Some((one, "is both a file and a folder"))
            }
            _ => None,
        }
    });
    match clash {
        None => Ok(()),
        Some((entry, why)) => fail("read the paths", format_args!("{} {why}", shown(entry))),
    }
}

fn is_below(entry: &Entry, folder: &Entry) -> bool {
    let mut parts = entry.parts();
    folder.parts().all(|part| parts.next() == Some(part)) && parts.next().is_some()
}

/// The path of an entry, quoted for use in a sentence.
pub(super) fn shown(entry: &Entry) -> String {
    format!("`{}`", printable(&entry.path()))
}
