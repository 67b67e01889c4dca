//! File systems that another machine can write to, of which no event comes.

use std::path::Path;

/// The numbers by which Linux names them: NFS, SMB in three versions, 9P (Windows drives in WSL),
/// FUSE (among them the shared directories of Docker Desktop), vboxsf, and AFS.
#[cfg(target_os = "linux")]
const REMOTE: [u64; 8] = [
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x0102_1997,
    0x6573_5546,
    0x786f_4256,
    0x5346_414f,
];

/// Whether a directory is on such a file system.
pub(super) fn is_remote(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        let system = rustix::fs::statfs(folder);
        // The type of the number differs between architectures, and may be signed.
        #[allow(clippy::cast_sign_loss, clippy::unnecessary_cast)]
        system.is_ok_and(|system| REMOTE.contains(&(system.f_type as u64 & 0xffff_ffff)))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        false
    }
}
