//! Programs for Linux that hold no code: the parts of an ELF file that tell what it needs
//! (<https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html>).

/// The loader of Debian's C library.
pub(crate) const DEBIAN: &str = "/lib64/ld-linux-x86-64.so.2";

const HEADER: usize = 64;
const SEGMENT: usize = 56;
const SECTION: usize = 64;

/// A part of a file, with its place.
#[derive(Default)]
struct Section {
    kind: u32,
    link: u32,
    info: u32,
    at: usize,
    size: usize,
}

/// A program that asks for nothing.
pub(crate) fn fixed() -> Vec<u8> {
    let segments = [segment(1, 0, HEADER + SEGMENT)];
    [&header(1, 0, 0)[..], &segments.concat()].concat()
}

/// A program for a loader, with libraries, and a version of the C library.
pub(crate) fn loaded(loader: &str, libraries: &[&str], glibc: &str) -> Vec<u8> {
    let body = HEADER + 2 * SEGMENT;
    let mut parts = Vec::new();
    parts.extend(loader.as_bytes());
    parts.push(0);
    let segments = [segment(1, 0, body), segment(3, body, parts.len())].concat();

    let mut strings = vec![0];
    let mut string = |text: &str| {
        let at = strings.len();
        strings.extend(text.as_bytes());
        strings.push(0);
        at
    };
    let version = u32::try_from(string(&format!("GLIBC_{glibc}"))).expect("few strings");
    let file = u32::try_from(string("libc.so.6")).expect("few strings");
    let mut dynamic = Vec::new();
    for library in libraries {
        dynamic.extend([1, string(library) as u64].map(u64::to_le_bytes).concat());
    }
    dynamic.extend([0; 16]);

    // One file that versions are asked of, and one version: 1 and 1, the file, where it goes on.
    let mut versions = [1_u16, 1].map(u16::to_le_bytes).concat();
    versions.extend([file, 16, 0].map(u32::to_le_bytes).concat());
    // Its hash, its flags and its number, its name, and no next one.
    versions.extend([0, 0x2_0000, version, 0].map(u32::to_le_bytes).concat());

    let mut add = |kind: u32, link: u32, info: u32, bytes: &[u8]| {
        parts.resize(parts.len().next_multiple_of(8), 0);
        let at = body + parts.len();
        parts.extend(bytes);
        let size = bytes.len();
        Section {
            kind,
            link,
            info,
            at,
            size,
        }
    };
    let sections = [
        Section::default(),
        add(3, 0, 0, &strings),
        add(6, 1, 0, &dynamic),
        add(0x6fff_fffe, 1, 1, &versions),
    ];
    parts.resize(parts.len().next_multiple_of(8), 0);
    let table = sections.iter().flat_map(Section::to_bytes);
    let header = header(2, body + parts.len(), 4);
    let program = [&header[..], &segments, &parts].concat();
    program.into_iter().chain(table).collect()
}

fn header(segments: u16, sections_at: usize, sections: u16) -> Vec<u8> {
    // 64 bits, little endian, the first version.
    let mut header = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    // A program, for x86-64.
    header.extend([2_u16, 62].map(u16::to_le_bytes).concat());
    header.extend(1_u32.to_le_bytes());
    let entry = 0x40_0000;
    header.extend(
        [entry, HEADER as u64, sections_at as u64]
            .map(u64::to_le_bytes)
            .concat(),
    );
    header.extend(0_u32.to_le_bytes());
    let (own, segment, section) = (64, 56, 64);
    // The section that would name the others is the table of strings.
    let name = sections.min(1);
    let sizes = [own, segment, segments, section, sections, name];
    header.extend(sizes.map(u16::to_le_bytes).concat());
    header
}

fn segment(kind: u32, at: usize, size: usize) -> Vec<u8> {
    let mut segment = [kind, 5].map(u32::to_le_bytes).concat();
    let (at, size) = (at as u64, size as u64);
    segment.extend([at, at, at, size, size, 8].map(u64::to_le_bytes).concat());
    segment
}

impl Section {
    fn to_bytes(&self) -> [u8; SECTION] {
        let mut bytes = [0; SECTION];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(4, &self.kind.to_le_bytes());
        put(24, &(self.at as u64).to_le_bytes());
        put(32, &(self.size as u64).to_le_bytes());
        put(40, &self.link.to_le_bytes());
        put(44, &self.info.to_le_bytes());
        put(48, &8_u64.to_le_bytes());
        bytes
    }
}
