//! A function that somebody else has started, such as a debugger. It is called, and never ended.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::connection::Connection;
use super::deadline::Deadline;
use super::error::{CallError, StartError};
use super::instance::Instance;
use super::settings::Settings;
use super::{ids, procfs};

/// The time for a connection within this machine.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A process that is not ours.
#[derive(Debug)]
pub(super) struct Attached {
    /// What the platform would call its instance.
    instance: String,
    /// Its id, and the time of its start, as far as this system tells them.
    process: Option<(u32, u64)>,
}

impl Attached {
    pub(super) fn instance(&self) -> &str {
        &self.instance
    }

    /// The id of the process, if it is known.
    pub(super) fn id(&self) -> Option<u32> {
        self.process.map(|(id, _)| id)
    }

    /// Whether the process has ended. `idle` are connections to it, which end with it.
    pub(super) fn has_ended(&self, idle: &[Connection]) -> bool {
        match self.process {
            Some((id, birth)) => procfs::birth(id) != Some(birth),
            None => idle.iter().any(Connection::is_closed),
        }
    }
}

/// Attaches to whatever listens on a port of this machine.
///
/// # Errors
/// Nothing listens there.
pub(super) fn attach(port: u16, settings: &Settings) -> Result<Instance, StartError> {
    let address: SocketAddr = (Ipv4Addr::LOCALHOST, port).into();
    probe(address).map_err(|error| StartError::NotAttached { port, error })?;
    let process = procfs::listener(port);
    let attached = Attached {
        instance: ids::instance(),
        process: process.and_then(|id| Some((id, procfs::birth(id)?))),
    };
    Ok(Instance::attached(attached, address, settings))
}

/// Connects once.
pub(super) fn probe(address: SocketAddr) -> Result<(), CallError> {
    Connection::open_by(address, Deadline::within(CONNECT_LIMIT)).map(drop)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Where the system does not tell whose port it is, the end of a connection tells.
    #[test]
    fn a_closed_connection_tells_the_end_of_a_process() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let attached = Attached {
            instance: ids::instance(),
            process: None,
        };
        assert!(!attached.has_ended(&[]));
        let idle = [Connection::open(address).expect("it listens")];
        let (accepted, _) = listener.accept().expect("a connection");
        assert!(!attached.has_ended(&idle));
        drop((accepted, listener));
        assert!(attached.has_ended(&idle));
        assert!(probe(address).is_err());
    }
}
