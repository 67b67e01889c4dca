//! What a running function has around it, as the kernel tells it: so that a trial in a place like
//! the platform's is one.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use cargo_fc3::platform::env;
use libtest_mimic::Failed;

use crate::place::{Placed, User};

/// The function is process 1 of its namespace and this user, its directory is `/code`, which cannot
/// be written to, its environment is the platform's alone, and its limit of memory counts it.
pub(crate) fn are_the_platforms(placed: &Placed, code: &Path, user: User) -> Result<(), Failed> {
    let process = Path::new("/proc").join(placed.instance.id().to_string());
    let read = |name: &str| fs::read_to_string(process.join(name));

    let status = read("status")?;
    let fields = |name: &str| -> Vec<String> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let words = line.unwrap_or_default().split_whitespace();
        words.map(str::to_owned).collect()
    };
    let inner = fields("NSpid:").pop();
    assert_eq!(inner.as_deref(), Some("1"), "{status}");
    let ids = outer(&read("uid_map")?, user).to_string();
    assert_eq!(fields("Uid:"), vec![ids.clone(); 4]);
    if user == User::Other {
        assert_eq!(fields("Gid:"), vec![ids; 4]);
        assert!(fields("Groups:").is_empty(), "{status}");
        assert_eq!(fields("CapEff:"), ["0000000000000000"]);
    }

    let (here, there) = (fs::metadata(code)?, fs::metadata(process.join("cwd"))?);
    assert_eq!((here.dev(), here.ino()), (there.dev(), there.ino()));
    writable_is_only_tmp(&read("mountinfo")?);

    let environment = read("environ")?;
    let variables = environment.split_terminator('\0');
    for (name, value) in variables.filter_map(|variable| variable.split_once('=')) {
        assert!(name.starts_with("FC_"), "{name} in the environment");
        assert!(name != env::CODE_PATH || value == "/code", "{name}={value}");
    }

    if let Some(memory) = &placed.memory {
        // The function, which as process 1 starts itself again where there is a `/proc`.
        let processes = memory.processes()?;
        assert!(processes.len() <= 2, "{processes:?}");
        assert!(processes.contains(&placed.instance.id()), "{processes:?}");
    }
    Ok(())
}

/// The id of a user by which this machine knows it.
fn outer(map: &str, user: User) -> u32 {
    let known = map.lines().find_map(|row| {
        let mut row = row.split_whitespace().map_while(|one| one.parse().ok());
        let (inside, outside, count): (u32, u32, u32) = (row.next()?, row.next()?, row.next()?);
        let at = user.id().checked_sub(inside)?;
        (at < count).then(|| outside + at)
    });
    known.expect("the user is known here")
}

/// The mounts that the function sees are the root, its code, and what is its own.
fn writable_is_only_tmp(mounts: &str) {
    let mut seen = Vec::new();
    for mount in mounts.lines() {
        let mut fields = mount.split(' ').skip(4);
        let (point, options) = (fields.next(), fields.next());
        let point = point.expect("where it is mounted");
        let writable = options.is_some_and(|options| options.split(',').any(|one| one == "rw"));
        assert_eq!(writable, matches!(point, "/tmp" | "/proc"), "{mount}");
        seen.push(point);
    }
    for point in ["/", "/code", "/tmp"] {
        assert!(seen.contains(&point), "{point} is not mounted: {mounts}");
    }
}
