//! Looks things up by the C library: an event is the name of a database and of what is looked up in
//! it, and the answer says what was found.

use std::ffi::{CString, c_char, c_int, c_void};
use std::net::ToSocketAddrs;
use std::ptr::null;

use fc3::{Bytes, Context, Function, Result};

type Name = *const c_char;

unsafe extern "C" {
    fn ether_hostton(host: Name, address: *mut [u8; 6]) -> c_int;
    fn getaliasbyname(name: Name) -> *const c_void;
    fn getgrnam(name: Name) -> *const c_void;
    fn getgrouplist(user: Name, group: u32, groups: *mut u32, count: *mut c_int) -> c_int;
    fn getnetbyname(name: Name) -> *const c_void;
    fn getprotobyname(name: Name) -> *const c_void;
    fn getpwnam(name: Name) -> *const c_void;
    fn getrpcbyname(name: Name) -> *const c_void;
    fn getservbyname(name: Name, protocol: Name) -> *const c_void;
    fn getsgnam(name: Name) -> *const c_void;
    fn getspnam(name: Name) -> *const c_void;
    fn innetgr(group: Name, host: Name, user: Name, domain: Name) -> c_int;
}

pub struct Handler;

impl Function for Handler {
    type Event = String;
    type Reply = Bytes;

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    async fn handle(&self, event: String, _cx: &Context) -> Result<Bytes> {
        let (database, name) = event.split_once(' ').ok_or("no name")?;
        let found = match database {
            "home" => format!("{:?}", std::env::home_dir()),
            "hosts" => match (name, 80).to_socket_addrs() {
                Ok(addresses) => format!("{:?}", addresses.collect::<Vec<_>>()),
                Err(error) => error.to_string(),
            },
            _ => is_found(database, name)?.to_string(),
        };
        Ok(Bytes::from(found))
    }
}

fn is_found(database: &str, name: &str) -> Result<bool> {
    let text = CString::new(name)?;
    let name = text.as_ptr();
    // SAFETY: one thread looks up, and the name lives until it has.
    Ok(unsafe {
        match database {
            "aliases" => !getaliasbyname(name).is_null(),
            "ethers" => ether_hostton(name, &mut [0; 6]) == 0,
            "group" => !getgrnam(name).is_null(),
            "gshadow" => !getsgnam(name).is_null(),
            "initgroups" => {
                let (mut groups, mut count) = ([0; 8], 8);
                // Its own group and that of the file.
                getgrouplist(name, 1, groups.as_mut_ptr(), &mut count) == 2
            }
            "netgroup" => innetgr(name, null(), null(), null()) == 1,
            "networks" => !getnetbyname(name).is_null(),
            "passwd" => !getpwnam(name).is_null(),
            "protocols" => !getprotobyname(name).is_null(),
            "rpc" => !getrpcbyname(name).is_null(),
            "services" => !getservbyname(name, null()).is_null(),
            "shadow" => !getspnam(name).is_null(),
            other => return Err(format!("an unknown database: {other}").into()),
        }
    })
}
