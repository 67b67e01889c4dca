//! Listens, serves connections, and drains them when a signal ends the instance.

use std::convert::Infallible;
use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::process::ExitCode;
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
pub(crate) mod instance;
pub(crate) mod route;
mod signals;
mod stream;
mod workers;

use instance::{Instance, PRE_STOP_LIMIT, Served};
use signals::Signals;

/// The port the platform uses unless it is told another one.
const PORT: u16 = 9000;

/// How many connections may wait to be accepted; one instance serves at most 200 calls at once.
const BACKLOG: u32 = 1024;

/// How many headers a client's request may have, of which the platform lets 8 KB through; what
/// hyper takes by itself, 100, is enough for events.
const CLIENT_HEADERS: usize = 1024;

/// How long a shutdown waits for connections whose calls have ended: some still send a reply, some
/// hold a request that is half sent.
const LINGER: Duration = Duration::from_secs(5);

/// Serves until a signal ends the instance.
pub(crate) fn run<S: Served>(served: S) -> ExitCode {
    log::install();
    let runtime = variable("TOKIO_WORKER_THREADS").and_then(workers::runtime);
    let served = runtime.and_then(|runtime| {
        let served = runtime.block_on(serve(served));
        // Work on blocking threads that nobody waits for must not hold the exit.
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

async fn serve<S: Served>(served: S) -> Result<()> {
    // The platform calls once the port accepts, so nothing may come before this.
    let listener = listen()?;
    let mut signals = Signals::listen()?;
    let (port, version) = (listener.local_addr()?.port(), env!("CARGO_PKG_VERSION"));
    tracing::info!("listening on port {port}, fc3 {version}");
    let instance = Arc::new(Instance::new(served));
    workers::share(&Handle::current(), &instance.calls)?;
    // A connection holds the receiving end until it ends, and is told to end by a change.
    let (draining, open) = watch::channel(());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connect(stream, &instance, open.clone()),
                Err(error) => {
                    // Too many open files, say: connections that end make room.
                    tracing::warn!("cannot accept a connection: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            },
            () = signals.first() => break,
        }
    }
    drop((listener, open));
    drain(&instance, draining).await;
    // A panic in it is in the log, and nobody waits for more.
    if timeout(PRE_STOP_LIMIT, instance.stop()).await.is_err() {
        tracing::warn!("stop was cut short after {PRE_STOP_LIMIT:?}");
    }
    Ok(())
}

/// Listens on every address: the platform connects from outside the loopback.
fn listen() -> Result<TcpListener> {
    let port = match variable("FC_SERVER_PORT")? {
        Some(port) => port,
        None => variable("FC_CUSTOM_LISTEN_PORT")?.unwrap_or(PORT),
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

/// Serves one connection. It never times out, since the platform keeps connections across
/// freezes and fails an event that it sends on a closed one; and a client that stops sending
/// still gets its answer.
fn connect<S: Served>(
    stream: TcpStream,
    instance: &Arc<Instance<S>>,
    mut draining: watch::Receiver<()>,
) {
    // Nagle's algorithm would delay the small parts of a streamed response.
    let _ = stream.set_nodelay(true);
    let instance = Arc::clone(instance);
    let service = service_fn(move |request| {
        let instance = Arc::clone(&instance);
        async move { Ok::<_, Infallible>(instance.answer(request).await) }
    });
    let mut http = http1::Builder::new();
    http.header_read_timeout(None);
    http.half_close(true);
    http.auto_date_header(false);
    if S::WEB {
        http.max_headers(CLIENT_HEADERS);
    }
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let connection = connection.with_upgrades();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            // The end comes once, and need not be asked for before each call.
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

/// Lets the calls that run come to their end, at most to the last of their deadlines.
async fn drain<S: Served>(instance: &Instance<S>, draining: watch::Sender<()>) {
    draining.send_replace(());
    let calls = &instance.calls;
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

/// The value of an environment variable; one that is empty counts as unset.
fn variable<T: std::str::FromStr>(name: &str) -> Result<Option<T>> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => match value.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(format!("{name} is not a number in range: `{value}`").into()),
        },
        _ => Ok(None),
    }
}
