//! Which way is chosen. Other machines are pretended, by what their tools would say.

use libtest_mimic::Failed;

use crate::place::{Fresh, build, says};

/// Cargo as a Mac has it.
const MAC: &str = "case $1 in
-vV) printf 'cargo 1.95.0\\nrelease: 1.95.0\\nhost: aarch64-apple-darwin\\n' ;;
*) exit 101 ;;
esac";
/// The same as a machine whose C library is older than what a static program needs.
const OLD: &str = "case $1 in
-vV) printf 'cargo 1.95.0\\nrelease: 1.95.0\\nhost: x86_64-unknown-linux-gnu\\n' ;;
*) exit 101 ;;
esac";

fn chosen(tools: &[(&str, &str)], args: &[&str], code: i32, name: &str) -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let programs = fresh.programs(tools)?;
    let mut command = build(&fresh.dir(), args);
    command
        .env("CARGO", programs.join("cargo"))
        .env("PATH", &programs);
    says(&command.output()?, code, name, fresh.beside())
}

pub(crate) fn mac_without_docker() -> Result<(), Failed> {
    // A client without an engine is no engine.
    chosen(&[("cargo", MAC), ("docker", "exit 1")], &[], 3, "mac")
}

pub(crate) fn mac_with_docker() -> Result<(), Failed> {
    let tools = [
        ("cargo", MAC),
        ("docker", "exit 0"),
        ("cargo-zigbuild", "exit 0"),
    ];
    let args = ["--dry-run", "--", "--build-arg", "RUST_IMAGE=a b"];
    chosen(&tools, &args, 0, "mac-docker")
}

pub(crate) fn mac_with_zig() -> Result<(), Failed> {
    let tools = [("cargo", MAC), ("cargo-zigbuild", "exit 0")];
    chosen(&tools, &["--dry-run"], 0, "mac-zig")
}

pub(crate) fn old_glibc() -> Result<(), Failed> {
    let tools = [("cargo", OLD), ("getconf", "echo glibc 2.31")];
    chosen(&tools, &[], 3, "old-glibc")
}

/// From below the project too, where the line that is printed has to work.
pub(crate) fn docker_when_asked() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    // It needs no Rust at all.
    let programs = fresh.programs(&[("docker", "exit 0")])?;
    let mut command = build(&fresh.dir().join("src"), &["--docker", "--dry-run"]);
    command
        .env("CARGO", programs.join("cargo"))
        .env("PATH", &programs);
    says(&command.output()?, 0, "docker-when-asked", fresh.beside())
}
