//! The parts of `hyperion-otel` that fuzz targets call and programs do not, compiled from its own files.

#[allow(
    dead_code,
    reason = "only the page itself is made here, and nothing that serves it"
)]
#[path = "../../hyperion-otel/src/export"]
mod export {
    mod sdk_points;
    pub(crate) mod prometheus {
        mod assembly;
        mod encode;
        mod exposition;
        mod line;
        mod naming;
        mod negotiation;
        mod numbers;
        #[path = "tests/oracle/mod.rs"]
        pub mod oracle;
    }
}

pub use export::prometheus::oracle;
