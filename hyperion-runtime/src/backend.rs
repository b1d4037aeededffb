//! The door of `hyperion-otel`: everything that takes telemetry out of the process knows the runtime by these names alone.
//!
//! It is for that crate, in the same version, and for nobody else: whatever stands here changes without notice, in a patch
//! release too. A program that brings a destination of its own implements the sinks that `hyperion::export` shows.

pub use crate::interceptor::{Interceptors, Panics};
pub use crate::lock::lock;
pub use crate::metrics::exemplars::SeriesExemplars;
pub use crate::metrics::snapshot::collect::collect;
pub use crate::trace::active::{current_context, current_span_context};
pub use crate::trace::attributes::{Attribute, AttributeValue, Failure};
pub use crate::trace::local::is_alive;
pub use crate::trace::otel_api::Provider;
pub use crate::trace::record::{Extra, Named, Record, Records, Site};
pub use crate::trace::recorder::{Losses, Recorder};
pub use crate::trace::sampler::Sampler;
pub use crate::trace::settings::{ContextMode, ExceptionSignal, SpanLimits};

/// The clock of spans.
pub mod clock {
    pub use crate::trace::clock::{Calendar, Ticks, refine};
}

/// Messages of the library to the person who runs the program.
pub mod diagnostics {
    pub use crate::diagnostics::{warn, warn_once};
}

/// The interceptors of the program.
pub mod interceptor {
    pub use crate::interceptor::{install, uninstall};
}

/// The formats of propagation.
pub mod propagation {
    pub use crate::propagation::enabled::{
        DebuggedTrace, Propagators, decides_to_sample, extract_w3c, inject_w3c, install, read_hex,
        uninstall, write_ids,
    };
}

/// Random ids and pauses.
pub mod random {
    pub use crate::trace::random::{fraction, span_id, trace_id};
}

/// The recorder that spans go to.
pub mod recorder {
    pub use crate::trace::recorder::{install, installed};
}

/// The word that says what the program records.
pub mod state {
    pub use crate::state::{ALL_EXEMPLARS, EXEMPLARS, INTERCEPTORS, LINES, METRICS, SPANS};
}

/// The switches of call sites.
pub mod switch {
    pub use crate::call::enabled::switch::{Policy, abandon, change, record};
}
