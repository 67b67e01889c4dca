//! Bytes to and from a function. The deadline of the whole operation limits each step.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use super::deadline::Deadline;
use super::error::CallError;

/// The largest read-ahead in bytes: more than any response that the platform accepts.
pub(super) const LONGEST: usize = 128 * 1024 * 1024;

/// A TCP connection, and the bytes that have arrived but are not parsed yet.
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

    /// A second handle on the stream.
    pub(super) fn stream(&self) -> io::Result<TcpStream> {
        self.stream.try_clone()
    }

    /// Closes the sending side.
    pub(super) fn finish_sending(&self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Whether nothing has arrived and the connection is open. Does not wait.
    pub(super) fn is_silent(&self) -> io::Result<bool> {
        self.stream.set_nonblocking(true)?;
        let peeked = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false)?;
        let nothing = matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        Ok(self.ahead.is_empty() && nothing)
    }

    /// The bytes that have arrived but are not parsed yet.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.ahead
    }

    /// Takes this number of received bytes, or all of them if there are fewer.
    pub(super) fn split_off(&mut self, length: usize) -> Vec<u8> {
        let rest = self.ahead.split_off(length.min(self.ahead.len()));
        std::mem::replace(&mut self.ahead, rest)
    }

    /// Reads exactly this number of bytes.
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

    /// Reads one line and returns it without its newline.
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

    /// Reads the available bytes, or waits for more.
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

/// Whether a connection is connected to itself. TCP allows this for a port without a listener, if
/// the system chooses the same port as the source.
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
