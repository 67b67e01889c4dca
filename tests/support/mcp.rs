//! What a function with sessions of MCP answers. Each answer has the id of its process.

use std::io::{self, Write};
use std::net::TcpStream;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// The number of the next session of this process.
static NEXT: AtomicUsize = AtomicUsize::new(1);

fn session() -> String {
    format!("{}-{}", process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}

/// MCP over streamable HTTP: a request without a session begins one.
pub(crate) fn streamable(method: &str, head: &str) -> String {
    let body = process::id().to_string();
    let length = body.len();
    let begins = method == "POST" && !head.contains("mcp-session-id:");
    let header = if begins {
        format!("mcp-session-id: {}\r\n", session())
    } else {
        String::new()
    };
    format!("HTTP/1.1 200 OK\r\n{header}content-length: {length}\r\n\r\n{body}")
}

/// MCP over server-sent events: the first one tells where the messages of the session go.
pub(crate) fn events(mut stream: &TcpStream) -> io::Result<()> {
    let endpoint = format!(
        "event: endpoint\ndata: /messages/?session_id={}\n\n",
        session()
    );
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes())?;
    let mut send =
        |event: &str| stream.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes());
    send(&endpoint)?;
    loop {
        thread::sleep(Duration::from_millis(50));
        send(": still here\n\n")?;
    }
}
