//! Packages before upload: what the platform rejects, and what no instance can start.

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
    Rule::for_package(
        Must,
        "package-readable",
        page::PRINCIPLES,
        "the platform rejects a damaged zip file, or unpacks only a part of it",
        archive::readable,
    )
    .hint(
        "create the package again with `zip -r`, without a password. A copy that is smaller than \
         the original is cut off",
    ),
    Rule::for_package(
        Must,
        "package-size",
        page::LIMITS,
        "every region rejects a package larger than 500 MB",
        archive::size,
    )
    .hint(
        "leave out files that are not needed at run time; put large files into a layer, NAS, OSS \
         or a container image",
    ),
    Rule::for_package(
        Should,
        "package-size-of-regions",
        page::LIMITS,
        "only the main regions accept a package larger than 100 MB",
        archive::size_of_regions,
    )
    .hint("look up the limit of your region, or make the package smaller"),
    Rule::for_package(
        Info,
        "package-size-by-api",
        page::LIMITS,
        "an API request is limited to 100 MB and carries the package as Base64, so a larger \
         package must be uploaded to OSS",
        archive::size_by_api,
    )
    .hint("upload the package to OSS and refer to it in `code`; deployment tools do this for you"),
    Rule::for_package(
        Must,
        "package-unpacked-size",
        page::CREATE,
        "the unpacked package must fit on the instance's disk, which has at most 10 GB",
        archive::unpacked_size,
    )
    .hint("put large files into NAS, OSS or a container image"),
    Rule::for_package(
        Must,
        "package-paths",
        page::PRINCIPLES,
        "a file with a path outside the package, with a Windows path or with control characters in \
         its name is rejected or not found",
        archive::paths,
    )
    .hint("create the zip inside the code folder, with relative paths and a tool that writes `/`"),
    Rule::for_package(
        Should,
        "package-unique-paths",
        page::PRINCIPLES,
        "if two entries have the same path, only one of them is unpacked, and which one is \
         undefined",
        archive::unique_paths,
    )
    .hint(
        "remove the old package before you create a new one, since `zip` adds to an existing file",
    ),
    Rule::for_package(
        Must,
        "package-links",
        page::PRINCIPLES,
        "a symbolic link that leads out of the package is rejected or leads to nothing",
        archive::links,
    )
    .hint("put the file itself into the package: use `zip` without `-y`"),
    Rule::for_package(
        Must,
        "package-bootstrap",
        page::PRINCIPLES,
        "without a start command, the platform runs `/code/bootstrap`; if it is missing, the \
         function cannot start",
        bootstrap::is_at_the_root,
    )
    .hint(
        "zip the content of the folder instead of the folder itself: `cd FOLDER && zip -r \
         ../package.zip .`. Only a function with `customRuntimeConfig.command` needs no \
         `bootstrap`",
    ),
    Rule::for_package(
        Should,
        "package-bootstrap-link",
        page::TROUBLESHOOTING,
        "the platform does not document that it unpacks symbolic links, so `bootstrap` may be \
         missing",
        bootstrap::is_no_link,
    )
    .hint("put the file itself into the package: use `zip` without `-y`"),
    Rule::for_package(
        Must,
        "package-mode",
        page::TROUBLESHOOTING,
        "a `bootstrap` that is not executable for everyone ends in `CAFilePermission`",
        bootstrap::is_executable,
    )
    .hint(
        "run `chmod 755 bootstrap`, then create the zip on Linux or macOS, or with a tool that \
         writes UNIX modes (zip tools on Windows usually do not)",
    ),
    Rule::for_package(
        Must,
        "package-program",
        page::TROUBLESHOOTING,
        "a `bootstrap` that is neither a Linux x86-64 program nor a script ends in `exec format \
         error`",
        bootstrap::is_startable,
    )
    .hint(
        "build it for Linux on x86-64, statically linked or with glibc; begin a script with \
         `#!/usr/bin/env bash`",
    ),
    Rule::for_package(
        Must,
        "package-script-mark",
        page::TROUBLESHOOTING,
        "a script with a byte order mark before its `#!` ends in `exec format error`",
        bootstrap::begins_without_a_mark,
    )
    .hint("save it as UTF-8 without a byte order mark: `sed -i '1s/^\\xEF\\xBB\\xBF//' bootstrap`"),
    Rule::for_package(
        Must,
        "package-line-ends",
        page::TROUBLESHOOTING,
        "a script with Windows line endings looks for `bash\\r` and exits with code 127",
        bootstrap::has_line_ends_of_unix,
    )
    .hint("run `sed -i 's/\\r$//' bootstrap`, and add `bootstrap text eol=lf` to `.gitattributes`"),
    Rule::for_package(
        Must,
        "package-interpreter",
        page::RUNTIMES,
        "a script whose interpreter is missing never starts",
        runtimes::interpreter,
    )
    .hint("begin the script with `#!/usr/bin/env bash` and start the program from it"),
    Rule::for_package(
        Must,
        "package-fits",
        page::RUNTIMES,
        "a program that needs a newer glibc than every runtime has, or a library that none has, \
         fails with an error such as `GLIBC_2.38 not found`",
        runtimes::any,
    )
    .hint(
        "link it statically or against an older glibc, for example with `cargo fc3 build` or \
         `cargo zigbuild --target x86_64-unknown-linux-gnu.2.24`",
    ),
    fits_one(
        "package-fits-custom",
        "only a program that can start on Debian 9 can use the runtime `custom`",
        runtimes::fits::<0>,
    ),
    fits_one(
        "package-fits-custom-debian10",
        "only a program that can start on Debian 10 can use the runtime `custom.debian10`",
        runtimes::fits::<1>,
    ),
    fits_one(
        "package-fits-custom-debian11",
        "only a program that can start on Debian 11 can use the runtime `custom.debian11`",
        runtimes::fits::<2>,
    ),
    fits_one(
        "package-fits-custom-debian12",
        "only a program that can start on Debian 12 can use the runtime `custom.debian12`",
        runtimes::fits::<3>,
    ),
];

const fn fits_one(id: &'static str, summary: &'static str, run: fn(&Package) -> Verdict) -> Rule {
    Rule::for_package(Info, id, page::RUNTIMES, summary, run)
        .hint("choose a `runtime` that it can start on, or link it statically")
}

/// The content of the package. Only one rule reports why a package cannot be read; the others are
/// skipped.
fn contents(package: &Package) -> Result<&Contents, NotPassed> {
    let contents = package.contents.as_ref();
    contents.or_else(|_| not_checked("the file is not a readable zip"))
}

/// The file that the platform starts: `bootstrap`, or the file that it links to.
fn bootstrap_file(package: &Package) -> Result<&Entry, NotPassed> {
    let contents = contents(package)?;
    let bootstrap = contents.bootstrap().map(|entry| entry.kind);
    match contents.started() {
        Some(entry) => Ok(entry),
        None if bootstrap == Some(EntryKind::Link) => not_checked("`bootstrap` links to no file"),
        None => not_checked("there is no `bootstrap`"),
    }
}

/// The content of that file.
fn bootstrap_bytes(package: &Package) -> Result<&[u8], NotPassed> {
    let entry = bootstrap_file(package)?;
    if let Some(bytes) = contents(package)?.started_bytes() {
        return Ok(bytes);
    }
    match &entry.data {
        Data::Whole => not_checked(format!(
            "`bootstrap` is too large to read ({} bytes)",
            entry.size
        )),
        Data::Broken(why) | Data::Untried(why) => {
            not_checked(format!("`bootstrap` was not read: {why}"))
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
