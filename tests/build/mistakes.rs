//! The usual mistakes, made for real: each is answered by one line that says what is wrong, and one
//! that says what to do.

use std::fs;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use crate::place::{Fresh, build, build_shared, says};
use crate::support::project;

pub(crate) fn no_project() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    says(
        &build(scratch.path(), &[]).output()?,
        2,
        "no-project",
        scratch.path(),
    )
}

/// A project from before the runtime was a crate: it is told what to do, and is built all the same.
pub(crate) fn old_layout() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    fs::remove_dir_all(fresh.dir().join("fc3"))?;
    fs::write(fresh.dir().join("src/fc.rs"), "")?;
    let output = build(&fresh.dir(), &["--dry-run"]).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.starts_with("hint: this project has the layout of cargo-fc3 0.1"),
        "{said}"
    );
    assert!(output.status.success(), "{said}");
    Ok(())
}

/// One that says so itself, since none that is too old can be had everywhere.
pub(crate) fn old_cargo() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    fresh.edit(
        "Cargo.toml",
        "rust-version = \"1.88\"",
        "rust-version = \"1.9999\"",
    )?;
    says(
        &build(&fresh.dir(), &[]).output()?,
        3,
        "old-cargo",
        fresh.beside(),
    )
}

/// Also when they are empty, which counts for cargo.
pub(crate) fn rustflags() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    for (name, flags, snapshot) in [
        ("RUSTFLAGS", "-Dwarnings", "rustflags"),
        ("RUSTFLAGS", "", "rustflags"),
        ("CARGO_ENCODED_RUSTFLAGS", "", "encoded-rustflags"),
    ] {
        let output = build(&fresh.dir(), &[]).env(name, flags).output()?;
        says(&output, 3, snapshot, fresh.beside())?;
    }
    // And the project itself refuses them, for whoever builds it without us.
    project::share_build(&fresh.dir(), &project::target())?;
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        let mut bootstrap = Command::new(env!("CARGO"));
        bootstrap.arg("bootstrap").current_dir(fresh.dir());
        bootstrap.env_remove("RUSTFLAGS").env(name, "");
        let output = bootstrap.output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{said}");
        let told = format!("the program would not be static, since `{name}` is set: unset it");
        assert!(said.contains(&told), "{said}");
    }
    Ok(())
}

pub(crate) fn no_tools() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let empty = fresh.programs(&[])?;
    for (flag, name) in [("--docker", "no-docker"), ("--zig", "no-zig")] {
        let output = build(&fresh.dir(), &[flag]).env("PATH", &empty).output()?;
        says(&output, 3, name, fresh.beside())?;
    }
    Ok(())
}

/// With Rust's own programs on the path, and no others.
pub(crate) fn no_c_compiler() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let rust = Path::new(env!("CARGO"))
        .parent()
        .ok_or("cargo lies in a folder")?;
    let run = |name: &str| format!("exec '{}' \"$@\"", rust.join(name).display());
    let programs = fresh.programs(&[("cargo", &run("cargo")), ("rustc", &run("rustc"))])?;
    let output = build(&fresh.dir(), &[]).env("PATH", &programs).output()?;
    says(&output, 3, "no-c-compiler", fresh.beside())
}

/// A target whose library nobody installs.
pub(crate) fn no_standard_library() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    fresh.edit(
        ".cargo/config.toml",
        "--target=x86_64-unknown-linux-gnu",
        "--target=x86_64-unknown-linux-gnux32",
    )?;
    says(
        &build(&fresh.dir(), &[]).output()?,
        3,
        "no-std",
        fresh.beside(),
    )
}

pub(crate) fn no_alias() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    fs::remove_dir_all(fresh.dir().join(".cargo"))?;
    says(
        &build(&fresh.dir(), &[]).output()?,
        3,
        "no-alias",
        fresh.beside(),
    )
}

/// A project that has lost its own `[workspace]`, below somebody else's.
pub(crate) fn claimed_by_a_workspace() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    fs::write(
        fresh.beside().join("Cargo.toml"),
        "[workspace]\nmembers = []\nresolver = \"3\"\n",
    )?;
    fresh.edit("Cargo.toml", "\n[workspace]\nexclude = [\"fc3\"]\n", "\n")?;
    says(
        &build(&fresh.dir(), &[]).output()?,
        3,
        "workspace",
        fresh.beside(),
    )
}

pub(crate) fn in_the_handler() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    project::share_build(&fresh.dir(), &project::target())?;
    fresh.edit("src/handler.rs", "Ok(", "Oh(")?;
    let output = build_shared(&fresh.dir(), &[]).output()?;
    says(&output, 1, "handler", fresh.beside())
}

/// Crates that need a C library: their build scripts and the linker speak of it at length.
pub(crate) fn no_c_library() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let script = |body: &str| {
        fs::write(
            fresh.dir().join("build.rs"),
            format!("fn main() {{ {body} }}\n"),
        )
    };
    // As the script of `openssl-sys` ends.
    script(
        "panic!(\"Could not find directory of OpenSSL installation, and this `-sys` crate cannot proceed\");",
    )?;
    let output = build(&fresh.dir(), &[]).output()?;
    says(&output, 3, "no-openssl", fresh.beside())?;

    project::share_build(&fresh.dir(), &project::target())?;
    script("println!(\"cargo::rustc-link-arg-bins=-lnosuchlibrary\");")?;
    let output = build_shared(&fresh.dir(), &[]).output()?;
    says(&output, 3, "no-c-library", fresh.beside())
}

/// Whether a directory can be made read-only: by its mode, or, for root, by a mount.
pub(crate) fn can_be_read_only() -> bool {
    let is_root = Command::new("id").arg("-u").output();
    let is_root = is_root.is_ok_and(|output| output.stdout == b"0\n");
    let mounts = Command::new("unshare").args(["--mount", "true"]).status();
    !is_root || mounts.is_ok_and(|status| status.success())
}

/// Root writes anywhere but to a file system that is read-only.
#[cfg(unix)]
pub(crate) fn read_only() -> Result<(), Failed> {
    use std::os::unix::fs::PermissionsExt;
    const MOUNTED: &str =
        "mount --bind target target && mount -o remount,ro,bind target && exec \"$@\"";
    let fresh = Fresh::new()?;
    let target = fresh.dir().join("target");
    fs::create_dir(&target)?;
    fs::set_permissions(&target, fs::Permissions::from_mode(0o555))?;
    let plain = build(&fresh.dir(), &[]);
    let mut command = if fs::write(target.join("written"), "").is_ok() {
        let mut mounted = Command::new("unshare");
        mounted
            .args(["--mount", "sh", "-c", MOUNTED, "sh"])
            .arg(plain.get_program());
        mounted.args(plain.get_args()).current_dir(fresh.dir());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => mounted.env(name, value),
                None => mounted.env_remove(name),
            };
        }
        mounted
    } else {
        plain
    };
    says(&command.output()?, 3, "read-only", fresh.beside())
}

#[cfg(not(unix))]
pub(crate) fn read_only() -> Result<(), Failed> {
    Err("it is tried on Unix only".into())
}

/// A project in a workspace of somebody else: it is told what does not work there, and what its
/// program is not built from. The workspace as its page says is fine.
pub(crate) fn member_of_a_workspace() -> Result<(), Failed> {
    let fresh = Fresh::new()?;
    let root = fresh.beside().join("Cargo.toml");
    let said = || -> Result<String, Failed> {
        let output = build(&fresh.dir(), &["--dry-run"]).output()?;
        assert!(output.status.success(), "{output:?}");
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let workspace = "[workspace]\nmembers = [\"hel*\"]\nresolver = \"3\"\n";
    fs::write(&root, workspace)?;
    let hint = said()?;
    assert!(
        hint.starts_with("hint: cargo rejects the workspace in "),
        "{hint}"
    );
    assert!(hint.contains("`exclude = [\"hello\"]`"), "{hint}");

    fs::write(&root, format!("{workspace}exclude = [\"hello\"]\n"))?;
    assert!(said()?.starts_with("Chose "));

    fs::write(&root, workspace)?;
    fresh.edit("Cargo.toml", "\n[workspace]\nexclude = [\"fc3\"]\n", "\n")?;
    let hint = said()?;
    assert!(
        hint.contains("cargo ignores its `Cargo.lock` and its `[profile.release]`, and"),
        "{hint}"
    );
    fs::remove_file(fresh.dir().join("Cargo.lock"))?;
    assert!(said()?.contains("cargo ignores its `[profile.release]`, and"));
    let profile = "\n[profile.release]\nlto = \"fat\"\ncodegen-units = 1\nstrip = true\n";
    fs::write(&root, format!("{workspace}{profile}"))?;
    assert!(said()?.contains("cargo ignores its `[profile.release]`, and"));
    fresh.edit("Cargo.toml", profile, "\n")?;
    assert!(said()?.starts_with("Chose "));
    Ok(())
}
