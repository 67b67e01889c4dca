//! The control API: what is deployed, and how it changes.
//!
//! It knows nothing of HTTP: a [`Request`] names an operation and has its parameters, and a [`Reply`] has
//! a status and a document. Who may call is decided before ([`access`](super::access)).

mod account;
mod aliases;
mod bindings;
mod configs;
mod doors;
mod functions;
mod limits;
mod operations;
mod packages;
mod record;
mod regions;
mod request;
mod slots;
mod store;
mod tags;
mod tasks;
mod triggers;
mod versions;

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::Method;
use jiff::Timestamp;

pub use account::Account;
pub(crate) use account::KeptAccount;
pub(crate) use doors::HttpDoor;
pub(crate) use operations::Operation;
pub use operations::operations_table;
pub(crate) use request::{Reply, Request};
pub(crate) use slots::Target;

use super::api_error::ApiError;
use super::function::{Event, Journal};
use super::ids;
use super::tasks::Tasks;
use super::timers::Timers;
use crate::emulator::function::Rest;
use crate::platform::LATEST;
use crate::signature::{Object, signed_url};
use packages::{PackageRef, Packages};
use record::{Record, key};
use slots::Slots;
use store::Store;

/// What is deployed, and what runs of it.
pub(crate) struct Control {
    account: Account,
    store: Store,
    packages: Packages,
    slots: Slots,
    journal: Journal,
    /// The number of changes: what was read before the last one may be out of date.
    changes: AtomicU64,
    revisions: AtomicU64,
    /// The URL of this service, without a path, once it listens.
    base_url: OnceLock<String>,
    /// Says what keeps a package from starting on a runtime.
    inspect: Option<Inspect>,
    /// The timers of all functions.
    timers: Timers,
    tasks: Tasks,
}

/// Says what keeps a package from starting on the platform: the bytes of the package, and the name of the
/// runtime.
pub type Inspect = Arc<dyn Fn(&[u8], &str) -> Vec<String> + Send + Sync>;

/// The bucket of the packages that clients download.
pub(crate) const DOWNLOADS: &str = "fc3-packages";

impl Control {
    /// What is kept in a directory, or nothing.
    ///
    /// # Errors
    /// The directory cannot be read or written, or another process uses it.
    pub(crate) fn open(
        account: Account,
        directory: Option<&Path>,
        rest: Rest,
        inspect: Option<Inspect>,
        journal: Journal,
    ) -> io::Result<Self> {
        let packages = Packages::open(directory)?;
        let store = match directory {
            Some(directory) => Store::open(&directory.join("state.redb")),
            None => Store::in_memory(),
        };
        let control = Self {
            account,
            store: store.map_err(io::Error::other)?,
            packages,
            slots: Slots::new(rest, journal.clone()),
            journal,
            changes: AtomicU64::new(0),
            revisions: AtomicU64::new(1),
            base_url: OnceLock::new(),
            inspect,
            timers: Timers::default(),
            tasks: Tasks::default(),
        };
        control.after_start().map_err(io::Error::other)?;
        Ok(control)
    }

    /// Removes what a killed run has left, and numbers deployments from where it was.
    fn after_start(&self) -> Result<(), ApiError> {
        let (newest, used) = self.store.transact(|documents| {
            let all = documents.list::<Record>(key::FUNCTIONS, "", usize::MAX)?;
            let newest = all.iter().map(|(_, record)| record.revision).max();
            let used = documents.rests("uses/")?;
            Ok((newest, used))
        })?;
        self.revisions
            .store(newest.unwrap_or(0) + 1, Ordering::Relaxed);
        let is_used = |hash: &str| {
            let users = format!("{hash}/");
            used.iter().any(|used| used.starts_with(&users))
        };
        self.packages
            .sweep(is_used)
            .map_err(|error| ApiError::internal(error.to_string()))?;
        self.triggers_changed();
        Ok(())
    }

    /// The tasks of all functions.
    pub(crate) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// The account whose functions these are.
    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    /// Says where this service is reached.
    pub(crate) fn is_at(&self, base_url: String) {
        let _first = self.base_url.set(base_url);
    }

    pub(crate) fn base_url(&self) -> &str {
        self.base_url.get().map_or("", |url| url)
    }

    /// The operation of a request: its method, and its path and query behind
    /// [`path::API`](crate::platform::path::API).
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn operation(
        method: &Method,
        path: &str,
        query: Option<&str>,
        body: Bytes,
    ) -> Result<(&'static Operation, Request), ApiError> {
        let (operation, params) = operations::find(method, path)?;
        let request = Request {
            params,
            query: request::fields(query.unwrap_or_default()),
            body,
        };
        Ok((operation, request))
    }

    /// Does an operation. It may write to the disk.
    ///
    /// # Errors
    /// Those of the platform, and operations that are not here.
    pub(crate) fn run(&self, operation: &Operation, request: &Request) -> Result<Reply, ApiError> {
        let done = operation.work()?(self, request);
        if operation.method != Method::GET {
            self.changes.fetch_add(1, Ordering::Release);
        }
        done
    }

    /// Keeps an object that was uploaded.
    pub(crate) fn upload(&self, bucket: &str, object: &str, bytes: &[u8]) -> io::Result<()> {
        self.packages.upload(&format!("{bucket}/{object}"), bytes)
    }

    fn uploaded(&self, bucket: &str, object: &str) -> Result<Vec<u8>, ApiError> {
        let found = self.packages.uploaded(&format!("{bucket}/{object}"));
        let found = found.map_err(|error| ApiError::internal(error.to_string()))?;
        found.ok_or_else(|| {
            ApiError::invalid(format!(
                "the object `{object}` of the bucket `{bucket}` does not exist"
            ))
        })
    }

    /// The bytes of a package that a function uses.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub(crate) fn package(&self, hash: &str) -> Result<Vec<u8>, ApiError> {
        let is_used = self.store.transact(|documents| {
            let users = documents.rests(&key::uses(hash))?;
            Ok(!users.is_empty())
        })?;
        if !is_used {
            return Err(ApiError::not_found("NoSuchKey", "there is no such object"));
        }
        self.packages.read(&PackageRef {
            hash: hash.to_owned(),
            checksum: String::new(),
            size: 0,
        })
    }

    /// Removes everything.
    pub(crate) fn reset(&self) -> Result<(), ApiError> {
        self.store.transact(|documents| documents.remove_all(""))?;
        self.changes.fetch_add(1, Ordering::Release);
        self.slots.remove_all();
        self.tasks.forget(None);
        self.triggers_changed();
        self.packages
            .sweep(|_| false)
            .map_err(|error| ApiError::internal(error.to_string()))
    }

    /// Ends all instances.
    pub(crate) async fn shut_down(&self) {
        self.slots.shut_down().await;
    }

    fn removed(&self, name: &str) {
        self.changes.fetch_add(1, Ordering::Release);
        self.slots.remove(name, |_| true);
        self.tasks.forget(Some(name));
        self.triggers_changed();
        self.journal.tell(&Event::Removed {
            function: name.to_owned(),
        });
    }

    fn version_removed(&self, name: &str, version: &str) {
        self.changes.fetch_add(1, Ordering::Release);
        self.slots.remove(name, |other| other == version);
    }

    /// Removes a package unless something uses it.
    fn forget_unused(&self, package: Option<&PackageRef>) {
        let Some(package) = package else {
            return;
        };
        // In a transaction, so that no function begins to use it meanwhile.
        let _checked = self.store.transact(|documents| {
            if documents.rests(&key::uses(&package.hash))?.is_empty() {
                self.packages.forget(&package.hash);
            }
            Ok(())
        });
    }

    /// What keeps a package from starting on the runtime of its function.
    fn warnings(&self, package: &PackageRef, record: &Record) -> Vec<String> {
        let Some(inspect) = &self.inspect else {
            return Vec::new();
        };
        let runtime = record.text("runtime").unwrap_or_default();
        let zip = self.packages.read(package);
        zip.map_or_else(|_| Vec::new(), |zip| inspect(&zip, runtime))
    }

    /// A signed URL of a package, which expires.
    fn download(&self, package: &PackageRef) -> String {
        const LIFETIME: Duration = Duration::from_secs(10 * 60);
        let object = Object {
            bucket: DOWNLOADS.to_owned(),
            name: format!("{}.zip", package.hash),
        };
        let expires = SystemTime::now() + LIFETIME;
        signed_url(self.base_url(), &object, &self.account.key, expires)
    }

    fn next_revision(&self) -> u64 {
        self.revisions.fetch_add(1, Ordering::Relaxed)
    }
}

/// The present as the API writes times.
fn now() -> String {
    format!("{:.0}", Timestamp::now())
}
