//! What the service remembers: JSON documents by key, in one database.
//!
//! Every request of the API is one transaction. The database runs one at a time, so two clients cannot
//! lose each other's changes, and it writes each one as a whole, so a kill at any moment leaves either
//! all of a change or nothing. Without a directory, the same database is in memory.

use std::path::Path;

use redb::backends::InMemoryBackend;
use redb::{Builder, Database, ReadableTable, Table, TableDefinition};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::request::Page;
use crate::emulator::api_error::ApiError;

const DOCUMENTS: TableDefinition<&str, &[u8]> = TableDefinition::new("documents");

/// A database of documents.
pub(super) struct Store(Database);

/// A document with the rest of its key.
pub(super) type Named<T> = (String, T);

/// The documents in one transaction.
pub(super) struct Documents<'a> {
    table: Table<'a, &'static str, &'static [u8]>,
    is_changed: bool,
}

impl Store {
    /// Documents that are gone at the end.
    ///
    /// # Errors
    /// There is no memory left.
    pub(super) fn in_memory() -> Result<Self, redb::Error> {
        let database = Builder::new().create_with_backend(InMemoryBackend::new())?;
        Ok(Self(database))
    }

    /// The documents in a file, which is created if it does not exist.
    ///
    /// # Errors
    /// Another process has it, it is none of these files, or it cannot be written.
    pub(super) fn open(file: &Path) -> Result<Self, redb::Error> {
        Ok(Self(Builder::new().create(file)?))
    }

    /// Runs a transaction. What it has changed is kept unless it fails.
    ///
    /// # Errors
    /// Those of `work`, and a database that cannot be written.
    pub(super) fn transact<T>(
        &self,
        work: impl FnOnce(&mut Documents) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let transaction = self.0.begin_write().map_err(failed)?;
        let (done, is_changed) = {
            let table = transaction.open_table(DOCUMENTS).map_err(failed)?;
            let mut documents = Documents {
                table,
                is_changed: false,
            };
            (work(&mut documents)?, documents.is_changed)
        };
        if is_changed {
            transaction.commit().map_err(failed)?;
        } else {
            transaction.abort().map_err(failed)?;
        }
        Ok(done)
    }
}

impl Documents<'_> {
    /// The document of a key.
    pub(super) fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ApiError> {
        let found = self.table.get(key).map_err(failed)?;
        found.map(|found| read(found.value())).transpose()
    }

    /// Whether there is a document of a key.
    pub(super) fn has(&self, key: &str) -> Result<bool, ApiError> {
        Ok(self.table.get(key).map_err(failed)?.is_some())
    }

    /// Sets the document of a key.
    pub(super) fn put(&mut self, key: &str, document: &impl Serialize) -> Result<(), ApiError> {
        let bytes = serde_json::to_vec(document).map_err(failed)?;
        self.table.insert(key, &*bytes).map_err(failed)?;
        self.is_changed = true;
        Ok(())
    }

    /// Removes the document of a key, and says whether there was one.
    pub(super) fn remove(&mut self, key: &str) -> Result<bool, ApiError> {
        let was_there = self.table.remove(key).map_err(failed)?.is_some();
        self.is_changed |= was_there;
        Ok(was_there)
    }

    /// Removes all documents whose key begins with `prefix`.
    pub(super) fn remove_all(&mut self, prefix: &str) -> Result<(), ApiError> {
        for key in self.keys(prefix)? {
            self.remove(&key)?;
        }
        Ok(())
    }

    /// The rests of all keys that begin with `prefix`, in order.
    pub(super) fn rests(&self, prefix: &str) -> Result<Vec<String>, ApiError> {
        let keys = self.keys(prefix)?.into_iter();
        Ok(keys.map(|key| key[prefix.len()..].to_owned()).collect())
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, ApiError> {
        let mut keys = Vec::new();
        for entry in self.table.range(prefix..).map_err(failed)? {
            let (key, _) = entry.map_err(failed)?;
            if !key.value().starts_with(prefix) {
                break;
            }
            keys.push(key.value().to_owned());
        }
        Ok(keys)
    }

    /// The documents whose key begins with `prefix`, each with the rest of its key, in the order of keys:
    /// at most `most` of them, from the first rest on that is not less than `from`.
    pub(super) fn list<T: DeserializeOwned>(
        &self,
        prefix: &str,
        from: &str,
        most: usize,
    ) -> Result<Vec<(String, T)>, ApiError> {
        let first = format!("{prefix}{from}");
        let mut found = Vec::new();
        for entry in self.table.range(&*first..).map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            let Some(rest) = key.value().strip_prefix(prefix) else {
                break;
            };
            if found.len() == most {
                break;
            }
            found.push((rest.to_owned(), read(value.value())?));
        }
        Ok(found)
    }
}

impl Documents<'_> {
    /// The documents of a page whose key begins with `prefix`, each with the rest of its key, and the
    /// rest at which the next page begins.
    pub(super) fn page<T: DeserializeOwned>(
        &self,
        prefix: &str,
        page: &Page,
        is_wanted: impl Fn(&T) -> bool,
    ) -> Result<(Vec<Named<T>>, Option<String>), ApiError> {
        let from = page.from.as_str().max(&page.prefix);
        let first = format!("{prefix}{from}");
        let mut found = Vec::new();
        for entry in self.table.range(&*first..).map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            let rest = key.value().strip_prefix(prefix);
            let Some(rest) = rest.filter(|rest| rest.starts_with(&page.prefix)) else {
                break;
            };
            let document = read(value.value())?;
            if !is_wanted(&document) {
                continue;
            }
            if found.len() == page.limit {
                return Ok((found, Some(rest.to_owned())));
            }
            found.push((rest.to_owned(), document));
        }
        Ok((found, None))
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(failed)
}

/// The machine is at fault, such as a disk without space.
fn failed(error: impl std::fmt::Display) -> ApiError {
    ApiError::internal(format!("the state cannot be read or written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_listed_by_prefix_in_pages() {
        let store = Store::in_memory().expect("memory");
        let listed = store.transact(|documents| {
            for key in ["a/1", "a/2", "a/3", "b/1"] {
                documents.put(key, &key)?;
            }
            let list = |documents: &Documents, from, most| {
                let found = documents.list::<String>("a/", from, most)?;
                let rests = found.into_iter().map(|(rest, _)| rest);
                Ok::<_, ApiError>(rests.collect::<Vec<_>>())
            };
            assert_eq!(list(documents, "", 2)?, ["1", "2"]);
            assert_eq!(list(documents, "2", 9)?, ["2", "3"]);
            documents.remove_all("a/")?;
            list(documents, "", 9)
        });
        assert!(listed.expect("a transaction").is_empty());
    }

    #[test]
    fn what_fails_changes_nothing() {
        let store = Store::in_memory().expect("memory");
        let failed = store.transact(|documents| {
            documents.put("a", &1)?;
            Err::<(), _>(ApiError::invalid("no"))
        });
        assert!(failed.is_err());
        let has = store.transact(|documents| documents.has("a"));
        assert!(!has.expect("a transaction"));
    }
}
