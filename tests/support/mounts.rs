//! Where a test may mount file systems of its own, which needs no root.

use std::process::Command;

/// Runs a shell script where it may mount, and where what it mounts is gone afterwards.
pub(crate) fn mounting(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-euc", script]);
    command
}

pub(crate) fn can_mount() -> bool {
    let output = mounting("mount -t tmpfs none /tmp").output();
    output.is_ok_and(|output| output.status.success())
}
