//! Lets a static program look up users and host names without the modules of the machine.

/// Looks up users, host names and the like in the files of `/etc` and by DNS only.
///
/// glibc would ask the sources that `/etc/nsswitch.conf` names. Most of them are shared libraries,
/// such as `systemd` or `myhostname`. Loading one brings a second C library into a static program,
/// which then ends with SIGSEGV. `files` and `dns` are part of glibc itself.
///
/// This must be called before the first lookup.
#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    target_arch = "x86_64",
    target_feature = "crt-static"
))]
#[expect(
    unsafe_code,
    reason = "only glibc can change the sources of its lookups"
)]
pub(crate) fn load_no_modules() {
    use std::arch::asm;
    use std::ffi::{CStr, c_char, c_int};
    use std::mem::transmute;

    /// See `/usr/include/nss.h`.
    type ConfigureLookup = unsafe extern "C" fn(*const c_char, *const c_char) -> c_int;

    const DATABASES: [(&CStr, &CStr); 14] = [
        (c"aliases", c"files"),
        (c"ethers", c"files"),
        (c"group", c"files"),
        (c"gshadow", c"files"),
        (c"hosts", c"files dns"),
        (c"initgroups", c"files"),
        (c"netgroup", c"files"),
        (c"networks", c"files dns"),
        (c"passwd", c"files"),
        (c"protocols", c"files"),
        (c"publickey", c"files"),
        (c"rpc", c"files"),
        (c"services", c"files"),
        (c"shadow", c"files"),
    ];

    // Most functions look nothing up, and the linker leaves all of this out of their programs. A weak
    // reference keeps it so: it is null there. Rust has no stable syntax for one.
    let address: *const ();
    // SAFETY: reads a word that the linker has filled in. It is either null or the address of the
    // function that glibc declares with this signature. The strings end with NUL and live forever.
    unsafe {
        asm!(
            ".weak __nss_configure_lookup",
            "mov {}, qword ptr [rip + __nss_configure_lookup@GOTPCREL]",
            out(reg) address,
            options(pure, readonly, nostack, preserves_flags)
        );
        if let Some(configure_lookup) = transmute::<*const (), Option<ConfigureLookup>>(address) {
            for (database, sources) in DATABASES {
                // A glibc that does not know a database does not look it up either.
                configure_lookup(database.as_ptr(), sources.as_ptr());
            }
        }
    }
}

/// Other programs look names up like all programs of their machine.
#[cfg(not(all(
    target_os = "linux",
    target_env = "gnu",
    target_arch = "x86_64",
    target_feature = "crt-static"
)))]
pub(crate) fn load_no_modules() {}
