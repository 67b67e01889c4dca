//! A Function Compute that clients deploy to, as a value: for the command line, and for tests.

mod options;
mod outcome;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::Method;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::access::Access;
use super::api_error::ApiError;
use super::control::{Account, Control, Reply};
use super::front::{self, Door, Emulated, Extension, Front, Guard, without_port};
use super::function::{EventCall, Journal, Trigger};
use super::kept;
use crate::platform::{LATEST, env};

pub use options::EmulatorOptions;
pub use outcome::{ApiFailure, Invoked};

/// A Function Compute on this machine that Serverless Devs and the official SDKs deploy to.
///
/// ```no_run
/// use cargo_fc3::emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// let zip = std::fs::read("target/hello.zip")?;
/// let config = r#"{ "runtime": "custom.debian12", "memorySize": 512 }"#;
/// emulator.deploy("hello", &serde_json::from_str(config)?, &zip)?;
/// let reply = emulator.invoke("hello", b"an event")?;
/// assert!(reply.error_type.is_none(), "{}", String::from_utf8_lossy(&reply.body));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Each one has a free port, a key and a state of its own, so many run at the same time. Programs find
/// it by [`environment`](Self::environment). Dropping it ends all instances, and removes what it wrote
/// unless it was started with a directory.
pub struct Emulator {
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    listening: JoinHandle<()>,
    control: Arc<Control>,
    address: SocketAddr,
}

impl Emulator {
    /// Starts one on a free port, whose state is gone at the end.
    ///
    /// # Errors
    /// The system has no port, no thread or no temporary directory left.
    pub fn start() -> io::Result<Self> {
        Self::start_with(EmulatorOptions::default())
    }

    /// Starts one.
    ///
    /// # Errors
    /// The address is taken, or the directory cannot be used, for example because another process uses
    /// it.
    pub fn start_with(options: EmulatorOptions) -> io::Result<Self> {
        Self::start_extended(options, |_| None)
    }

    /// Starts one that serves more beside functions.
    pub(crate) fn start_extended(
        options: EmulatorOptions,
        extension: impl FnOnce(&Arc<Control>) -> Option<Arc<dyn Extension>>,
    ) -> io::Result<Self> {
        let account = kept::account(options.data.as_deref(), &options.region)?;
        let journal = Journal::new(Arc::clone(&options.observer));
        let access = Access::new(account.clone(), options.needs_signatures);
        let data = options.data.as_deref();
        let control = Arc::new(Control::open(
            account,
            data,
            options.rest,
            options.inspect,
            journal,
        )?);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_io()
            .enable_time()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(options.listen))?;
        let address = listener.local_addr()?;
        control.is_at(format!("http://{}", front::reachable(address)));
        let hosts = options.hosts.iter();
        let front = Front {
            door: Door::Emulated(Box::new(Emulated {
                control: Arc::clone(&control),
                access,
            })),
            guard: Guard {
                is_public: !options.listen.ip().is_loopback(),
                hosts: hosts
                    .map(|host| without_port(host).to_ascii_lowercase())
                    .collect(),
                origins: Vec::new(),
            },
            extension: extension(&control),
        };
        let listening = runtime.spawn(Arc::new(front).serve(listener));
        let timed = Arc::clone(&control);
        runtime.spawn(control.timers().clone().fire(move |due| {
            let control = Arc::clone(&timed);
            tokio::task::spawn_blocking(move || control.fire(due));
        }));
        Ok(Self {
            runtime: Some(runtime),
            listening,
            control,
            address,
        })
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL without a path, as this machine reaches it.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.control.base_url().to_owned()
    }

    /// The account whose key signs requests.
    #[must_use]
    pub fn account(&self) -> &Account {
        self.control.account()
    }

    /// The variables by which Serverless Devs, the SDKs and `cargo fc3 invoke --remote` find it.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let (url, account) = (self.base_url(), self.account());
        let key = &account.key;
        vec![
            (env::ENDPOINT, url.clone()),
            (env::UPLOAD_ENDPOINT, url),
            (env::S_ACCOUNT_ID, account.id.clone()),
            (env::S_ACCESS_KEY_ID, key.id.clone()),
            (env::S_ACCESS_KEY_SECRET, key.secret.clone()),
            (env::ACCESS_KEY_ID, key.id.clone()),
            (env::ACCESS_KEY_SECRET, key.secret.clone()),
        ]
    }

    /// Creates a function from a package, or deploys it anew. `config` has the fields of the API's
    /// `CreateFunction` beside the name and the code; without `runtime`, it is `custom.debian12`.
    ///
    /// # Errors
    /// Those of the API.
    pub fn deploy(&self, name: &str, config: &Value, zip: &[u8]) -> Result<(), ApiFailure> {
        use base64::Engine;
        let mut body = config.clone();
        if body.get("runtime").is_none() {
            body["runtime"] = "custom.debian12".into();
        }
        let code = base64::engine::general_purpose::STANDARD.encode(zip);
        body["code"] = serde_json::json!({ "zipFile": code });
        let function = format!("functions/{name}");
        let is_new = self.call("GET", &function, &Value::Null).is_err();
        if is_new {
            body["functionName"] = name.into();
            self.call("POST", "functions", &body)?;
        } else {
            self.call("PUT", &function, &body)?;
        }
        Ok(())
    }

    /// Does an operation of the API: its method, its path behind `/2023-03-30/` with the query, and the
    /// document of its body, or null. Returns the document of the reply, or null.
    ///
    /// # Errors
    /// Those of the API.
    pub fn call(&self, method: &str, target: &str, body: &Value) -> Result<Value, ApiFailure> {
        let (path, query) = target
            .split_once('?')
            .map_or((target, None), |(path, query)| (path, Some(query)));
        let body = match body {
            Value::Null => Bytes::new(),
            body => body.to_string().into(),
        };
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| ApiError::invalid(format!("`{method}` is not a method")))?;
        let (operation, request) = Control::operation(&method, path, query, body)?;
        let _entered = self.runtime().enter();
        let Reply { body, .. } = self.control.run(operation, &request)?;
        Ok(body.unwrap_or_default())
    }

    /// Calls a function with an event, and waits for what it returns.
    ///
    /// # Errors
    /// There is no such function, or it could not be started.
    pub fn invoke(&self, name: &str, event: &[u8]) -> Result<Invoked, ApiFailure> {
        self.invoke_version(name, LATEST, event)
    }

    /// Calls a version or an alias of a function with an event, and waits for what it returns.
    ///
    /// # Errors
    /// There is no such function, version or alias, or it could not be started.
    pub fn invoke_version(
        &self,
        name: &str,
        qualifier: &str,
        event: &[u8],
    ) -> Result<Invoked, ApiFailure> {
        let _entered = self.runtime().enter();
        let target = self.control.target(name, qualifier)?;
        let call = EventCall {
            qualifier: qualifier.to_owned(),
            wants_log: true,
            ..EventCall::new(Trigger::Sync, event.to_vec())
        };
        let returned = self.runtime().block_on(target.function.invoke(call));
        Ok(front::invoked(returned)?)
    }

    fn runtime(&self) -> &Runtime {
        let runtime = self.runtime.as_ref();
        runtime.expect("it is there until it is dropped")
    }
}

impl Drop for Emulator {
    /// Ends all instances as the platform does, and waits a few seconds for them.
    fn drop(&mut self) {
        const GRACE: std::time::Duration = std::time::Duration::from_secs(5);
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(async {
                // The port is free once the listener is gone.
                self.listening.abort();
                let _ = (&mut self.listening).await;
                let _ = tokio::time::timeout(GRACE, self.control.shut_down()).await;
            });
            // Whoever starts another one next finds the directory free.
            runtime.shutdown_timeout(GRACE);
        }
    }
}
