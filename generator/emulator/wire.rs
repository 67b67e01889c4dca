//! Bytes to and from a function, each step bounded by the moment when the whole is due.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use super::deadline::Deadline;
use super::error::CallError;

/// The most that is read ahead, in bytes: more than any answer that the platform takes.
pub(super) const LONGEST: usize = 128 * 1024 * 1024;

/// A TCP connection, and what came on it and was not read yet.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    ahead: Vec<u8>,
}

impl Wire {
    pub(super) fn open(address: SocketAddr, deadline: Deadline) -> Result<Self, CallError> {
        let stream = TcpStream::connect_timeout(&address, deadline.left()?);
        let stream = stream.map_err(|error| timed(error, deadline))?;
        if is_itself(&stream)? {
            return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
        }
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            ahead: Vec::new(),
        })
    }

    /// Sends bytes as they are.
    pub(super) fn send(&mut self, mut bytes: &[u8], deadline: Deadline) -> Result<(), CallError> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(Some(deadline.left()?))?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(timed(error, deadline)),
            }
        }
        Ok(())
    }

    /// Says that nothing more will be sent.
    pub(super) fn finish_sending(&self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Whether nothing has come yet and the connection is open, without waiting.
    pub(super) fn is_silent(&self) -> io::Result<bool> {
        self.stream.set_nonblocking(true)?;
        let peeked = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false)?;
        let nothing = matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        Ok(self.ahead.is_empty() && nothing)
    }

    /// What came and was not read yet.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.ahead
    }

    /// Takes so many bytes of what came, or all of it where it is not as much.
    pub(super) fn split_off(&mut self, length: usize) -> Vec<u8> {
        let rest = self.ahead.split_off(length.min(self.ahead.len()));
        std::mem::replace(&mut self.ahead, rest)
    }

    /// Reads exactly so many bytes.
    pub(super) fn exactly(
        &mut self,
        length: usize,
        deadline: Deadline,
    ) -> Result<Vec<u8>, CallError> {
        while self.ahead.len() < length {
            self.fill(deadline)?;
        }
        Ok(self.split_off(length))
    }

    /// Reads to the next end of a line, which is not a part of what comes back.
    pub(super) fn line(&mut self, deadline: Deadline) -> Result<String, CallError> {
        loop {
            if let Some(end) = self.ahead.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.split_off(end + 2);
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            self.fill(deadline)?;
        }
    }

    /// Reads until the function closes its side.
    pub(super) fn until_closed(&mut self, deadline: Deadline) -> Result<Vec<u8>, CallError> {
        loop {
            match self.fill(deadline) {
                Ok(()) => {}
                Err(CallError::Closed { .. }) => return Ok(std::mem::take(&mut self.ahead)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads what has come, or waits for more.
    pub(super) fn fill(&mut self, deadline: Deadline) -> Result<(), CallError> {
        if self.ahead.len() > LONGEST {
            return Err(CallError::TooLong { limit: LONGEST });
        }
        let mut buffer = [0; 16 * 1024];
        self.stream.set_read_timeout(Some(deadline.left()?))?;
        match self.stream.read(&mut buffer) {
            Ok(0) => Err(CallError::Closed {
                received: self.ahead.len(),
            }),
            Ok(count) => {
                self.ahead.extend_from_slice(&buffer[..count]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(timed(error, deadline)),
        }
    }
}

/// Whether a connection leads to itself: TCP lets one that is opened to a port without a listener
/// meet itself, where the system gives it that port to come from.
fn is_itself(stream: &TcpStream) -> io::Result<bool> {
    Ok(stream.local_addr()? == stream.peer_addr()?)
}

fn timed(error: io::Error, deadline: Deadline) -> CallError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => deadline.passed(),
        _ => CallError::Io(error),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

    use super::is_itself;

    #[test]
    fn a_connection_to_itself_is_told_from_one_to_a_listener() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let address = listener.local_addr().expect("its address");
        let stream = TcpStream::connect(address).expect("connected");
        assert!(!is_itself(&stream).expect("both addresses"));
        drop(listener);

        let own = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        bind(&own, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("bound");
        let own = TcpStream::from(own);
        let address = own.local_addr().expect("its address");
        connect(&own, &address).expect("connected to itself");
        assert!(is_itself(&own).expect("both addresses"));
    }
}
