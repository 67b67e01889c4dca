//! The function. This is the file to edit.

use crate::event::{Event, Operation, Record};
use crate::fc::{Context, Function, Result};

/// The state of one instance: every call shares it.
pub struct Handler;

impl Function for Handler {
    type Event = Event;
    type Reply = ();

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    /// Runs for every batch of changes. After an error the same batch comes again, until the log of
    /// the table's stream expires: TRIGGER.md.
    async fn handle(&self, event: Event, _cx: &Context) -> Result<()> {
        for (at, record) in event.records.iter().enumerate() {
            // What follows may depend on this change, so it waits.
            process(record).map_err(|error| format!("Records[{at}]: {error}"))?;
        }
        Ok(())
    }
}

/// Deals with one change; it becomes `async` once it awaits something. A change may come again, so
/// doing this twice must be as good as once: write what comes of it under the primary key, unless a
/// newer `info.timestamp` is there. Never write to the table of the trigger: that calls this
/// function again, without end.
fn process(record: &Record) -> Result<()> {
    let key = record
        .primary_key
        .iter()
        .map(|column| column.value.as_ref());
    let Some(key) = key.collect::<Option<Vec<_>>>() else {
        return Err("its primary key lacks a value".into());
    };
    match &record.operation {
        Operation::PutRow | Operation::UpdateRow => {
            tracing::info!(?key, columns = record.columns.len(), "written");
        }
        Operation::DeleteRow => tracing::info!(?key, "deleted"),
        Operation::Other(name) => tracing::warn!(?key, "nothing is known of `{name}`"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;
    use crate::fc::{EventError, FromEvent};

    fn read(event: &[u8]) -> Result<Event, EventError> {
        Event::from_event(event.to_vec().into())
    }

    #[tokio::test]
    async fn every_sample_is_handled() -> Result<()> {
        let cx = Context::default();
        let handler = Handler::init(&cx).await?;
        for file in std::fs::read_dir("events")? {
            let event = Event::from_event(std::fs::read(file?.path())?.into())?;
            handler.handle(event, &cx).await?;
        }
        Ok(())
    }

    #[test]
    fn both_formats_give_the_same_event() -> Result<()> {
        let event = read(include_bytes!("../events/put-row.cbor"))?;
        assert_eq!(event, read(include_bytes!("../events/invoke.json"))?);
        let record = &event.records[0];
        let key = record.key("pk_0").and_then(Value::as_i64);
        assert_eq!(key, Some(1_780_279_200_881_590_900));
        let text = record.column("attr_0").and_then(Value::as_str);
        assert_eq!(text, Some("hello_table_store"));
        Ok(())
    }

    #[test]
    fn every_type_of_column_is_read() -> Result<()> {
        let event = read(include_bytes!("../events/update-and-delete.cbor"))?;
        let record = &event.records[0];
        let photo = Value::Blob(b"\x89PNG\r\n\x1a\n".as_slice().into());
        assert_eq!(record.column("photo"), Some(&photo));
        assert_eq!(record.column("price"), Some(&Value::Double(12.5)));
        assert_eq!(record.column("paid"), Some(&Value::Boolean(true)));
        assert_eq!(record.column("note"), None);
        Ok(())
    }

    #[test]
    fn an_unreadable_event_tells_where() {
        let cbor = include_bytes!("../events/put-row.cbor");
        let mut wrong = cbor.to_vec();
        let name = wrong.windows(5).position(|at| at == b"dpk_1").unwrap();
        // An integer where the name was.
        wrong[name] = 0x01;
        assert_eq!(
            read(&wrong).unwrap_err().path(),
            Some("Records[0].PrimaryKey[1].ColumnName")
        );
        let json = br#"{"Records": [{"Type": "PutRow", "PrimaryKey": [{"ColumnName": 1}]}]}"#;
        assert_eq!(
            read(json).unwrap_err().path(),
            Some("Records[0].PrimaryKey[0].ColumnName")
        );
        read(&cbor[..cbor.len() - 1]).unwrap_err();
        read(&[cbor.as_slice(), b"\n"].concat()).unwrap_err();
        for neither in [b"".as_slice(), b"[]", b"\x80", b" \xa1"] {
            let error = read(neither).unwrap_err().to_string();
            assert!(error.contains("CBOR") && error.contains("JSON"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_bad_record_holds_up_its_batch() -> Result<()> {
        let mut event = read(include_bytes!("../events/update-and-delete.cbor"))?;
        event.records[1].primary_key[0].value = None;
        let failed = Handler.handle(event, &Context::default()).await;
        let error = failed.unwrap_err().to_string();
        assert_eq!(error, "Records[1]: its primary key lacks a value");
        Ok(())
    }
}
