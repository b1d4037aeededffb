//! A strict parser of both formats.
//!
//! That of `OpenMetrics` follows the
//! [ABNF and the rules around it](https://prometheus.io/docs/specs/om/open_metrics_spec/#abnf). It knows the kinds of
//! families that this exporter writes and takes nothing that the specification only tolerates.

use std::collections::HashSet;

/// A format, and for `OpenMetrics` whether there are series that say when counting began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Text,
    OpenMetrics { created: bool },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Family {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) unit: Option<String>,
    pub(super) help: Option<String>,
    pub(super) samples: Vec<Sample>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    /// Without the label `le` of a bucket.
    pub(super) labels: Vec<(String, String)>,
    /// The label `le` of a bucket.
    pub(super) bound: Option<Real>,
    pub(super) value: Real,
    pub(super) exemplar: Option<Exemplar>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exemplar {
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: Real,
    pub(super) time: Real,
}

/// A number that is the same as itself, also where it is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Real(pub(super) f64);

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits() || (self.0.is_nan() && other.0.is_nan())
    }
}

/// Reads a whole page, or tells the first line that is wrong.
pub(super) fn parse(page: &str, dialect: Dialect) -> Result<Vec<Family>, String> {
    let lines = match dialect {
        Dialect::Text => page,
        Dialect::OpenMetrics { .. } => page.strip_suffix("# EOF\n").ok_or("the end is missing")?,
    };
    if !lines.is_empty() && !lines.ends_with('\n') {
        return Err("the last line does not end".to_owned());
    }
    let mut reader = Reader {
        dialect,
        families: Vec::new(),
        names: HashSet::new(),
        series: HashSet::new(),
        help: None,
    };
    // `str::lines` would take a carriage return for part of an end of line.
    for line in lines.split_terminator('\n') {
        reader
            .line(line)
            .map_err(|reason| format!("{reason}: {line:?}"))?;
    }
    reader.families.iter().try_for_each(whole)?;
    Ok(reader.families)
}

struct Reader {
    dialect: Dialect,
    families: Vec<Family>,
    /// The names of families and of all that their samples may be called.
    names: HashSet<String>,
    series: HashSet<String>,
    /// The help of a family that the classic format gives before it names the kind.
    help: Option<(String, String)>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let Some(comment) = line.strip_prefix("# ") else {
            return self.sample(line);
        };
        if self.dialect == Dialect::Text && comment.starts_with("left out: ") {
            return Ok(());
        }
        let (word, rest) = comment.split_once(' ').ok_or("no descriptor")?;
        let (name, text) = rest.split_once(' ').ok_or("no name")?;
        if !is_name(name, ":") {
            return Err(format!("{name:?} is no name"));
        }
        match (word, self.dialect) {
            ("TYPE", _) => self.kind(name, text),
            ("HELP", Dialect::Text) => {
                let help = unescape(text, "\\").ok_or("bad escapes")?;
                let first = self.help.replace((name.to_owned(), help)).is_none();
                first.then_some(()).ok_or("two helps".to_owned())
            }
            ("HELP", Dialect::OpenMetrics { .. }) => {
                let help = unescape(text, "\\\"").ok_or("bad escapes")?;
                let family = self.family_without_samples(name)?;
                let first = family.help.replace(help).is_none();
                first.then_some(()).ok_or("two helps".to_owned())
            }
            ("UNIT", Dialect::OpenMetrics { .. }) => {
                let family = self.family_without_samples(name)?;
                let fits = name.ends_with(&format!("_{text}")) && family.kind != "info";
                let in_order = family.help.is_none() && family.unit.is_none();
                family.unit = Some(text.to_owned());
                (fits && in_order && is_name(text, ""))
                    .then_some(())
                    .ok_or("a unit that does not fit".to_owned())
            }
            _ => Err("an unknown descriptor".to_owned()),
        }
    }

    fn kind(&mut self, name: &str, kind: &str) -> Result<(), String> {
        let help = match self.help.take() {
            Some((of, help)) if of == name => Some(help),
            Some(_) => return Err("help of another family before it".to_owned()),
            None => None,
        };
        for suffix in suffixes(kind, self.dialect).ok_or("an unknown kind")? {
            if !self.names.insert(format!("{name}{suffix}")) {
                return Err(format!("{name}{suffix} is taken"));
            }
        }
        self.families.push(Family {
            name: name.to_owned(),
            kind: kind.to_owned(),
            unit: None,
            help,
            samples: Vec::new(),
        });
        Ok(())
    }

    fn family_without_samples(&mut self, name: &str) -> Result<&mut Family, String> {
        self.families
            .last_mut()
            .filter(|family| family.name == name && family.samples.is_empty())
            .ok_or("not where the family begins".to_owned())
    }

    fn sample(&mut self, line: &str) -> Result<(), String> {
        let mut sample = read_sample(line)?;
        let family = self.families.last_mut().ok_or("a sample without family")?;
        let suffix = sample
            .name
            .strip_prefix(&family.name)
            .filter(|suffix| {
                let known = suffixes(&family.kind, self.dialect).unwrap_or_default();
                known.contains(suffix) && (!suffix.is_empty() || known == [""])
            })
            .ok_or("a sample of another family")?;
        if suffix == "_bucket" {
            let at = sample.labels.iter().position(|(name, _)| name == "le");
            let (_, bound) = sample.labels.remove(at.ok_or("a bucket without bound")?);
            if self.dialect != Dialect::Text && !bound.contains(['.', 'e', 'I']) {
                return Err("a bound that looks like an integer".to_owned());
            }
            sample.bound = Some(read_number(&bound)?);
        }
        if self.dialect != Dialect::Text {
            let carries = matches!(suffix, "_total" | "_bucket");
            if sample.exemplar.is_some() && !carries {
                return Err("an exemplar where none may be".to_owned());
            }
            let counts = matches!(suffix, "_total" | "_bucket" | "_sum" | "_count");
            if counts && (sample.value.0.is_nan() || sample.value.0 < 0.0) {
                return Err("a count below zero".to_owned());
            }
        } else if sample.exemplar.is_some() {
            return Err("an exemplar in the classic format".to_owned());
        }
        let labels: Vec<_> = sample
            .labels
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let series = format!("{} {labels:?} {:?}", sample.name, sample.bound);
        if !self.series.insert(series) {
            return Err("the series is there twice".to_owned());
        }
        family.samples.push(sample);
        Ok(())
    }
}

/// The endings of the names of samples. A family with more than one of these has no sample of its own name.
fn suffixes(kind: &str, dialect: Dialect) -> Option<&'static [&'static str]> {
    Some(match (kind, dialect) {
        ("gauge", _) | ("counter", Dialect::Text) | ("unknown", Dialect::OpenMetrics { .. }) => {
            &[""]
        }
        ("histogram", Dialect::Text) => &["", "_bucket", "_sum", "_count"],
        ("counter", _) => &["", "_total", "_created"],
        ("histogram", _) => &["", "_bucket", "_sum", "_count", "_created"],
        ("info", Dialect::OpenMetrics { .. }) => &["", "_info"],
        _ => return None,
    })
}

/// Refuses a histogram unless each of its series is complete and stands together.
fn whole(family: &Family) -> Result<(), String> {
    if family.kind != "histogram" {
        return Ok(());
    }
    let wrong = |reason: &str| Err(format!("{}: {reason}", family.name));
    let mut seen = HashSet::new();
    for series in family
        .samples
        .chunk_by(|one, other| one.labels == other.labels)
    {
        if !seen.insert(format!("{:?}", series[0].labels)) {
            return wrong("its series are mixed");
        }
        let buckets: Vec<&Sample> = series
            .iter()
            .filter(|sample| sample.bound.is_some())
            .collect();
        let bound = |sample: &Sample| sample.bound.map_or(f64::NAN, |bound| bound.0);
        let ascends = buckets
            .windows(2)
            .all(|pair| bound(pair[0]) < bound(pair[1]) && pair[0].value.0 <= pair[1].value.0);
        let Some(last) = buckets
            .last()
            .filter(|last| ascends && bound(last) == f64::INFINITY)
        else {
            return wrong("its buckets do not ascend to infinity");
        };
        let mut below = f64::NEG_INFINITY;
        for bucket in &buckets {
            let outside = bucket.exemplar.as_ref().is_some_and(|exemplar| {
                let value = exemplar.value.0;
                value > bound(bucket) || (value <= below && below > f64::NEG_INFINITY)
            });
            if outside {
                return wrong("an exemplar is in the wrong bucket");
            }
            below = bound(bucket);
        }
        let other = |suffix: &str| series.iter().find(|sample| sample.name.ends_with(suffix));
        if other("_count").is_some_and(|count| count.value != last.value) {
            return wrong("its count is not that of the last bucket");
        }
        if other("_sum").is_some() && other("_count").is_none() {
            return wrong("it has a sum without a count");
        }
    }
    Ok(())
}

/// `metricname [labels] SP number [SP HASH SP labels SP number SP timestamp]`
fn read_sample(line: &str) -> Result<Sample, String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, rest) = line.split_at(end);
    if !is_name(name, ":") {
        return Err(format!("{name:?} is no name"));
    }
    let (labels, rest) = read_labels(rest)?;
    let rest = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let (value, exemplar) = match rest.split_once(" # ") {
        Some((value, exemplar)) => (value, Some(read_exemplar(exemplar)?)),
        None => (rest, None),
    };
    Ok(Sample {
        name: name.to_owned(),
        labels,
        bound: None,
        value: read_number(value)?,
        exemplar,
    })
}

fn read_exemplar(text: &str) -> Result<Exemplar, String> {
    let (labels, rest) = read_labels(text)?;
    let characters =
        |(name, value): &(String, String)| name.chars().count() + value.chars().count();
    if labels.iter().map(characters).sum::<usize>() > 128 || !text.starts_with('{') {
        return Err("an exemplar whose labels are too long, or none".to_owned());
    }
    let rest = rest.strip_prefix(' ').ok_or("no space")?;
    let (value, time) = rest.split_once(' ').ok_or("an exemplar without time")?;
    Ok(Exemplar {
        labels,
        value: read_number(value)?,
        time: read_number(time)?,
    })
}

/// Labels with what comes after them.
type LabelsAndRest<'a> = (Vec<(String, String)>, &'a str);

fn read_labels(text: &str) -> Result<LabelsAndRest<'_>, String> {
    let mut labels: Vec<(String, String)> = Vec::new();
    let Some(mut rest) = text.strip_prefix('{') else {
        return Ok((labels, text));
    };
    if let Some(rest) = rest.strip_prefix('}') {
        return Ok((labels, rest));
    }
    loop {
        let (name, after) = rest.split_once("=\"").ok_or("no label")?;
        let mut escaped = false;
        let quote = after
            .find(|character| {
                let ends = character == '"' && !escaped;
                escaped = character == '\\' && !escaped;
                ends
            })
            .ok_or("a value without end")?;
        let value = unescape(&after[..quote], "\\\"").ok_or("bad escapes")?;
        if !is_name(name, "") || labels.iter().any(|(taken, _)| taken == name) {
            return Err(format!("{name:?} is no label, or there twice"));
        }
        labels.push((name.to_owned(), value));
        rest = &after[quote + 1..];
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None => return Ok((labels, rest.strip_prefix('}').ok_or("labels without end")?)),
        }
    }
}

fn is_name(text: &str, more: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || more.contains(c);
    text.starts_with(|first: char| in_name(first) && !first.is_ascii_digit())
        && text.chars().all(in_name)
}

/// Undoes escapes; only those of `known` may be there, and nothing that should have been escaped.
fn unescape(text: &str, known: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next()? {
                'n' => '\n',
                escaped if known.contains(escaped) => escaped,
                _ => return None,
            },
            '"' if known.contains('"') => return None,
            plain => plain,
        });
    }
    Some(plain)
}

/// `realnumber`, and the three words in the spelling of Prometheus.
fn read_number(text: &str) -> Result<Real, String> {
    if !["+Inf", "-Inf", "NaN"].contains(&text) {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = |text: &str| text.strip_prefix(['-', '+']).unwrap_or(text).to_owned();
        let (mantissa, power) = match text.split_once('e') {
            Some((mantissa, power)) => (mantissa, Some(power)),
            None => (text, None),
        };
        let mantissa = unsigned(mantissa);
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa.as_str(), None),
        };
        let well_formed = digits(whole)
            && fraction.is_none_or(digits)
            && power.is_none_or(|power| digits(&unsigned(power)));
        if !well_formed {
            return Err(format!("{text:?} is no number"));
        }
    }
    text.parse()
        .map(Real)
        .map_err(|_| format!("{text:?} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_specification_are_read() {
        let page = "# TYPE foo_seconds histogram\n\
                    # UNIT foo_seconds seconds\n\
                    # HELP foo_seconds Some text and \\n some \\\" escaping\n\
                    foo_seconds_bucket{a=\"}\",le=\"0.1\"} 8 # {} 0.054 1520879607.789\n\
                    foo_seconds_bucket{a=\"}\",le=\"+Inf\"} 17 # {trace_id=\"oHg5SJYRHA0\"} 9.8 1.5e9\n\
                    foo_seconds_sum{a=\"}\"} 324789.3\n\
                    foo_seconds_count{a=\"}\"} 17\n\
                    # TYPE bar counter\n\
                    bar_total 17.0\n\
                    # EOF\n";
        let families = parse(page, Dialect::OpenMetrics { created: true }).unwrap();
        assert_eq!(
            families[0].help.as_deref(),
            Some("Some text and \n some \" escaping")
        );
        assert_eq!(families[0].samples[1].bound, Some(Real(f64::INFINITY)));
        assert_eq!(families[1].samples[0].value, Real(17.0));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (line, reason) in [
            (
                "# TYPE a gauge\na 1\n# TYPE a gauge\na{b=\"\"} 1\n",
                "a is taken",
            ),
            (
                "# TYPE a counter\na_total 1\n# TYPE a_created gauge\n",
                "a_created is taken",
            ),
            ("# TYPE a gauge\na 1\na 1\n", "the series is there twice"),
            ("# TYPE a gauge\nb 1\n", "a sample of another family"),
            ("# TYPE a counter\na 1\n", "a sample of another family"),
            ("# TYPE a counter\na_total NaN\n", "a count below zero"),
            (
                "# TYPE a gauge\n# UNIT a seconds\n",
                "a unit that does not fit",
            ),
            ("# TYPE a gauge\na{b=\"\\t\"} 1\n", "bad escapes"),
            ("# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n", "is no label"),
            ("# TYPE a gauge\na{1=\"1\"} 1\n", "is no label"),
            ("# TYPE a gauge\na{} 1\na inf\n", "is no number"),
            ("# TYPE a gauge\na 1.\n", "is no number"),
            (
                "# TYPE a gauge\na 1 # {} 1 1\n",
                "an exemplar where none may be",
            ),
            (
                "# TYPE a gauge\na 1\n# HELP a late\n",
                "not where the family begins",
            ),
            (
                "# TYPE a histogram\na_bucket{le=\"1\"} 1\n",
                "looks like an integer",
            ),
            ("# TYPE a histogram\na_bucket 1\n", "a bucket without bound"),
            ("# hello\n", "no descriptor"),
            ("\n", "no value"),
            (
                "# TYPE a histogram\na_bucket{le=\"1.0\"} 1\n",
                "do not ascend to infinity",
            ),
            (
                "# TYPE a histogram\na_bucket{le=\"1.0\"} 1 # {} 2.0 1.0\na_bucket{le=\"+Inf\"} 1\n",
                "in the wrong bucket",
            ),
            (
                "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1.0\n",
                "a sum without a count",
            ),
            (
                "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1.0\na_count 2\n",
                "not that of the last bucket",
            ),
        ] {
            let page = format!("{line}# EOF\n");
            let found = parse(&page, Dialect::OpenMetrics { created: false }).unwrap_err();
            assert!(found.contains(reason), "{line} is refused for {found}");
        }
        let endless = parse("# TYPE a gauge\n", Dialect::OpenMetrics { created: false });
        assert_eq!(endless, Err("the end is missing".to_owned()));
    }
}
