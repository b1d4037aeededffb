//! Log records.

use anyhow::Result;
use serde_json::Value;

use super::{Attributes, Origin, attributes, text, whole};

/// One log record.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRecord {
    /// When it happened, in nanoseconds since 1970.
    pub time: u64,
    /// When it was observed, in nanoseconds since 1970.
    pub observed: u64,
    /// `INFO`, `ERROR` and so on.
    pub severity: String,
    /// The number of the severity, 1 to 24.
    pub severity_number: u64,
    /// The name of the kind of event; empty where it has none.
    pub event_name: String,
    /// The message, mostly text.
    pub body: Value,
    /// Its attributes.
    pub attributes: Attributes,
    /// The id of the trace it was written in; empty outside of one.
    pub trace_id: String,
    /// The id of the span it was written in; empty outside of one.
    pub span_id: String,
    /// The trace flags of that span.
    pub flags: u64,
    /// The resource that produced it.
    pub resource: Attributes,
    /// The instrumentation scope.
    pub scope: String,
}

impl LogRecord {
    pub(super) fn read(value: &Value, origin: &Origin<'_>) -> Result<Self> {
        Ok(Self {
            time: whole(value, "timeUnixNano")?,
            observed: whole(value, "observedTimeUnixNano")?,
            severity_number: whole(value, "severityNumber")?,
            event_name: text(value, "eventName").to_owned(),
            flags: whole(value, "flags")?,
            severity: text(value, "severityText").to_owned(),
            body: attributes::any(&value["body"])?,
            attributes: Attributes::read("a log record", value)?,
            trace_id: text(value, "traceId").to_owned(),
            span_id: text(value, "spanId").to_owned(),
            resource: origin.resource.clone(),
            scope: origin.scope.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::otlp;
    use serde_json::json;

    #[test]
    fn a_record_keeps_its_span() {
        let export = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [{
            "severityText": "INFO", "severityNumber": 9, "flags": 1, "body": {"stringValue": "fetching user"},
            "traceId": "0a", "spanId": "01",
        }]}]}]});
        let logs = otlp::logs(&export).expect("a record");
        assert_eq!(
            (logs[0].body.as_str(), logs[0].span_id.as_str()),
            (Some("fetching user"), "01")
        );
        assert_eq!((logs[0].severity_number, logs[0].flags), (9, 1));
    }
}
