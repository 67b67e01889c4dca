//! One connection of the load. It is opened again if the server closes it after each answer.

use std::net::Ipv4Addr;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::request::{Head as Beginning, Request};

/// More headers than any answer of a peer has.
const HEADERS: usize = 32;

/// The bytes that a socket accepts while nobody reads at the other end.
const TAKEN: usize = 64 * 1024;

/// An open connection.
pub(crate) struct Connection {
    port: u16,
    head: Beginning,
    stream: TcpStream,
    received: Vec<u8>,
    closed: bool,
}

/// The parsed head of an answer.
struct Head {
    body: usize,
    length: usize,
    closes: bool,
}

impl Connection {
    pub(crate) async fn open(port: u16, head: Beginning) -> Result<Self> {
        Ok(Self {
            port,
            head,
            stream: connect(port).await?,
            received: Vec::new(),
            closed: false,
        })
    }

    /// Makes the usual call.
    pub(crate) async fn invoke(&mut self) -> Result<()> {
        self.exchange(&Request::invoke(&self.head)).await
    }

    /// Makes a call with another event.
    pub(crate) async fn send(&mut self, event: &[u8]) -> Result<()> {
        self.exchange(&Request::with(&self.head, event)).await
    }

    /// Sends a request and checks its answer. If the request is large, it does both at the same time,
    /// because an echo may begin before its event has ended.
    async fn exchange(&mut self, request: &Request) -> Result<()> {
        if self.closed {
            self.stream = connect(self.port).await?;
            self.closed = false;
        }
        let (mut from, mut to) = self.stream.split();
        let received = &mut self.received;
        received.clear();
        let receiving = async {
            let mut known = None;
            loop {
                let head = match known {
                    Some(_) => known,
                    None => parse(received)?,
                };
                if let Some(head) = &head
                    && received.len() >= head.body + head.length
                {
                    break;
                }
                known = head;
                received.reserve(4096);
                let count = from.read_buf(received).await?;
                ensure!(count > 0, "the connection ended within an answer");
            }
            anyhow::Ok(())
        };
        let sending = async { anyhow::Ok(to.write_all(&request.bytes).await?) };
        if request.bytes.len() > TAKEN {
            tokio::try_join!(sending, receiving)?;
        } else {
            sending.await?;
            receiving.await?;
        }
        let head = parse(received)?.context("an answer without a head")?;
        ensure!(
            &received[head.body..] == request.event(),
            "an answer that is not the event"
        );
        self.closed = head.closes;
        Ok(())
    }
}

async fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
    let stream = stream.context("cannot connect to the server")?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The head of an answer, once it is complete.
fn parse(bytes: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(body) = answer.parse(bytes)? else {
        return Ok(None);
    };
    if answer.code != Some(200) {
        bail!("an answer with the status {:?}", answer.code);
    }
    let value = |name: &str| {
        let mut headers = answer.headers.iter();
        let found = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    };
    let length = value("content-length").context("an answer without a length")?;
    Ok(Some(Head {
        body,
        length: length.parse()?,
        closes: value("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
    }))
}
