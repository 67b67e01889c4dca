//! Listens, serves connections, and drains them when a signal ends the instance.

use std::convert::Infallible;
use std::env;
use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::pin::pin;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::error::Chain;
use crate::{Result, log};

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod content;
pub(crate) mod hosted;
mod instance;
mod lifecycle;
mod peer;
#[cfg(target_os = "linux")]
mod process_one;
mod rest;
pub(crate) mod route;
mod signals;
pub(crate) mod stream;
mod workers;

use hosted::Served;
use instance::{Instance, PRE_STOP_LIMIT};
use peer::Peer;
use signals::Signals;

/// The port that the platform uses by default.
const PORT: u16 = 9000;

/// The ports that a program can choose. With port 0, the system would choose another each time.
const PORTS: RangeInclusive<u16> = 1..=u16::MAX;

/// The numbers of threads that can run calls: more than any instance has processors.
const WORKERS: RangeInclusive<usize> = 1..=256;

/// The number of connections that may wait to be accepted. One instance serves at most 200 calls at
/// the same time.
const BACKLOG: u32 = 1024;

/// The number of headers that a client's request may have. The platform lets 8 KB of them through, so
/// there may be more than the 100 that hyper accepts by default, which are enough for events.
const CLIENT_HEADERS: usize = 1024;

/// How long a shutdown waits for connections whose calls have ended. Some still send a reply, others
/// have received only a part of a request.
const LINGER: Duration = Duration::from_secs(3);

/// Serves until a signal ends the instance.
pub(crate) fn run(served: &Served) -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(code) = process_one::stand_in() {
        return code;
    }
    crate::name_service::load_no_modules();
    log::install();
    let workers = variable("TOKIO_WORKER_THREADS", &WORKERS);
    let runtime = workers.and_then(workers::runtime);
    let served = runtime.and_then(|runtime| {
        let served = runtime.block_on(serve(served));
        // Work on blocking threads that nobody waits for must not delay the exit.
        runtime.shutdown_background();
        served
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", Chain(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn serve(served: &Served) -> Result<()> {
    // The platform sends the first call as soon as the port accepts it, so nothing may come before this.
    let listener = listen()?;
    let instance = Arc::new(Instance::new(served));
    let mut signals = {
        let calls = Arc::clone(&instance.calls);
        Signals::listen(move || calls.time_left())?
    };
    let (port, version) = (listener.local_addr()?.port(), env!("CARGO_PKG_VERSION"));
    tracing::info!("listening on port {port}, fc3 {version}");
    workers::share(&Handle::current(), &instance.calls)?;
    // A connection owns a receiver until it ends. A change asks it to end.
    let (draining, open) = watch::channel(());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connect(stream, &instance, open.clone()),
                Err(error) => {
                    // There may be too many open files. Connections that end make room.
                    tracing::warn!("cannot accept a connection: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            },
            () = signals.first() => break,
        }
    }
    drop((listener, open));
    drain(&instance, draining).await;
    signals::end_after(PRE_STOP_LIMIT);
    // A panic in `stop` is in the log, and nobody waits for its result.
    if timeout(PRE_STOP_LIMIT, instance.stop()).await.is_err() {
        tracing::warn!("stop was cut short after {PRE_STOP_LIMIT:?}");
    }
    Ok(())
}

/// Listens on every address, since the platform does not connect from the loopback address.
fn listen() -> Result<TcpListener> {
    let port = match variable("FC_SERVER_PORT", &PORTS)? {
        Some(port) => port,
        None => variable("FC_CUSTOM_LISTEN_PORT", &PORTS)?.unwrap_or(PORT),
    };
    let bind = || {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(cfg!(unix))?;
        socket.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
        socket.listen(BACKLOG)
    };
    bind().map_err(|error| {
        format!("cannot listen on port {port} (FC_SERVER_PORT chooses another): {error}").into()
    })
}

/// Serves one connection.
///
/// It never times out: the platform keeps connections across freezes, and an event that it sends on a
/// closed one fails. A client that closes its sending side still receives its answer.
fn connect(stream: TcpStream, instance: &Arc<Instance>, mut draining: watch::Receiver<()>) {
    // Nagle's algorithm would delay the small parts of a streamed response.
    let _ = stream.set_nodelay(true);
    let peer = if instance.is_initialized() {
        Peer::default()
    } else {
        Peer::of(&stream)
    };
    let is_web = instance.is_web();
    let instance = Arc::clone(instance);
    let service = service_fn(move |request| {
        let (instance, peer) = (Arc::clone(&instance), peer.clone());
        async move { Ok::<_, Infallible>(instance.answer(request, &peer).await) }
    });
    let mut http = http1::Builder::new();
    http.header_read_timeout(None);
    http.half_close(true);
    http.auto_date_header(false);
    if is_web {
        http.max_headers(CLIENT_HEADERS);
    }
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let connection = connection.with_upgrades();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            // A change comes only once, so it need not be polled before each call.
            biased;
            ended = connection.as_mut() => ended,
            _ = draining.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!("a connection broke: {error}");
        }
    });
}

/// Waits for the running calls, at most until the last of their deadlines.
async fn drain(instance: &Instance, draining: watch::Sender<()>) {
    let calls = &instance.calls;
    calls.drain();
    draining.send_replace(());
    let only_idle_ones_left = async {
        calls.all_done().await;
        sleep(LINGER).await;
        calls.all_done().await;
    };
    tokio::select! {
        () = draining.closed() => {}
        () = only_idle_ones_left => {}
        () = calls.overdue() => tracing::warn!("no longer waiting for calls that are past their deadline"),
    }
}

/// The number in an environment variable; an empty one counts as unset.
fn variable<T>(name: &str, range: &RangeInclusive<T>) -> Result<Option<T>>
where
    T: FromStr + PartialOrd + Display,
{
    let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let number = value.to_str().and_then(|text| text.parse().ok());
    let number = number.filter(|number| range.contains(number));
    let (least, most, value) = (range.start(), range.end(), value.display());
    number.map(Some).ok_or_else(|| {
        format!("{name} must be a number from {least} to {most}, but is `{value}`").into()
    })
}
