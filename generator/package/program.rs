//! Reads a built program: <https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html>.

use std::fmt;

use object::elf::{self, FileHeader64};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionTable};
use object::{Endianness, ReadRef};
use thiserror::Error;

type Header = FileHeader64<Endianness>;

/// The loader of Debian's glibc, which the custom runtimes have.
const LOADER: &[u8] = b"/lib64/ld-linux-x86-64.so.2";

/// A program for Linux on x86-64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    linkage: Linkage,
}

/// The way in which a program gets its libraries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linkage {
    /// The program is static and needs no libraries.
    Static,
    /// The instance must have the libraries.
    Dynamic {
        /// The minimum version of glibc.
        glibc: Option<Glibc>,
        /// The names of the libraries, such as `libc.so.6`.
        libraries: Vec<String>,
    },
}

/// A version of glibc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glibc {
    /// The major version.
    pub major: u32,
    /// The minor version.
    pub minor: u32,
}

/// The reason why an instance cannot start a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotStartable {
    /// The file is not a Linux program.
    #[error("it is {0}, not a Linux program")]
    Foreign(&'static str),
    /// The program is for a different processor.
    #[error("it is for {0}, but Function Compute supports only x86-64")]
    Processor(String),
    /// The file is an ELF file, but not a program.
    #[error("it is an object file or a library, not a program")]
    NoProgram,
    /// The program needs a loader that no runtime has.
    #[error("it needs the loader `{0}`, which no runtime has")]
    Loader(String),
    /// The file is damaged, or stripped of the data that says what it needs.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl From<object::Error> for NotStartable {
    fn from(error: object::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl Program {
    /// Reads a program.
    ///
    /// # Errors
    /// [`NotStartable`], if no instance of any runtime can start it.
    pub fn read(bytes: &[u8]) -> Result<Self, NotStartable> {
        if !bytes.starts_with(&elf::ELFMAG) {
            return Err(NotStartable::Foreign(kind_of(bytes)));
        }
        if bytes.get(4) == Some(&elf::ELFCLASS32.0) {
            return Err(NotStartable::Processor("32 bits".to_owned()));
        }
        let header = Header::parse(bytes)?;
        let endian = header.endian()?;
        let machine = header.e_machine(endian);
        if machine != elf::EM_X86_64 {
            return Err(NotStartable::Processor(processor(machine)));
        }
        let (mut loader, mut entered, mut libraries) = (None, false, false);
        for segment in header.program_headers(endian, bytes)? {
            entered |= segment.p_type(endian) == elf::PT_LOAD;
            if let Some(name) = segment.interpreter(endian, bytes)? {
                loader = Some(name);
            }
            if let Some(dynamic) = segment.dynamic(endian, bytes)? {
                libraries |= dynamic
                    .iter()
                    .any(|entry| entry.tag(endian) == elf::DT_NEEDED);
            }
        }
        if !entered || header.e_entry(endian) == 0 {
            return Err(NotStartable::NoProgram);
        }
        let linkage = match loader {
            None if libraries => return Err(NotStartable::NoProgram),
            None => Linkage::Static,
            Some(LOADER) => linked(&header.sections(endian, bytes)?, endian, bytes)?,
            Some(other) => {
                let other = String::from_utf8_lossy(other).into_owned();
                return Err(NotStartable::Loader(other));
            }
        };
        Ok(Self { linkage })
    }

    /// The way in which the program gets its libraries.
    #[must_use]
    pub fn linkage(&self) -> &Linkage {
        &self.linkage
    }
}

/// The requirements of a program with a loader.
fn linked<'data, R: ReadRef<'data>>(
    sections: &SectionTable<'data, Header, R>,
    endian: Endianness,
    bytes: R,
) -> Result<Linkage, NotStartable> {
    let Some((dynamic, strings)) = sections.dynamic(endian, bytes)? else {
        let why = "its section table is missing";
        return Err(NotStartable::Unreadable(why.to_owned()));
    };
    let strings = sections.strings(endian, bytes, strings)?;
    let mut libraries = Vec::new();
    for entry in dynamic
        .iter()
        .filter(|entry| entry.tag(endian) == elf::DT_NEEDED)
    {
        let name = entry.string(endian, strings)?;
        libraries.push(String::from_utf8_lossy(name).into_owned());
    }
    let mut newest = None;
    if let Some((mut needs, strings)) = sections.gnu_verneed(endian, bytes)? {
        let strings = sections.strings(endian, bytes, strings)?;
        while let Some((_, mut versions)) = needs.next()? {
            while let Some(version) = versions.next()? {
                newest = newest.max(Glibc::of_symbol(version.name(endian, strings)?));
            }
        }
    }
    Ok(Linkage::Dynamic {
        glibc: newest,
        libraries,
    })
}

impl Glibc {
    /// The version in a symbol's requirement, such as `GLIBC_2.34` or `GLIBC_2.2.5`.
    fn of_symbol(name: &[u8]) -> Option<Self> {
        let version = std::str::from_utf8(name).ok()?.strip_prefix("GLIBC_")?;
        if version == "ABI_DT_RELR" {
            // A relocation format that the loader supports since 2.36.
            return Some(Self {
                major: 2,
                minor: 36,
            });
        }
        Self::parse(version)
    }

    /// Parses a version such as `2.36`. Anything after a second point is ignored.
    #[must_use]
    pub fn parse(version: &str) -> Option<Self> {
        let mut numbers = version.split('.').map(str::parse);
        Some(Self {
            major: numbers.next()?.ok()?,
            minor: numbers.next()?.ok()?,
        })
    }
}

impl From<(u32, u32)> for Glibc {
    fn from((major, minor): (u32, u32)) -> Self {
        Self { major, minor }
    }
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Describes a file that is not an ELF file, by its first bytes.
fn kind_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [] => "empty",
        [b'#', b'!', ..] => "a script",
        [b'M', b'Z', ..] => "a Windows program",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16 text",
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a macOS program",
        _ => "a file of an unknown type",
    }
}

fn processor(machine: elf::Machine) -> String {
    match machine {
        elf::EM_AARCH64 => "Arm (aarch64)".to_owned(),
        elf::EM_RISCV => "RISC-V".to_owned(),
        elf::Machine(number) => format!("an unknown processor ({number})"),
    }
}
