//! A local Function Compute: deployed functions behind one port.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::front::{self, Door, Extension, Front, Guard, without_port};
use super::function::{Definition, Journal, Observer};
use super::functions::Functions;
use super::timers::{NextTimer, Timer, Timers};

/// Where it listens, and for whom.
#[derive(Clone)]
pub struct Options {
    /// The address. Port 0 is any free port.
    pub listen: SocketAddr,
    /// Host names by which it may be called, beside `localhost` and loopback addresses.
    pub hosts: Vec<String>,
    /// Origins of web pages that may call it, such as `http://localhost:5173`.
    pub origins: Vec<String>,
    /// Receives what happens.
    pub observer: Observer,
}

/// Deployed functions behind one port, which serves the `InvokeFunction` API and HTTP triggers.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use cargo_fc3::emulator::{Definition, FunctionCompute, Launch, Options, Settings};
///
/// let local = FunctionCompute::start(&Options {
///     listen: ([127, 0, 0, 1], 0).into(),
///     hosts: Vec::new(),
///     origins: Vec::new(),
///     observer: Arc::new(|event| eprintln!("{event:?}")),
/// })?;
/// let settings = Settings { function_name: "hello".into(), ..Settings::default() };
/// local.deploy(Definition::new(Launch::new("target/debug/bootstrap"), settings))?;
/// println!("http://{}/2023-03-30/functions/hello/invocations", local.address());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It asks for no key. It refuses requests for other hosts and from web pages of other origins, so that
/// no page can call a function.
pub struct FunctionCompute {
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    /// Accepts connections.
    listening: JoinHandle<()>,
    functions: Functions,
    timers: Timers,
    address: SocketAddr,
}

/// The reason why a function that was deployed anew does not start.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DeployError(String);

impl FunctionCompute {
    /// Starts to listen.
    ///
    /// # Errors
    /// The address is taken, or the system has no threads left.
    pub fn start(options: &Options) -> io::Result<Self> {
        Self::start_with(options, None)
    }

    /// Starts to listen, with more to serve beside functions.
    pub(crate) fn start_with(
        options: &Options,
        extension: Option<Arc<dyn Extension>>,
    ) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_io()
            .enable_time()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(options.listen))?;
        let address = listener.local_addr()?;
        let functions = Functions::new(Journal::new(Arc::clone(&options.observer)));
        let front = Front {
            door: Door::Local(functions.clone()),
            guard: Guard {
                is_public: !options.listen.ip().is_loopback(),
                hosts: options
                    .hosts
                    .iter()
                    .map(|host| without_port(host).to_ascii_lowercase())
                    .collect(),
                origins: options.origins.clone(),
            },
            extension,
        };
        let listening = runtime.spawn(Arc::new(front).serve(listener));
        Ok(Self {
            runtime: Some(runtime),
            listening,
            functions,
            timers: Timers::default(),
            address,
        })
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of this server, without a path, as this machine reaches it.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", front::reachable(self.address))
    }

    /// The URL at which a function is called: that of its HTTP trigger, or else its path in the API.
    #[must_use]
    pub fn url(&self, function: &str) -> Option<String> {
        front::url(&self.functions, function, self.address)
    }

    /// Deploys a function. If there is one of this name, its calls go to the old instances until an
    /// instance of the new program accepts them. A function that is new starts with its first call.
    ///
    /// # Errors
    /// The new program does not start. Callers are told so from now on, as on the platform.
    pub fn deploy(&self, definition: Definition) -> Result<(), DeployError> {
        let runtime = self.runtime();
        let deployed = runtime.block_on(async { self.functions.deploy(definition).await });
        deployed.map_err(|failure| DeployError(failure.to_string()))
    }

    /// Deploys a function without waiting for its new instance. If that does not start, the observer
    /// is told.
    pub fn deploy_soon(&self, definition: Definition) {
        let _entered = self.runtime().enter();
        tokio::spawn(self.functions.deploy(definition));
    }

    /// Removes a function, and waits until its instances are gone.
    pub fn remove(&self, name: &str) {
        self.runtime().block_on(self.functions.remove(name));
    }

    /// Replaces the timers of all functions, each with the name of its function. Intervals of those that
    /// were there before go on.
    pub fn set_timers(&self, timers: Vec<(String, Timer)>) {
        self.timers.set(timers);
    }

    /// When each timer fires next, or would if timers fired.
    #[must_use]
    pub fn timers(&self) -> Vec<NextTimer> {
        self.timers.list()
    }

    /// The same for a thread that does not have this.
    pub(crate) fn timetable(&self) -> impl Fn() -> Vec<NextTimer> + Send + Sync + use<> {
        let timers = self.timers.clone();
        move || timers.list()
    }

    /// Fires the timers from now on. Moments that passed while the machine slept, or while its clock was
    /// set, do not fire.
    pub fn fire_timers(&self) {
        let functions = self.functions.clone();
        let fire = self.timers.clone().fire(move |due| {
            // A function that is gone is not called.
            if let Some(function) = functions.get(&due.function) {
                function.invoke_later(due.call());
            }
        });
        self.runtime().spawn(fire);
    }

    /// Starts an instance of a function if it has none, so that its first call does not wait.
    pub fn warm_up(&self, function: &str) {
        if let Some(function) = self.functions.get(function)
            && function.instances() == 0
        {
            let definition = function.definition().as_ref().clone();
            // What does not start is told to the observer.
            let started = async { function.replace(definition).await };
            let _ = self.runtime().block_on(started);
        }
    }

    fn runtime(&self) -> &Runtime {
        self.runtime
            .as_ref()
            .expect("it is there until it is dropped")
    }
}

impl Drop for FunctionCompute {
    /// Ends all instances as the platform does, with their pre-stop hooks, and waits a few seconds for
    /// them. Those that are still there are killed.
    fn drop(&mut self) {
        const GRACE: Duration = Duration::from_secs(5);
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(async {
                // The port is free once the listener is gone.
                self.listening.abort();
                let _ = (&mut self.listening).await;
                let _ = tokio::time::timeout(GRACE, self.functions.remove_all()).await;
            });
            runtime.shutdown_background();
        }
    }
}
