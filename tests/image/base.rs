//! A stand-in for the image of Rust that the Dockerfile begins with, where no registry is asked: a
//! Debian of the same release, into which this machine's toolchain is mounted, and what cargo needs
//! here to get its crates.
//!
//! It proves the Dockerfile's steps, not what is in the real image.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::buildah::Buildah;
use crate::support::project::succeed;
use crate::support::tool as program;

/// Its name, and the version of what is made here.
pub(crate) const NAME: &str = "localhost/cargo-fc3-rust:bookworm-1";

/// The same with this machine's variables for cargo, made for each run.
const NAME_HERE: &str = "localhost/cargo-fc3-rust:here";

/// The release of Debian that the Dockerfile names.
const RELEASE: &str = "bookworm";
/// What the image of Rust has of Debian, beyond the least.
const PACKAGES: &str = "--include=gcc,libc6-dev,ca-certificates";
const TOOLCHAIN: &str = "/usr/local/toolchain";
const CARGO_HOME: &str = "/usr/local/cargo";
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Variables that tell cargo where crates are; the others are about this machine's own builds.
const SETTINGS: [&str; 3] = ["CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR"];

/// Where it is kept between runs, in the folder of `.ci/run`'s tools.
pub(crate) fn home() -> Option<PathBuf> {
    Some(std::path::absolute(program::folder()?).ok()?.join("image"))
}

/// This machine's toolchain, as a folder that stands alone.
pub(crate) fn toolchain() -> Result<PathBuf, String> {
    let cargo = Path::new(env!("CARGO"));
    let toolchain = cargo.parent().and_then(Path::parent).unwrap_or(cargo);
    let library = "lib/rustlib/x86_64-unknown-linux-gnu";
    // That of a distribution is spread over the system.
    if toolchain != Path::new("/usr") && toolchain.join(library).is_dir() {
        return Ok(toolchain.to_owned());
    }
    let toolchain = toolchain.display();
    Err(format!("{toolchain} is no toolchain for Linux on x86-64"))
}

/// Makes it, unless it is there, and gives the image to build upon. A commit is what makes it appear,
/// whole.
pub(crate) fn ensure(buildah: &Buildah) -> io::Result<&'static str> {
    if buildah.run(&["images", "--quiet", NAME]).is_err() {
        make(buildah, &buildah.run(&["from", "scratch"])?)?;
    }
    let settings = settings();
    if settings.is_empty() {
        return Ok(NAME);
    }
    let container = buildah.run(&["from", "--pull-never", NAME])?;
    for (name, value) in settings {
        let variable = format!("{name}={value}");
        buildah.run(&["config", "--env", &variable, &container])?;
    }
    buildah.run(&["commit", "--quiet", "--rm", &container, NAME_HERE])?;
    Ok(NAME_HERE)
}

fn make(buildah: &Buildah, container: &str) -> io::Result<()> {
    let root = buildah.run(&["mount", container])?;
    let root = Path::new(&root);
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--variant=minbase", PACKAGES, RELEASE]);
    debootstrap.arg(root).args(mirror());
    succeed(&mut debootstrap)?;
    for downloaded in ["var/cache/apt/archives", "var/lib/apt/lists"] {
        fs::remove_dir_all(root.join(downloaded))?;
    }
    for place in [TOOLCHAIN, CARGO_HOME] {
        fs::create_dir_all(root.join(&place[1..]))?;
    }
    let path = format!("PATH={TOOLCHAIN}/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    let home = format!("CARGO_HOME={CARGO_HOME}");
    buildah.run(&["config", "--env", &path, "--env", &home, container])?;
    buildah.run(&["commit", "--quiet", "--rm", container, NAME])?;
    Ok(())
}

/// The mirror that this machine's apt has for the release; without one, debootstrap has its own.
fn mirror() -> Option<String> {
    let release = format!("Codename: {RELEASE}");
    let mut command = Command::new("apt-get");
    command.args(["indextargets", "--format", "$(REPO_URI)"]);
    command.args(["Created-By: Packages", "Component: main", &release]);
    let output = command.output().ok()?;
    let mirrors = String::from_utf8(output.stdout).ok()?;
    mirrors.lines().next().map(str::to_owned)
}

/// Lends a build this machine's toolchain, and what its cargo is told about the way to the crates.
pub(crate) fn lend(build: &mut Command, base: &str) -> Result<(), String> {
    build.args(["--build-arg", &format!("RUST_IMAGE={base}")]);
    let mut mount = |from: &Path, to: &str| {
        build.args(["--volume", &format!("{}:{to}:ro", from.display())]);
    };
    mount(&toolchain()?, TOOLCHAIN);
    let path_in = |variable| env::var_os(variable).map(PathBuf::from);
    let certificates = ["CARGO_HTTP_CAINFO", "SSL_CERT_FILE"].map(path_in);
    let certificates = certificates.into_iter().flatten();
    let mut certificates = certificates.chain([PathBuf::from(CERTIFICATES)]);
    if let Some(file) = certificates.find(|file| file.is_file()) {
        mount(&file, CERTIFICATES);
    }
    let home = path_in("CARGO_HOME").or_else(|| Some(path_in("HOME")?.join(".cargo")));
    let config = home.map(|home| home.join("config.toml"));
    if let Some(config) = config.filter(|config| config.is_file()) {
        mount(&config, &format!("{CARGO_HOME}/config.toml"));
    }
    Ok(())
}

/// This machine's variables that tell cargo the way to the crates.
fn settings() -> Vec<(String, String)> {
    let all = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let of_crates = |name: &str| SETTINGS.iter().any(|prefix| name.starts_with(prefix));
    all.filter(|(name, _)| of_crates(name) && name != "CARGO_HTTP_CAINFO")
        .collect()
}
