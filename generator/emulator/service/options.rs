//! How an emulator is started.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::emulator::control::Inspect;
use crate::emulator::function::{Observer, Rest};

/// How an [`Emulator`](super::Emulator) is started.
#[derive(Clone)]
pub struct EmulatorOptions {
    /// The address. Port 0 is any free port.
    pub listen: SocketAddr,
    /// Host names by which it may be called, beside `localhost` and loopback addresses.
    pub hosts: Vec<String>,
    /// Where the state is kept, with the access key. Without it, all of it is gone at the end.
    pub data: Option<PathBuf>,
    /// The id of the region, which names of resources contain.
    pub region: String,
    /// Whether requests have to be signed. Without signatures, everybody who reaches the address can run
    /// programs on this machine.
    pub needs_signatures: bool,
    /// How instances without calls are treated.
    pub rest: Rest,
    /// Says what keeps a package from starting on the platform, for [`Event::Deployed`](crate::emulator::Event::Deployed).
    pub inspect: Option<Inspect>,
    /// Receives what happens.
    pub observer: Observer,
}

impl Default for EmulatorOptions {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 0).into(),
            hosts: Vec::new(),
            data: None,
            region: "cn-hangzhou".to_owned(),
            needs_signatures: true,
            rest: Rest::default(),
            inspect: None,
            observer: Arc::new(|_| {}),
        }
    }
}
