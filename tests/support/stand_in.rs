//! A `cargo` of ours: a script that builds nothing, and says that it has built a program.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;

/// What `cargo build` says about the program of a project, as a line of a shell.
pub(crate) fn built(project: &Path, program: &str) -> String {
    // A message of cargo must be complete to be read.
    let artifact = json!({
        "reason": "compiler-artifact",
        "package_id": "path+file:///function#0.1.0",
        "manifest_path": project.join("Cargo.toml"),
        "target": {
            "kind": ["bin"], "crate_types": ["bin"], "name": "bootstrap",
            "src_path": "/function/src/main.rs", "edition": "2024",
        },
        "profile": {
            "opt_level": "0", "debuginfo": 0, "debug_assertions": true,
            "overflow_checks": true, "test": false,
        },
        "features": [], "filenames": [], "fresh": false,
        "executable": program,
    });
    format!("echo '{artifact}'")
}

/// Writes a script, which a Unix can run.
pub(crate) fn write(path: &Path, script: &str) -> io::Result<()> {
    fs::write(path, format!("#!/bin/sh\n{script}\n"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, PermissionsExt::from_mode(0o755))?;
    }
    Ok(())
}
