//! A persistent connection to a function, for requests and responses with time limits.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::deadline::Deadline;
use super::error::CallError;
use super::framing::{self, Head};
use super::headers::Headers;
use super::message::{Answer, Request};
use super::wire::Wire;

/// A TCP connection to a function.
///
/// Each limit covers everything that a method does, however many steps it takes. After an error,
/// the connection is in the middle of a message and cannot be used again.
#[derive(Debug)]
pub struct Connection(Wire);

impl Connection {
    /// Connects, within ten seconds.
    ///
    /// # Errors
    /// [`CallError::TimedOut`], or [`CallError::Io`] with the system's error.
    pub fn open(address: SocketAddr) -> Result<Self, CallError> {
        Self::open_by(address, Deadline::within(Duration::from_secs(10)))
    }

    pub(super) fn open_by(address: SocketAddr, deadline: Deadline) -> Result<Self, CallError> {
        Wire::open(address, deadline).map(Self)
    }

    /// Whether the other side has closed it, or has sent what nobody asked for.
    pub(super) fn is_closed(&self) -> bool {
        !self.0.is_silent().unwrap_or(false)
    }

    /// A second handle on the stream, which can end it while a call waits.
    pub(super) fn stream(&self) -> io::Result<TcpStream> {
        self.0.stream()
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// [`CallError::TimedOut`] if the function does not read all of them in time, or
    /// [`CallError::Io`].
    pub fn send(&mut self, bytes: &[u8], limit: Duration) -> Result<(), CallError> {
        self.0.send(bytes, Deadline::within(limit))
    }

    /// Sends a request and reads its response; the limit covers both.
    ///
    /// # Errors
    /// Any [`CallError`] except [`CallError::Exited`].
    pub fn call(&mut self, request: &Request, limit: Duration) -> Result<Answer, CallError> {
        self.call_by(request, Deadline::within(limit))
    }

    pub(super) fn call_by(
        &mut self,
        request: &Request,
        deadline: Deadline,
    ) -> Result<Answer, CallError> {
        let sent = self.0.send(&request.to_bytes(), deadline);
        let answered = self.answer_by(&request.method, deadline);
        // A function may answer before it has read everything, and then close the connection.
        let mut answer = match (sent, answered) {
            (Err(error), Err(_)) => return Err(error),
            (_, answered) => answered?,
        };
        request.id().clone_into(&mut answer.request_id);
        Ok(answer)
    }

    /// Reads the next response, to a request other than `HEAD`.
    ///
    /// # Errors
    /// Any [`CallError`] except [`CallError::Exited`].
    pub fn answer(&mut self, limit: Duration) -> Result<Answer, CallError> {
        self.answer_to("GET", limit)
    }

    /// Reads the next final response to a request with this method.
    ///
    /// # Errors
    /// Any [`CallError`] except [`CallError::Exited`].
    pub fn answer_to(&mut self, method: &str, limit: Duration) -> Result<Answer, CallError> {
        self.answer_by(method, Deadline::within(limit))
    }

    fn answer_by(&mut self, method: &str, deadline: Deadline) -> Result<Answer, CallError> {
        let Head {
            status,
            headers,
            closes,
            length,
        } = loop {
            let head = framing::head(&mut self.0, deadline)?;
            if head.status >= 200 || head.status == 101 {
                break head;
            }
        };
        let bodiless = method == "HEAD" || matches!(status, 101 | 204 | 304);
        let body = if bodiless {
            Vec::new()
        } else {
            framing::body(&mut self.0, &headers, deadline).map_err(|error| match error {
                CallError::Closed { received } => CallError::Closed {
                    received: received + length,
                },
                error => error,
            })?
        };
        Ok(Answer {
            status,
            headers,
            body,
            closes,
            request_id: String::new(),
        })
    }

    /// Reads the head of the next response, including interim ones (1xx), without its body.
    ///
    /// # Errors
    /// Any [`CallError`] except [`CallError::Exited`].
    pub fn answer_head(&mut self, limit: Duration) -> Result<(u16, Headers), CallError> {
        let head = framing::head(&mut self.0, Deadline::within(limit))?;
        Ok((head.status, head.headers))
    }

    /// Reads one chunk of a chunked body; the last one is empty.
    ///
    /// # Errors
    /// Any [`CallError`] except [`CallError::Exited`].
    pub fn chunk(&mut self, limit: Duration) -> Result<Vec<u8>, CallError> {
        framing::chunk(&mut self.0, Deadline::within(limit))
    }

    /// Reads exactly this number of bytes.
    ///
    /// # Errors
    /// [`CallError::TimedOut`], [`CallError::Closed`] or [`CallError::Io`].
    pub fn take(&mut self, length: usize, limit: Duration) -> Result<Vec<u8>, CallError> {
        self.0.exactly(length, Deadline::within(limit))
    }

    /// Waits until the function closes its side, cleanly or not, and returns what it sent before.
    ///
    /// # Errors
    /// [`CallError::TimedOut`] if it stays open.
    pub fn until_closed(&mut self, limit: Duration) -> Result<Vec<u8>, CallError> {
        match self.0.until_closed(Deadline::within(limit)) {
            Err(CallError::Io(_)) => Ok(self.0.split_off(usize::MAX)),
            ended => ended,
        }
    }

    /// Whether nothing has arrived and the connection is open. Does not wait.
    ///
    /// # Errors
    /// The error of the system.
    pub fn is_silent(&self) -> io::Result<bool> {
        self.0.is_silent()
    }

    /// Closes the sending side, and keeps reading.
    ///
    /// # Errors
    /// The error of the system.
    pub fn finish_sending(&self) -> io::Result<()> {
        self.0.finish_sending()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::thread;

    use super::*;

    /// More than the system buffers for a reader that does not read.
    const MUCH: usize = 64 * 1024 * 1024;

    /// Connects to a listener that runs `serve` on the connection, which stays open.
    fn call(body: usize, limit: Duration, serve: fn(&mut TcpStream)) -> Result<Answer, CallError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let address = listener.local_addr().expect("its address");
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            serve(&mut stream);
            stream
        });
        let mut connection = Connection::open(address).expect("connected");
        let answer = connection.call(&Request::new("POST", "/").body(vec![b'x'; body]), limit);
        drop(connection);
        served.join().expect("served");
        answer
    }

    fn is_timed_out(called: Result<Answer, CallError>, limit: Duration) {
        let error = called.expect_err("nothing comes in time");
        let as_said = matches!(error, CallError::TimedOut { limit: said } if said == limit);
        assert!(as_said, "{error}");
    }

    #[test]
    fn a_function_that_reads_nothing_times_out() {
        let limit = Duration::from_millis(100);
        is_timed_out(call(MUCH, limit, |_| ()), limit);
    }

    #[test]
    fn a_function_that_answers_nothing_times_out() {
        let limit = Duration::from_millis(100);
        is_timed_out(call(1, limit, |_| ()), limit);
    }

    #[test]
    fn sending_and_answering_share_one_limit() {
        // Each half takes less than the limit, but both together take more.
        const HALF: Duration = Duration::from_millis(300);
        let limit = HALF * 3 / 2;
        let called = call(MUCH, limit, |stream| {
            thread::sleep(HALF);
            let mut left = MUCH;
            let mut buffer = vec![0; 1024 * 1024];
            while left > 0 {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => return,
                    Ok(count) => left = left.saturating_sub(count),
                }
            }
            thread::sleep(HALF);
            // The caller may be gone.
            let _answered = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        });
        is_timed_out(called, limit);
    }

    #[test]
    fn an_answer_in_time_is_read() {
        let called = call(1, Duration::from_secs(60), |stream| {
            stream
                .write_all(
                    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                )
                .expect("answered");
        });
        assert_eq!(called.expect("an answer").text(), "ok");
    }
}
