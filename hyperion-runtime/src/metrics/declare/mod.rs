//! Declarations: what `derive(Metrics)`, `derive(LabelSet)` and `derive(Label)` tell of metrics, all of it constant.

mod bounded;
pub mod bounds;
pub mod budget;
mod interner;
mod label;
pub mod label_set;

pub use bounded::Bounded;
pub use interner::Texts;
pub use label::Label;
pub(crate) use label::OTHER;
pub use label_set::LabelSet;

/// A metric as its field declares it.
#[derive(Debug)]
pub struct Declaration {
    /// The OpenTelemetry name, with the prefix of the struct.
    pub name: &'static str,
    /// A UCUM unit; empty for none.
    pub unit: &'static str,
    /// A sentence for people.
    pub help: &'static str,
    /// The way in which it is counted.
    pub kind: InstrumentKind,
    /// Upper bounds of a histogram's buckets, ascending; of other kinds there are none.
    pub bounds: &'static [f64],
    /// The labels that a measurement has.
    pub labels: Labels,
    /// True if every series is there from the start, at zero.
    pub zero: bool,
    /// The struct that it is declared in.
    pub group: &'static Group,
}

/// The metrics of one struct.
#[derive(Debug)]
pub struct Group {
    /// Those that it declares itself.
    pub declarations: &'static [Declaration],
    /// The structs that it has as fields, and which instance of each.
    pub flattened: &'static [(&'static Group, Instance)],
    /// The keys of the labels that tell its instances apart.
    pub instance_keys: &'static [&'static str],
    /// The most instances that have series of their own.
    pub max_instances: usize,
}

impl Group {
    /// No metrics, of a struct with mistakes.
    pub const NONE: &'static Self = &Self {
        declarations: &[],
        flattened: &[],
        instance_keys: &[],
        max_instances: 1,
    };
}

/// The values of the labels that tell one instance of a struct from another, in the order of their keys.
pub type Instance = &'static [&'static str];

/// The way in which a metric is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstrumentKind {
    /// A sum that never falls.
    Counter(NumberType),
    /// A sum that may fall.
    UpDownCounter(NumberType),
    /// The last value.
    Gauge(NumberType),
    /// A distribution over buckets.
    Histogram,
}

impl InstrumentKind {
    /// The type of the values; those of a histogram are measurements.
    pub const fn number_type(self) -> NumberType {
        match self {
            Self::Counter(number) | Self::UpDownCounter(number) | Self::Gauge(number) => number,
            Self::Histogram => NumberType::F64,
        }
    }
}

/// The numbers that an instrument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberType {
    /// Counts.
    U64,
    /// Signed counts.
    I64,
    /// Measurements.
    F64,
}

/// The labels of an instrument's measurements.
#[derive(Clone, Copy)]
pub struct Labels {
    /// Their keys.
    pub keys: &'static [&'static str],
    /// The number of combinations of values.
    pub cardinality: usize,
    /// Gives the values of a combination, in the order of the keys.
    pub values: fn(usize, &mut dyn FnMut(&'static str)),
    /// The number of values of each.
    pub factors: &'static [usize],
    /// True if all values are known when the program is compiled.
    pub known: bool,
}

impl Labels {
    /// Those of an instrument that has none: a single series.
    pub const NONE: Self = Self {
        keys: &[],
        cardinality: 1,
        values: |_, _| {},
        factors: &[],
        known: true,
    };
}

impl std::fmt::Debug for Labels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Labels")
            .field("keys", &self.keys)
            .field("cardinality", &self.cardinality)
            .finish_non_exhaustive()
    }
}

/// A type that a field of a struct of metrics can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an instrument",
    label = "not a `Counter`, `UpDownCounter`, `Gauge` or `Histogram` whose labels derive `LabelSet`",
    note = "a field of a struct that derives `Metrics` is an instrument, or another such struct under `#[metrics(flatten)]`"
)]
pub trait Instrument: Sized {
    /// The way in which it counts.
    const KIND: InstrumentKind;

    /// Its labels.
    const LABELS: Labels;

    /// The instance of its struct that it belongs to.
    fn instance(&self) -> Instance;
}
