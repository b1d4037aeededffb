//! OpenTelemetry names as Prometheus writes them.
//!
//! The rules are those of the specification ("Prometheus and `OpenMetrics` compatibility", sections "Metric metadata" and
//! "Metric attributes").

use std::collections::BTreeMap;

use super::exposition::FamilyKind;

/// The namespace and subsystem that precede the names of the program's own metrics.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefix(String);

/// The name of a family, and the word for its unit where the name ends with an underscore and that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FamilyName {
    pub(super) base: String,
    pub(super) unit: Option<String>,
}

/// That of metrics which other libraries name, for every program that they are in.
pub(super) static NO_PREFIX: Prefix = Prefix(String::new());

/// The beginnings of names that are the same in every program, by the semantic conventions: those of the process, of its Tokio
/// runtimes, and of what it answers and asks.
const COMMON: &[&str] = &[
    "process.",
    "tokio.runtime.",
    "http.server.",
    "http.client.",
    "rpc.server.",
    "rpc.client.",
    "db.client.",
];

impl Prefix {
    /// The prefix of a metric of ours.
    pub(super) fn of(&self, name: &str) -> &Self {
        if COMMON.iter().any(|common| name.starts_with(common)) {
            &NO_PREFIX
        } else {
            self
        }
    }

    pub(super) fn new(namespace: Option<&str>, subsystem: Option<&str>) -> Self {
        let mut prefix = String::new();
        for part in [namespace, subsystem]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
        {
            prefix.push_str(part);
            prefix.push('_');
        }
        Self(prefix)
    }

    /// The name of a metric, without the suffix that marks a counter.
    pub(super) fn family_name(&self, name: &str, unit: &str, kind: FamilyKind) -> FamilyName {
        let mut base = sanitise(&format!("{}{name}", self.0), ":");
        if kind == FamilyKind::Counter {
            // The suffix of a counter comes last, after the unit. A name that is nothing else stays.
            let without = base.strip_suffix("_total").filter(|name| !name.is_empty());
            base.truncate(without.map_or(base.len(), str::len));
        }
        let mut unit = unit_suffix(unit, kind);
        if let Some(suffix) = &unit {
            if !has_suffix(&base, suffix) {
                base = format!("{base}_{suffix}");
            } else if base == *suffix {
                // A name that is all unit does not end with it in the eyes of the format.
                unit = None;
            }
        }
        FamilyName { base, unit }
    }
}

/// The name of a metric that another library has named for Prometheus: as it is there, if it can be.
pub(super) fn kept_name(name: &str, unit: &str, kind: FamilyKind) -> FamilyName {
    let mut base = name.to_owned();
    if !is_name(name, ":") {
        base = sanitise(name, ":");
    }
    if kind == FamilyKind::Counter {
        let without = base.strip_suffix("_total").filter(|name| !name.is_empty());
        base.truncate(without.map_or(base.len(), str::len));
    }
    let unit = unit_suffix(unit, kind).filter(|unit| has_suffix(&base, unit) && base != *unit);
    FamilyName { base, unit }
}

/// Returns true if `name` is of letters, digits and `more`, does not begin with a digit, and is none that Prometheus takes for
/// its own.
fn is_name(name: &str, more: &str) -> bool {
    let is_one = |character: char| {
        character.is_ascii_alphanumeric() || character == '_' || more.contains(character)
    };
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.starts_with("__")
        && name.chars().all(is_one)
}

fn has_suffix(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}

/// `name` in letters, digits and `more`, each run of other characters as one underscore: names that begin with two are taken
/// by Prometheus for its own, `__name__` among them.
fn sanitise(name: &str, more: &str) -> String {
    let mut sanitised = String::with_capacity(name.len() + 1);
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        sanitised.push('_');
    }
    for character in name.chars() {
        if character.is_ascii_alphanumeric() || more.contains(character) {
            sanitised.push(character);
        } else if !sanitised.ends_with('_') {
            sanitised.push('_');
        }
    }
    sanitised
}

fn unit_suffix(unit: &str, kind: FamilyKind) -> Option<String> {
    // Annotations such as `{request}` are no units.
    let unit = without_annotations(unit);
    match unit.split_once('/') {
        // A bare `1` is a ratio only where the value can be one.
        None if unit == "1" => (kind == FamilyKind::Gauge).then(|| "ratio".to_owned()),
        None => plural(&unit).map(str::to_owned),
        Some((of, per)) => {
            let per = singular(per)?;
            match plural(of) {
                Some(of) => Some(format!("{of}_per_{per}")),
                None if of.is_empty() || of == "1" => Some(format!("per_{per}")),
                None => None,
            }
        }
    }
}

fn without_annotations(unit: &str) -> String {
    let mut depth = 0_u32;
    let outside = unit.chars().filter(|character| match character {
        '{' => {
            depth += 1;
            false
        }
        '}' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    outside.collect::<String>().trim().to_owned()
}

/// The word for an amount in a UCUM unit.
fn plural(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" | "B" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "kBy" | "KBy" | "KB" => "kilobytes",
        "MBy" | "MB" => "megabytes",
        "GBy" | "GB" => "gigabytes",
        "TBy" | "TB" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "%" => "percent",
        _ => return None,
    })
}

/// The word for one UCUM unit of time, below a fraction line.
fn singular(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "s" => "second",
        "m" | "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => return None,
    })
}

/// `labels` under names that Prometheus accepts, in the order of those names. Values whose names become the same are
/// joined with `;`, in the order of the original names.
pub(super) fn labels<N: AsRef<str> + Ord, V: AsRef<str> + Ord>(
    labels: impl IntoIterator<Item = (N, V)>,
    kind: FamilyKind,
) -> BTreeMap<String, String> {
    renamed(labels, |name| label_name(name, kind))
}

/// The same for labels that another library has named for Prometheus: those that it accepts stay as they are.
pub(super) fn kept_labels<N: AsRef<str> + Ord, V: AsRef<str> + Ord>(
    labels: impl IntoIterator<Item = (N, V)>,
    kind: FamilyKind,
) -> BTreeMap<String, String> {
    renamed(labels, |name| {
        let stays = is_name(name, "") && !(kind == FamilyKind::Histogram && name == "le");
        if stays {
            name.to_owned()
        } else {
            label_name(name, kind)
        }
    })
}

fn renamed<N: AsRef<str> + Ord, V: AsRef<str> + Ord>(
    labels: impl IntoIterator<Item = (N, V)>,
    rename: impl Fn(&str) -> String,
) -> BTreeMap<String, String> {
    let mut originals: Vec<(N, V)> = labels.into_iter().collect();
    originals.sort_unstable();
    let mut sanitised = BTreeMap::<String, String>::new();
    for (name, value) in originals {
        let value = value.as_ref();
        sanitised
            .entry(rename(name.as_ref()))
            .and_modify(|values| {
                values.push(';');
                values.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
    }
    sanitised
}

pub(super) fn label_name(name: &str, kind: FamilyKind) -> String {
    if kind == FamilyKind::Histogram && name == "le" {
        // The name belongs to the bounds of the buckets.
        return "exported_le".to_owned();
    }
    sanitise(name, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str, unit: &str, kind: FamilyKind) -> String {
        Prefix::default().family_name(name, unit, kind).base
    }

    #[test]
    fn names_are_sanitised() {
        assert_eq!(
            name("http.server.duration", "", FamilyKind::Gauge),
            "http_server_duration"
        );
        assert_eq!(name("a..b - c", "", FamilyKind::Gauge), "a_b_c");
        assert_eq!(name("1st", "", FamilyKind::Gauge), "_1st");
        assert_eq!(name("größe", "", FamilyKind::Gauge), "gr_e");
        assert_eq!(name("a:b", "", FamilyKind::Gauge), "a:b");
        assert_eq!(name("", "", FamilyKind::Gauge), "_");
    }

    #[test]
    fn units_become_words() {
        for (unit, kind, expected) in [
            ("s", FamilyKind::Histogram, "x_seconds"),
            ("By", FamilyKind::Counter, "x_bytes"),
            ("ms", FamilyKind::Gauge, "x_milliseconds"),
            ("1", FamilyKind::Gauge, "x_ratio"),
            ("1", FamilyKind::Counter, "x"),
            ("%", FamilyKind::Gauge, "x_percent"),
            ("{request}", FamilyKind::Counter, "x"),
            ("{request}/s", FamilyKind::Gauge, "x_per_second"),
            ("1/s", FamilyKind::Gauge, "x_per_second"),
            ("By/s", FamilyKind::Gauge, "x_bytes_per_second"),
            ("By/fortnight", FamilyKind::Gauge, "x"),
            ("furlong", FamilyKind::Gauge, "x"),
        ] {
            assert_eq!(name("x", unit, kind), expected, "{unit} {kind:?}");
        }
    }

    #[test]
    fn suffixes_are_not_repeated() {
        assert_eq!(
            name("wait.seconds", "s", FamilyKind::Histogram),
            "wait_seconds"
        );
        assert_eq!(
            name("milliseconds", "s", FamilyKind::Histogram),
            "milliseconds_seconds"
        );
        assert_eq!(name("sent.total", "By", FamilyKind::Counter), "sent_bytes");
        assert_eq!(name("in.total", "", FamilyKind::Gauge), "in_total");
        assert_eq!(name(".total", "", FamilyKind::Counter), "_total");
        assert_eq!(name("total", "", FamilyKind::Counter), "total");
    }

    #[test]
    fn a_unit_is_known_where_the_name_ends_with_it() {
        let unit = |name, unit, kind| Prefix::default().family_name(name, unit, kind).unit;
        assert_eq!(
            unit("wait", "s", FamilyKind::Histogram).as_deref(),
            Some("seconds")
        );
        assert_eq!(
            unit("wait.seconds", "s", FamilyKind::Gauge).as_deref(),
            Some("seconds")
        );
        assert_eq!(
            unit("sent.total", "By", FamilyKind::Counter).as_deref(),
            Some("bytes")
        );
        assert_eq!(unit("seconds", "s", FamilyKind::Gauge), None);
        assert_eq!(unit("wait.seconds", "", FamilyKind::Gauge), None);
        assert_eq!(unit("wait", "furlong", FamilyKind::Gauge), None);
    }

    #[test]
    fn the_prefix_is_part_of_the_name() {
        let prefix = Prefix::new(Some("my-shop"), Some("users"));
        assert_eq!(
            prefix.family_name("lookups", "", FamilyKind::Counter).base,
            "my_shop_users_lookups"
        );
        assert_eq!(
            Prefix::new(None, Some("users"))
                .family_name("a", "", FamilyKind::Gauge)
                .base,
            "users_a"
        );
        assert_eq!(
            Prefix::new(Some(""), None)
                .family_name("a", "", FamilyKind::Gauge)
                .base,
            "a"
        );
    }

    #[test]
    fn label_names_are_sanitised_and_collisions_joined() {
        let joined = labels(
            [("b", "3"), ("a_b", "2"), ("a.b", "1"), ("9", "4")],
            FamilyKind::Counter,
        );
        let joined: Vec<(&str, &str)> = joined
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(joined, [("_9", "4"), ("a_b", "1;2"), ("b", "3")]);
    }

    #[test]
    fn a_label_cannot_take_the_name_of_the_bounds() {
        assert_eq!(label_name("le", FamilyKind::Histogram), "exported_le");
        assert_eq!(label_name("le", FamilyKind::Gauge), "le");
    }

    #[test]
    fn a_label_cannot_take_a_name_of_prometheus() {
        assert_eq!(label_name("__name__", FamilyKind::Gauge), "_name_");
        assert_eq!(label_name("a. .b", FamilyKind::Gauge), "a_b");
        assert_eq!(label_name("", FamilyKind::Gauge), "_");
    }
}
