//! A source of names that ends a program which loads it, as the real ones end a static program. Some
//! of those do so always, others only if their C library differs from the program's.

use std::fs;
use std::io;
use std::process::Command;
use std::sync::OnceLock;

use crate::place::Empty;
use crate::support::project;

/// A module runs this when it is loaded.
const SOURCE: &str = "__attribute__((constructor)) static void end(void) { __builtin_trap(); }\n";

/// Where a program on Debian finds the module `deadly`.
const PLACE: &str = "lib/x86_64-linux-gnu/libnss_deadly.so.2";

/// All of glibc's databases: <https://sourceware.org/git/?p=glibc.git;f=nss/databases.def>.
const DATABASES: [&str; 14] = [
    "aliases",
    "ethers",
    "group",
    "gshadow",
    "hosts",
    "initgroups",
    "netgroup",
    "networks",
    "passwd",
    "protocols",
    "publickey",
    "rpc",
    "services",
    "shadow",
];

/// Makes the module the first source of every database.
pub(crate) fn is_asked_first(root: &Empty) -> io::Result<()> {
    static MODULE: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let make = || compile().map_err(|error| error.to_string());
    let module = MODULE.get_or_init(make).as_ref();
    root.write(
        PLACE,
        module.map_err(|error| io::Error::other(error.clone()))?,
    )?;
    let sources = DATABASES.map(|database| format!("{database}: deadly files dns\n"));
    root.write("etc/nsswitch.conf", sources.concat())
}

/// By the compiler that links Rust programs. The module needs no other library.
fn compile() -> io::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str| folder.path().join(name);
    fs::write(file("deadly.c"), SOURCE)?;
    let mut cc = Command::new("cc");
    cc.args([
        "-shared",
        "-fPIC",
        "-nostdlib",
        "-o",
        "deadly.so",
        "deadly.c",
    ]);
    project::succeed(cc.current_dir(folder.path()))?;
    fs::read(file("deadly.so"))
}
