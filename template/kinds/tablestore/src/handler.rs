//! The function. This is the file to edit.

use fc3::events::tablestore::{Event, Operation, Record};
use fc3::{Context, Function, Result};

/// The state of one instance, which all calls share.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every batch of changes. After an error Tablestore sends the same batch again, until
    /// the table's stream expires: TRIGGER.md.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        for (at, record) in event.records.iter().enumerate() {
            // Later changes may depend on this one, so they wait for it.
            process(record).map_err(|error| format!("Records[{at}]: {error}"))?;
        }
        Ok(())
    }
}

/// Handles one change. Add `async` and `.await` when it has something to wait for.
///
/// A change may be delivered again, so a second run must do no harm: store the result under the
/// primary key, unless a newer `info.timestamp` is already there. Never write to the table of the
/// trigger: that calls this function again, without end.
fn process(record: &Record) -> Result<()> {
    let key = record.primary_key.iter();
    let key = key.map(|column| column.value.as_ref());
    let Some(key) = key.collect::<Option<Vec<_>>>() else {
        return Err("a column of the primary key has no value".into());
    };
    match &record.operation {
        Operation::PutRow | Operation::UpdateRow => {
            tracing::info!(?key, columns = record.columns.len(), "row written");
        }
        Operation::DeleteRow => tracing::info!(?key, "row deleted"),
        Operation::Other(name) => tracing::warn!(?key, "skipped: unknown operation `{name}`"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fc3::testing::{Instance, samples};

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        for sample in samples()? {
            function.invoke(sample.event).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_change_without_a_key_stops_its_batch() -> Result<()> {
        let function = Instance::<Handler>::start().await?;
        let change =
            r#"{"Records": [{"Type": "DeleteRow", "PrimaryKey": [{"ColumnName": "pk"}]}]}"#;
        let error = function.invoke(change).await.unwrap_err();
        assert_eq!(
            error.message(),
            "Records[0]: a column of the primary key has no value"
        );
        Ok(())
    }
}
