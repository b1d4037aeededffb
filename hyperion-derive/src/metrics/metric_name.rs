//! Names of metrics: what OpenTelemetry and Prometheus both take.

use super::model::InstrumentKind;

/// Says what is wrong with the name of a metric, its prefix included.
pub(super) fn mistake(name: &str, kind: InstrumentKind) -> Option<String> {
    syntax(name).or_else(|| reserved(name, kind))
}

/// Says what is wrong with a prefix.
pub(super) fn mistake_of_prefix(prefix: &str) -> Option<String> {
    if prefix.is_empty() {
        return Some("this prefix is empty; give it a text or remove it".to_owned());
    }
    if prefix.ends_with('.') {
        return Some("a prefix ends without a dot, which is added; remove it".to_owned());
    }
    syntax(prefix)
}

/// The form of a name in which two are equal that are one in Prometheus, or in OpenTelemetry, to which capitals are
/// small letters.
pub(super) fn in_prometheus(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            plain.push(letter.to_ascii_lowercase());
        } else if !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain
}

/// The longest name in OpenTelemetry ("Metrics API", section "Instrument name syntax").
const LONGEST: usize = 255;

fn syntax(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("this name is empty; give it a text or remove `name`".to_owned());
    }
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Some(format!(
            "the name of a metric starts with a letter, unlike `{}`",
            name.escape_debug()
        ));
    }
    let other = |letter: &char| {
        !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | '/'))
    };
    if let Some(other) = name.chars().find(other) {
        let other = other.escape_debug();
        return Some(format!(
            "the name of a metric holds letters, digits, `_`, `.`, `-` and `/`, not `{other}`"
        ));
    }
    let length = name.len();
    (length > LONGEST).then(|| {
        format!("this name has {length} characters with its prefix, and {LONGEST} are the most; shorten it")
    })
}

/// Endings that mean something to Prometheus.
fn reserved(name: &str, kind: InstrumentKind) -> Option<String> {
    let plain = in_prometheus(name);
    let (_, last) = plain.rsplit_once('_')?;
    let why = match (last, kind) {
        ("total", InstrumentKind::Counter) => "which Prometheus adds to a counter itself",
        ("total", _) => "which is the mark of a counter in Prometheus",
        // What is counted by going up and down is called so in the semantic conventions: `db.client.connection.count`.
        ("count", InstrumentKind::UpDownCounter | InstrumentKind::Gauge) => return None,
        ("count" | "sum" | "bucket", _) => "which is a part of a histogram in Prometheus",
        ("created", _) => "which is when a series began in Prometheus",
        ("info", _) => "which is the mark of a metric of texts in Prometheus",
        _ => return None,
    };
    Some(format!(
        "the name of a metric cannot end with `{last}`, {why}; leave it out"
    ))
}

#[cfg(test)]
mod tests {
    use super::{in_prometheus, mistake, mistake_of_prefix};
    use crate::metrics::model::InstrumentKind;

    #[test]
    fn names_of_the_conventions_are_names() {
        for (name, kind) in [
            ("user.lookups", InstrumentKind::Counter),
            ("db.client.connection.count", InstrumentKind::UpDownCounter),
            ("http.server.request.duration", InstrumentKind::Histogram),
            ("wait.seconds", InstrumentKind::Histogram),
            ("a/b-c_d.9", InstrumentKind::Gauge),
            ("totals", InstrumentKind::Counter),
            ("info", InstrumentKind::Gauge),
        ] {
            assert_eq!(mistake(name, kind), None, "{name}");
        }
    }

    #[test]
    fn everything_else_is_answered() {
        for (name, kind, expected) in [
            ("", InstrumentKind::Counter, "empty"),
            ("9lives", InstrumentKind::Counter, "starts with a letter"),
            ("_open", InstrumentKind::Gauge, "starts with a letter"),
            (".a", InstrumentKind::Gauge, "starts with a letter"),
            ("a b", InstrumentKind::Gauge, "not ` `"),
            ("a:b", InstrumentKind::Gauge, "not `:`"),
            ("größe", InstrumentKind::Gauge, "not `ö`"),
            ("user.total", InstrumentKind::Counter, "adds to a counter"),
            ("user_total", InstrumentKind::Gauge, "mark of a counter"),
            ("user-total", InstrumentKind::Counter, "adds to a counter"),
            (
                "wait.count",
                InstrumentKind::Histogram,
                "part of a histogram",
            ),
            ("wait.sum", InstrumentKind::Gauge, "part of a histogram"),
            ("wait_bucket", InstrumentKind::Gauge, "part of a histogram"),
            ("wait_created", InstrumentKind::Gauge, "when a series began"),
            ("build.info", InstrumentKind::Gauge, "metric of texts"),
            (&"x".repeat(256), InstrumentKind::Gauge, "256 characters"),
        ] {
            let mistake = mistake(name, kind).unwrap_or_default();
            assert!(mistake.contains(expected), "{name}: {mistake}");
        }
    }

    #[test]
    fn prefixes_are_names_without_a_dot_at_their_end() {
        assert_eq!(mistake_of_prefix("shop.user"), None);
        for (prefix, expected) in [
            ("", "empty"),
            ("user.", "without a dot"),
            (".user", "starts with a letter"),
            ("my shop", "not ` `"),
        ] {
            let mistake = mistake_of_prefix(prefix).unwrap_or_default();
            assert!(mistake.contains(expected), "{prefix}: {mistake}");
        }
    }

    #[test]
    fn what_is_one_in_prometheus_is_told() {
        assert_eq!(in_prometheus("a.b"), in_prometheus("A__b"));
        assert_ne!(in_prometheus("a.b"), in_prometheus("ab"));
    }
}
