//! Where control groups can be created: beside or below that of this process.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::group::{self, Group, Version};
use crate::emulator::{ids, run};

/// The beginning of the names of our groups.
const PREFIX: &str = "cargo-fc3-";

/// A group in which groups with a memory limit can be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    folder: PathBuf,
    version: Version,
}

impl Place {
    /// A place that works: a process was moved into a group there.
    pub(super) fn find() -> Option<Self> {
        // If this is killed meanwhile, the next run knows that there may be a group.
        run::announce();
        all().into_iter().find(Self::works)
    }

    pub(super) fn create(&self, instance: &str, bytes: u64) -> io::Result<Group> {
        let folder = self.folder.join(format!("{PREFIX}{instance}"));
        Group::create(folder, self.version, bytes)
    }

    /// Removes the groups of instances that are gone. Returns whether none is left.
    pub(super) fn remove_all(&self, is_gone: impl Fn(&str) -> bool) -> bool {
        let mut all = true;
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let instance = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
            if instance.is_some_and(&is_gone) {
                all &= group::remove(&entry.path());
            }
        }
        all
    }

    fn works(&self) -> bool {
        const LIMIT: u64 = 64 * 1024 * 1024;
        if self.version == Version::Two && !has_memory(&self.folder) {
            return false;
        }
        let Ok(group) = self.create(&ids::instance(), LIMIT) else {
            return false;
        };
        // It waits for a line of text.
        let mut cat = Command::new("cat");
        cat.stdin(Stdio::piped()).stdout(Stdio::null());
        let Ok(cat) = cat.spawn() else {
            return false;
        };
        let moved = group.add(cat.id());
        end(cat);
        moved.is_ok()
    }
}

/// Whether the groups in a group of version 2 can have a memory limit.
fn has_memory(folder: &Path) -> bool {
    let controllers = fs::read_to_string(folder.join("cgroup.subtree_control"));
    let controllers = controllers.unwrap_or_default();
    controllers.split_whitespace().any(|name| name == "memory")
}

fn end(mut process: Child) {
    if let Some(mut stdin) = process.stdin.take() {
        let _ = stdin.flush();
    }
    // It may have ended with its input.
    let _ = process.kill();
    let _ = process.wait();
}

/// All groups to try, the best first. Other systems have none.
pub(super) fn all() -> Vec<Place> {
    let read = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
    places(&read("cgroup"), &read("mountinfo"))
}

/// The same. `groups` and `mounts` are files of `/proc`.
fn places(groups: &str, mounts: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for line in groups.lines() {
        // The number of the hierarchy, its controllers, the path of the group.
        let fields: Vec<_> = line.splitn(3, ':').collect();
        let [_, controllers, path] = fields[..] else {
            continue;
        };
        let version = match controllers {
            "" => Version::Two,
            _ if controllers.split(',').any(|name| name == "memory") => Version::One,
            _ => continue,
        };
        let Some((root, mount)) = mount(mounts, version) else {
            continue;
        };
        // A container may see only a part of the hierarchy.
        let Ok(below) = Path::new(path).strip_prefix(root) else {
            continue;
        };
        // Without the slash that joining nothing adds.
        let own: PathBuf = mount.join(below).components().collect();
        let last = match version {
            Version::One => &own,
            // A group with processes has no groups with limits, but those above it may have.
            Version::Two => &mount,
        };
        let folders = own
            .ancestors()
            .take_while(|folder| folder.starts_with(last));
        places.extend(folders.map(|folder| Place {
            folder: folder.to_owned(),
            version,
        }));
    }
    places
}

/// Where a hierarchy with the memory controller is mounted: the group at its top, and the directory.
fn mount(mounts: &str, version: Version) -> Option<(PathBuf, PathBuf)> {
    mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let before: Vec<_> = before.split(' ').collect();
        let after: Vec<_> = after.split(' ').collect();
        let is_it = match version {
            Version::One => *after.first()? == "cgroup" && after.get(2)?.split(',').any(is_memory),
            Version::Two => *after.first()? == "cgroup2",
        };
        is_it.then_some((before.get(3)?.into(), before.get(4)?.into()))
    })
}

fn is_memory(option: &str) -> bool {
    option == "memory"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(groups: &str, mounts: &str) -> Vec<String> {
        let places = places(groups, mounts).into_iter();
        let places = places.map(|place| format!("{:?} {}", place.version, place.folder.display()));
        places.collect()
    }

    #[test]
    fn places_are_above_the_own_group() {
        let mounts = "24 1 0:22 / /proc rw - proc proc rw\n\
                      30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n";
        let groups = "0::/user.slice/user@1000.service/app.slice/terminal.scope\n";
        let user = "Two /sys/fs/cgroup/user.slice";
        let service = format!("{user}/user@1000.service");
        let expected = [
            format!("{service}/app.slice/terminal.scope"),
            format!("{service}/app.slice"),
            service,
            user.to_owned(),
            "Two /sys/fs/cgroup".to_owned(),
        ];
        assert_eq!(found(groups, mounts), expected);
    }

    #[test]
    fn an_old_hierarchy_has_a_mount_of_its_own() {
        let mounts = "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n\
                      35 31 0:32 /docker/1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
                      41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
        let groups = "9:name=systemd:/\n4:cpu:/docker/1\n3:memory:/docker/1/a\n0::/\n";
        let expected = ["One /sys/fs/cgroup/memory/a", "Two /sys/fs/cgroup/unified"];
        assert_eq!(found(groups, mounts), expected);
        assert_eq!(found("3:memory:/elsewhere\n", mounts), [""; 0]);
        assert_eq!(found("nothing\n", mounts), [""; 0]);
    }

    /// The files of version 2 as the kernel has them, without the kernel.
    #[test]
    fn a_group_has_a_limit() {
        let top = tempfile::tempdir().expect("a directory");
        let place = Place {
            folder: top.path().to_owned(),
            version: Version::Two,
        };
        assert!(!has_memory(top.path()));
        fs::write(
            top.path().join("cgroup.subtree_control"),
            "cpu memory pids\n",
        )
        .expect("a file");
        assert!(has_memory(top.path()));
        // The kernel would create the files of a group.
        assert!(place.create("c-1", 1).is_err());
        assert!(!top.path().join("cargo-fc3-c-1").exists());
        assert!(place.remove_all(|_| true));
        assert!(!place.works());
    }
}
