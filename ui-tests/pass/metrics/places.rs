//! Wherever a struct of metrics and its parts are declared, and however their types are named.
#![deny(warnings)]

use hyperion::Metrics;

mod types {
    pub use hyperion::Gauge as Level;
    use hyperion::{Counter, Histogram, LabelSet};

    #[derive(LabelSet)]
    pub struct Call {
        pub ok: bool,
    }

    pub type Calls = Counter<Call>;
    pub type Seconds = Histogram;
}

#[derive(Metrics)]
struct Aliases {
    #[counter]
    calls: types::Calls,
    #[histogram(unit = "s")]
    duration: types::Seconds,
    #[gauge]
    level: types::Level<(), i64>,
}

mod outer {
    pub mod inner {
        use hyperion::{Counter, Metrics};

        /// Seen by its parent alone.
        #[derive(Metrics)]
        pub(super) struct Hidden {
            #[counter]
            pub(in crate::outer) calls: Counter,
        }
    }

    static HIDDEN: inner::Hidden = inner::Hidden::new();

    pub fn call() {
        HIDDEN.calls.inc();
    }
}

macro_rules! declared {
    ($name:ident, $field:ident: $ty:ty, $unit:literal) => {
        #[derive(Metrics)]
        struct $name {
            /// From a macro.
            #[counter(unit = $unit)]
            $field: $ty,
        }
    };
}

declared!(Declared, calls: hyperion::Counter<(), f64>, "{call}");

/// Names of its items are the user's, too.
#[allow(non_upper_case_globals)]
const GROUP: usize = 2;
const SERIES: f64 = 3.0;

#[derive(Metrics)]
struct Constants {
    #[histogram(buckets = [1, SERIES])]
    size: hyperion::Histogram,
}

#[derive(Metrics)]
struct Conditional {
    #[cfg(any())]
    #[counter]
    absent: Absent,
    #[cfg_attr(all(), counter)]
    present: hyperion::Counter,
}

fn main() {
    static ALIASES: Aliases = Aliases::new();

    #[derive(Metrics)]
    struct Local {
        #[counter]
        calls: hyperion::Counter,
    }

    static LOCAL: Local = Local::new();

    ALIASES.calls.inc(types::Call { ok: true });
    ALIASES.duration.record(0.5);
    ALIASES.level.set(-1);
    LOCAL.calls.inc();
    outer::call();
    Declared::new().calls.add(0.5);
    Constants::new().size.record(2.0);
    Conditional::new().present.inc();
    assert_eq!((Aliases::SERIES, Conditional::SERIES, GROUP), (4, 1, 2));
}
