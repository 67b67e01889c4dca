//! The functions that are deployed on this machine, by name.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::function::{CallFailure, Definition, Event, Function, Journal};

/// The most qualifiers that are told.
const QUALIFIERS: usize = 100;

/// All functions, in the order in which they were first deployed. Clones share them.
#[derive(Clone)]
pub(super) struct Functions {
    all: Arc<Mutex<Vec<Function>>>,
    /// The functions and qualifiers that were told.
    qualifiers: Arc<Mutex<BTreeSet<(String, String)>>>,
    journal: Journal,
}

impl Functions {
    pub(super) fn new(journal: Journal) -> Self {
        Self {
            all: Arc::default(),
            qualifiers: Arc::default(),
            journal,
        }
    }

    /// The function of this name.
    pub(super) fn get(&self, name: &str) -> Option<Function> {
        self.find(|definition| definition.name() == name)
    }

    /// The function of this name in a host, where capital letters do not count.
    pub(super) fn get_ignoring_case(&self, name: &str) -> Option<Function> {
        self.find(|definition| definition.name().eq_ignore_ascii_case(name))
    }

    /// The first function with an HTTP trigger.
    pub(super) fn first_with_http(&self) -> Option<Function> {
        self.find(|definition| definition.http.is_some())
    }

    fn find(&self, is_it: impl Fn(&Definition) -> bool) -> Option<Function> {
        let all = self.all();
        let found = all.iter().find(|function| is_it(&function.definition()));
        found.cloned()
    }

    /// All names.
    pub(super) fn names(&self) -> Vec<String> {
        let all = self.all();
        let names = all
            .iter()
            .map(|function| function.definition().name().to_owned());
        names.collect()
    }

    /// Deploys a function. If there is one of this name, a new instance takes over from the old ones.
    ///
    /// # Errors
    /// The new instance does not start. A function that is new starts with its first call.
    pub(super) fn deploy(
        &self,
        definition: Definition,
    ) -> impl Future<Output = Result<(), CallFailure>> + use<> {
        let replaced = {
            let mut all = self.all();
            let mut named = all.iter();
            let known = named.find(|function| function.definition().name() == definition.name());
            if let Some(function) = known.cloned() {
                Some(function.replace(definition))
            } else {
                all.push(Function::new(definition, self.journal.clone()));
                None
            }
        };
        async move {
            match replaced {
                Some(replaced) => replaced.await,
                None => Ok(()),
            }
        }
    }

    /// Removes a function, and ends its instances.
    pub(super) async fn remove(&self, name: &str) {
        let removed = {
            let mut all = self.all();
            let at = all
                .iter()
                .position(|function| function.definition().name() == name);
            at.map(|at| all.remove(at))
        };
        if let Some(function) = removed {
            function.shut_down().await;
        }
    }

    /// Removes all functions, and waits until their instances are gone.
    pub(super) async fn remove_all(&self) {
        let all = std::mem::take(&mut *self.all());
        let ends = all
            .into_iter()
            .map(|function| tokio::spawn(async move { function.shut_down().await }));
        for end in ends.collect::<Vec<_>>() {
            let _ = end.await;
        }
    }

    /// Tells once that the version or alias of a call does not matter.
    pub(super) fn ignore_qualifier(&self, function: &str, qualifier: &str) {
        let told = (function.to_owned(), qualifier.to_owned());
        let is_new = {
            let mut all = self
                .qualifiers
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            all.len() < QUALIFIERS && all.insert(told)
        };
        if is_new {
            self.journal.tell(&Event::QualifierIgnored {
                function: function.to_owned(),
                qualifier: qualifier.to_owned(),
            });
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Function>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
