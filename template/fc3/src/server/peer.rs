//! The other end of a connection: whether it still waits for an answer.

use std::net;
use std::sync::Arc;

use tokio::net::TcpStream;

/// The other end of a connection. The server asks about it only until the function is initialized.
#[derive(Clone, Default)]
pub(crate) struct Peer(Option<Arc<net::TcpStream>>);

impl Peer {
    /// The other end of `stream`.
    pub(crate) fn of(stream: &TcpStream) -> Self {
        #[cfg(unix)]
        let socket = std::os::fd::AsFd::as_fd(stream).try_clone_to_owned();
        #[cfg(windows)]
        let socket = std::os::windows::io::AsSocket::as_socket(stream).try_clone_to_owned();
        Self(socket.ok().map(|socket| Arc::new(socket.into())))
    }

    /// Whether it has reset the connection.
    ///
    /// One that has only closed its sending side may still wait for its answer.
    pub(crate) fn is_gone(&self) -> bool {
        let error = self.0.as_ref().map(|socket| socket.take_error());
        matches!(error, Some(Ok(Some(_))))
    }
}
