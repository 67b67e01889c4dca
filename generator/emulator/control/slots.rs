//! What runs of the functions: for each version that somebody has called, its instances.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::record::{Record, key};
use super::{Account, Control, aliases, versions};
use crate::deployment::{AsyncConfig, FunctionConfig};
use crate::emulator::api_error::ApiError;
use crate::emulator::code::start_command;
use crate::emulator::function::{Definition, Function, Journal, Rest};
use crate::platform::LATEST;

/// What a call of a function reaches.
pub(crate) struct Target {
    pub(crate) function: Function,
    /// The qualifier that the call named.
    pub(crate) qualifier: String,
    /// The version that it means: `LATEST` or a number.
    pub(crate) version: String,
    /// The checksum of its code.
    pub(crate) checksum: String,
    /// What happens to asynchronous calls.
    pub(crate) asynchronous: AsyncConfig,
    /// Whether asynchronous calls are tasks.
    pub(crate) has_tasks: bool,
}

/// The instances of all functions.
pub(super) struct Slots {
    /// By the name of the function and the version.
    running: Mutex<HashMap<(String, String), Slot>>,
    /// What calls of a name with a qualifier have reached last, and the number of the last change then.
    known: Mutex<HashMap<(String, String), Known>>,
    rest: Rest,
    journal: Journal,
}

/// The number of the last change when it was looked up, and what was found.
type Known = (u64, Arc<Target>);

struct Slot {
    function: Function,
    revision: u64,
}

impl Slots {
    pub(super) fn new(rest: Rest, journal: Journal) -> Self {
        Self {
            running: Mutex::default(),
            known: Mutex::default(),
            rest,
            journal,
        }
    }

    /// The instances of a version. Those of an earlier deployment end after their calls.
    fn get(
        &self,
        name: &str,
        version: &str,
        revision: u64,
        definition: impl FnOnce() -> Result<Definition, ApiError>,
    ) -> Result<Function, ApiError> {
        let mut running = lock(&self.running);
        let key = (name.to_owned(), version.to_owned());
        match running.get_mut(&key) {
            // A slower request has read an older deployment.
            Some(slot) if slot.revision >= revision => {}
            Some(slot) => {
                slot.function.redefine(definition()?);
                slot.revision = revision;
            }
            None => {
                let function = Function::new(definition()?, self.journal.clone());
                running.insert(key.clone(), Slot { function, revision });
            }
        }
        Ok(running[&key].function.clone())
    }

    /// Ends the instances of a function, those of some versions.
    pub(super) fn remove(&self, name: &str, is_gone: impl Fn(&str) -> bool) {
        lock(&self.known).retain(|(other, _), _| other != name);
        let mut running = lock(&self.running);
        let gone = running.extract_if(|(other, version), _| other == name && is_gone(version));
        for (_, slot) in gone {
            tokio::spawn(async move { slot.function.shut_down().await });
        }
    }

    /// The instances of a function that accept calls, each with its version.
    pub(super) fn instances(&self, name: &str) -> Vec<(String, String)> {
        let running = lock(&self.running);
        let slots = running.iter().filter(|((other, _), _)| other == name);
        let ids = slots.flat_map(|((_, version), slot)| {
            let ids = slot.function.instance_ids().into_iter();
            ids.map(move |id| (version.clone(), id))
        });
        ids.collect()
    }

    pub(super) fn remove_all(&self) {
        let names: Vec<_> = lock(&self.running)
            .keys()
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            self.remove(&name, |_| true);
        }
        lock(&self.known).clear();
    }

    /// Ends all instances, and waits until they are gone.
    pub(super) async fn shut_down(&self) {
        let all = std::mem::take(&mut *lock(&self.running));
        let ends = all
            .into_values()
            .map(|slot| tokio::spawn(async move { slot.function.shut_down().await }));
        for end in ends.collect::<Vec<_>>() {
            let _ = end.await;
        }
    }
}

impl Control {
    /// What a call reaches, if nothing has changed since the last call like it.
    pub(crate) fn known_target(&self, name: &str, qualifier: &str) -> Option<Arc<Target>> {
        let known = lock(&self.slots.known);
        let (changes, target) = known.get(&(name.to_owned(), qualifier.to_owned()))?;
        (*changes == self.changes.load(Ordering::Acquire)).then(|| Arc::clone(target))
    }

    /// What a call reaches. It may unpack a package.
    ///
    /// # Errors
    /// There is no such function, version or alias, or it takes no calls.
    pub(crate) fn target(&self, name: &str, qualifier: &str) -> Result<Arc<Target>, ApiError> {
        let changes = self.changes.load(Ordering::Acquire);
        let (record, version, asynchronous, is_shared, has_tasks) =
            self.store.transact(|documents| {
                let (record, version) = versions::of(documents, name, qualifier)?;
                let policy: Option<Value> = documents.get(&format!("async/{name}/{qualifier}"))?;
                let has_tasks = policy
                    .as_ref()
                    .is_some_and(|policy| policy["asyncTask"] == true);
                let policy = policy.as_ref().map(AsyncConfig::of_api);
                // The next call of such an alias may reach another version.
                let is_shared = aliases::is_shared(documents, name, qualifier)?;
                Ok((
                    record,
                    version,
                    policy.unwrap_or_default(),
                    is_shared,
                    has_tasks,
                ))
            })?;
        if let Some(reason) = &record.disabled {
            let message = format!("calls of the function `{name}` are switched off: {reason}");
            return Err(ApiError::forbidden("FunctionInvocationDisabled", message));
        }
        if record.is_container() {
            let message = format!(
                "the function `{name}` runs from an image, which needs Docker or Podman; `cargo fc3 \
                 emulate` does not start images"
            );
            let status = hyper::StatusCode::NOT_IMPLEMENTED;
            return Err(ApiError::new(status, "NotImplemented", message));
        }
        let function = self.slots.get(name, &version, record.revision, || {
            self.definition(name, &version, &record)
        })?;
        let target = Arc::new(Target {
            function,
            qualifier: qualifier.to_owned(),
            version,
            checksum: record
                .package
                .map(|package| package.checksum)
                .unwrap_or_default(),
            asynchronous,
            has_tasks,
        });
        if !is_shared {
            let key = (name.to_owned(), qualifier.to_owned());
            lock(&self.slots.known).insert(key, (changes, Arc::clone(&target)));
        }
        Ok(target)
    }

    /// How an instance is started.
    fn definition(
        &self,
        name: &str,
        version: &str,
        record: &Record,
    ) -> Result<Definition, ApiError> {
        let package = record.package.as_ref();
        let package = package.ok_or_else(|| ApiError::internal("the function has no code"))?;
        let tree = self.packages.tree(package)?;
        let shown = record.shown(name, version, &self.account);
        let config = FunctionConfig::of_api(&shown);
        let launch = start_command(&config, &tree.path());
        let mut definition = Definition::of_config(&config, launch, tree.path(), self.slots.rest);
        let Account { id, region, .. } = &self.account;
        definition.settings.account_id.clone_from(id);
        definition.settings.region.clone_from(region);
        definition.keeps = Some(tree);
        if version != LATEST {
            version.clone_into(&mut definition.settings.version_id);
        }
        Ok(definition)
    }
}

/// A function as the console shows it.
pub(crate) struct Deployed {
    pub(crate) config: FunctionConfig,
    /// The URL of its HTTP trigger.
    pub(crate) url: Option<String>,
}

impl Control {
    /// All functions.
    pub(crate) fn deployed(&self) -> Vec<Deployed> {
        let records = self.store.transact(|documents| {
            let records = documents.list::<Record>(key::FUNCTIONS, "", usize::MAX)?;
            let of = |(name, record): (String, Record)| {
                let url = self.url_of(documents, &name)?;
                let config = FunctionConfig::of_api(&record.shown(&name, LATEST, &self.account));
                Ok(Deployed { config, url })
            };
            records.into_iter().map(of).collect()
        });
        records.unwrap_or_default()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
