//! A package as it is uploaded: what the platform refuses, and what no instance starts.

mod archive;
mod bootstrap;
mod runtimes;

use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::verdict::NotPassed;
use super::verdict::{Verdict, not_checked};
use crate::package::{Contents, Data, Entry, EntryKind, Package};
use crate::platform::page;

pub(super) const RULES: &[Rule] = &[
    Rule::of_package(
        Must,
        "package-readable",
        page::PRINCIPLES,
        "a package that is no sound zip is refused, or a part of it never arrives",
        archive::readable,
    )
    .hint("make it again by `zip -r`, without a password, and compare the size after each copy"),
    Rule::of_package(
        Must,
        "package-size",
        page::LIMITS,
        "a package of more than 500 MB is refused in every region",
        archive::size,
    )
    .hint("leave out what is not needed to run; large files go into a layer, NAS, OSS or an image"),
    Rule::of_package(
        Should,
        "package-size-of-regions",
        page::LIMITS,
        "only the main regions take a package of more than 100 MB",
        archive::size_of_regions,
    )
    .hint("ask which limit your region has, or make the package smaller"),
    Rule::of_package(
        Info,
        "package-size-by-api",
        page::LIMITS,
        "a call of the API takes 100 MB with the package in it as Base64, so a larger one goes by OSS",
        archive::size_by_api,
    )
    .hint("upload it to OSS and name it in `code`, as deployment tools do by themselves"),
    Rule::of_package(
        Must,
        "package-unpacked-size",
        page::CREATE,
        "the largest disk of an instance has 10 GB, and what is unpacked has to fit there",
        archive::unpacked_size,
    )
    .hint("large files go into NAS, OSS or an image"),
    Rule::of_package(
        Should,
        "package-paths",
        page::PRINCIPLES,
        "what has a path outside of the package, or one of Windows, is refused or is not found",
        archive::paths,
    )
    .hint("zip in the folder of the code, with relative paths, by a tool that writes `/`"),
    Rule::of_package(
        Should,
        "package-unique-paths",
        page::PRINCIPLES,
        "of two entries with one path only one is there, and which one is for the unpacker to say",
        archive::unique_paths,
    )
    .hint("remove the old package before you make it again, since `zip` adds to what is there"),
    Rule::of_package(
        Must,
        "package-bootstrap",
        page::PRINCIPLES,
        "a function without a start command is started by `/code/bootstrap`, or not at all",
        bootstrap::is_at_the_root,
    )
    .hint(
        "zip what is in the folder, not the folder: `cd FOLDER && zip -r ../package.zip .`; only a \
         function that has `customRuntimeConfig.command` needs no `bootstrap`",
    ),
    Rule::of_package(
        Should,
        "package-bootstrap-link",
        page::TROUBLESHOOTING,
        "a link is there only if the unpacker makes links, which no page promises",
        bootstrap::is_no_link,
    )
    .hint("put the file itself into the package: `zip` does so without `-y`"),
    Rule::of_package(
        Must,
        "package-mode",
        page::TROUBLESHOOTING,
        "a `bootstrap` that not everyone may run ends in `CAFilePermission`",
        bootstrap::is_executable,
    )
    .hint(
        "`chmod 755 bootstrap`, then zip on Linux or macOS, or by a tool that writes UNIX modes: \
         Windows has none to write",
    ),
    Rule::of_package(
        Must,
        "package-program",
        page::TROUBLESHOOTING,
        "what is no program for Linux on x86-64 and no script ends in `exec format error`",
        bootstrap::is_startable,
    )
    .hint(
        "build it for Linux on x86-64, static or for the GNU C library, or let a script begin with \
         `#!/usr/bin/env bash`",
    ),
    Rule::of_package(
        Must,
        "package-script-mark",
        page::TROUBLESHOOTING,
        "with the mark of UTF-8 before its `#!`, a script ends in `exec format error`",
        bootstrap::begins_without_a_mark,
    )
    .hint("save it as UTF-8 without a byte order mark: `sed -i '1s/^\\xEF\\xBB\\xBF//' bootstrap`"),
    Rule::of_package(
        Must,
        "package-line-ends",
        page::TROUBLESHOOTING,
        "with the line ends of Windows, a script looks for `bash\\r` and ends with the code 127",
        bootstrap::has_line_ends_of_unix,
    )
    .hint("`sed -i 's/\\r$//' bootstrap`, and `bootstrap text eol=lf` in `.gitattributes`"),
    Rule::of_package(
        Must,
        "package-interpreter",
        page::RUNTIMES,
        "a script whose interpreter is not there never starts",
        runtimes::interpreter,
    )
    .hint("begin with `#!/usr/bin/env bash`, and start the program from there"),
    Rule::of_package(
        Must,
        "package-fits",
        page::RUNTIMES,
        "a program that asks for more than any runtime has ends in `GLIBC_2.38 not found`",
        runtimes::any,
    )
    .hint(
        "link it statically, or for an older C library: `cargo fc3 build` does, and so does \
         `cargo zigbuild --target x86_64-unknown-linux-gnu.2.24`",
    ),
    fits_one(
        "package-fits-custom",
        "a function with the runtime `custom`, on Debian 9, has to fit there",
        runtimes::fits::<0>,
    ),
    fits_one(
        "package-fits-custom-debian10",
        "a function with the runtime `custom.debian10` has to fit there",
        runtimes::fits::<1>,
    ),
    fits_one(
        "package-fits-custom-debian11",
        "a function with the runtime `custom.debian11` has to fit there",
        runtimes::fits::<2>,
    ),
    fits_one(
        "package-fits-custom-debian12",
        "a function with the runtime `custom.debian12` has to fit there",
        runtimes::fits::<3>,
    ),
];

const fn fits_one(id: &'static str, summary: &'static str, run: fn(&Package) -> Verdict) -> Rule {
    Rule::of_package(Info, id, page::RUNTIMES, summary, run)
        .hint("choose a `runtime` that it fits, or link it statically")
}

/// What is in the package, for all rules but the one that tells why it cannot be read.
fn contents(package: &Package) -> Result<&Contents, NotPassed> {
    let contents = package.contents.as_ref();
    contents.or_else(|_| not_checked("the file is no zip that can be read"))
}

/// The file that an instance starts.
fn bootstrap_file(package: &Package) -> Result<&Entry, NotPassed> {
    match contents(package)?.bootstrap() {
        Some(entry) if entry.kind == EntryKind::File => Ok(entry),
        Some(entry) if entry.kind == EntryKind::Link => not_checked("`bootstrap` is a link"),
        _ => not_checked("there is no `bootstrap`"),
    }
}

/// What is in that file.
fn bootstrap_bytes(package: &Package) -> Result<&[u8], NotPassed> {
    let entry = bootstrap_file(package)?;
    if let Some(bytes) = contents(package)?.bootstrap_bytes() {
        return Ok(bytes);
    }
    match &entry.data {
        Data::Whole => not_checked(format!(
            "`bootstrap` has {} bytes, too many to be read",
            entry.size
        )),
        Data::Broken(why) | Data::Untried(why) => {
            not_checked(format!("`bootstrap` is not read: {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::RUNTIMES;

    #[test]
    fn every_runtime_has_its_rule() {
        let expected = RUNTIMES.map(|it| format!("package-fits-{}", it.name.replace('.', "-")));
        let ids = RULES.iter().map(|rule| rule.id);
        let fits: Vec<_> = ids.filter(|id| id.starts_with("package-fits-")).collect();
        assert_eq!(fits, expected);
    }
}
