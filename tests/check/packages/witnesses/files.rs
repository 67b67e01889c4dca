//! The file as a whole.

use cargo_fc3::platform::CODE_LIMIT;

use super::{Witness, of_size, program, witness};
use crate::packages::elf::fixed;
use crate::packages::zip::{file, zip};

pub(super) const ALL: &[Witness] = &[
    witness("empty", &["package-readable"], "it is empty", Vec::new),
    witness(
        "gzip",
        &["package-readable"],
        "it is a gzip archive, not a zip",
        || b"\x1f\x8b\x08\0and so on".to_vec(),
    ),
    witness(
        "cut-off",
        &["package-readable"],
        "it cannot be read: it is not a zip file, or it is cut off",
        || {
            let package = zip(&[program()]);
            package[..package.len() - 30].to_vec()
        },
    ),
    witness(
        "damaged-directory",
        &["package-readable"],
        "it cannot be read: an entry does not begin where the directory says",
        || {
            let mut package = zip(&[program()]);
            let at = package.windows(4).position(|part| part == b"PK\x01\x02");
            package[at.expect("it has a directory")] = b'X';
            package
        },
    ),
    witness(
        "damaged-file",
        &["package-readable"],
        "its checksum does not match the directory",
        || zip(&[program(), file("data", b"data").with_crc(1)]),
    ),
    witness(
        "damaged-bootstrap",
        &["package-readable"],
        "its checksum does not match the directory",
        || zip(&[program().with_crc(1)]),
    ),
    witness(
        "damaged-compression",
        &["package-readable"],
        "its compressed data is damaged",
        || zip(&[program(), file("data", b"data").packed(8, &[0xff; 9])]),
    ),
    witness(
        "larger-than-told",
        &["package-readable"],
        "its size does not match the directory",
        || zip(&[program(), file("data", &[0; 100_000]).with_size(10)]),
    ),
    witness(
        "overlapping",
        &["package-readable"],
        "it cannot be read: its entries overlap",
        || {
            let data = file("data", b"").overlapping(400);
            zip(&[data.clone(), data, program(), file("more", &fixed())])
        },
    ),
    witness(
        "encrypted",
        &["package-readable"],
        "it is encrypted",
        || zip(&[program(), file("data", b"data").encrypted()]),
    ),
    witness(
        "too-large-anywhere",
        &[
            "package-size",
            "package-size-of-regions",
            "package-size-by-api",
        ],
        "it has 524288001 bytes, and the limit of Function Compute is 524288000 bytes",
        || of_size(CODE_LIMIT + 1),
    ),
    witness(
        "too-large-for-some-regions",
        &["package-size-of-regions", "package-size-by-api"],
        "it has 104857601 bytes, and the limit in every region is 104857600 bytes",
        || of_size(104_857_601),
    ),
    witness(
        "too-large-for-a-call",
        &["package-size-by-api"],
        "it has 104857600 bytes as Base64, and an API request is limited to 104857600 bytes",
        || of_size(78_643_200),
    ),
    witness(
        "as-large-as-every-region-takes",
        &["package-size-by-api"],
        "it has 139810136 bytes as Base64, and an API request is limited to 104857600 bytes",
        || of_size(104_857_600),
    ),
    witness(
        "11-gb-unpacked",
        &["package-unpacked-size"],
        "it has 11811160184 bytes, and the limit on an instance is 10737418240 bytes",
        || zip(&[program(), file("data", b"data").with_size(11 << 30)]),
    ),
    witness(
        "outside",
        &["package-paths"],
        "`../data` leaves the package with `..`",
        || zip(&[program(), file("../data", b"")]),
    ),
    witness(
        "absolute",
        &["package-paths"],
        "`/etc/data` is an absolute path",
        || zip(&[program(), file("/etc/data", b"")]),
    ),
    witness(
        "drive",
        &["package-paths"],
        "`C:/data` begins with a drive letter",
        || zip(&[program(), file("C:/data", b"")]),
    ),
    witness(
        "backslash",
        &["package-paths"],
        "`folder\\data` has the separator `\\` instead of `/`",
        || zip(&[program(), file("folder\\data", b"")]),
    ),
    witness(
        "control-characters-in-a-name",
        &["package-paths"],
        "`a\\nb` contains a control character",
        || zip(&[program(), file("a\nb", b"")]),
    ),
    witness(
        "control-characters-of-unicode",
        &["package-paths"],
        "`日\\u{9b}2J` contains a control character",
        || zip(&[program(), file("日\u{9b}2J", b"")]),
    ),
    witness(
        "twice",
        &["package-unique-paths"],
        "`bootstrap` appears twice",
        || zip(&[file("bootstrap", b"old"), file("other", b""), program()]),
    ),
    witness(
        "file-and-folder",
        &["package-unique-paths"],
        "`data` is both a file and a folder",
        || {
            zip(&[
                program(),
                file("data/one", b""),
                file("data", b""),
                file("data-2", b""),
            ])
        },
    ),
];
