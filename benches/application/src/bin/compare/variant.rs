//! The ways to observe the service that are compared.

use std::env::{self, consts::EXE_SUFFIX};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// A way to observe the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    NoOp,
    OpenTelemetry,
    Tracing,
    Fastrace,
    Hyperion,
    HyperionSpans,
}

impl Variant {
    /// All of them, in the order of the table.
    pub(crate) const ALL: [Self; 6] = [
        Self::NoOp,
        Self::OpenTelemetry,
        Self::Tracing,
        Self::Fastrace,
        Self::Hyperion,
        Self::HyperionSpans,
    ];

    /// Those that have goals.
    pub(crate) const OURS: [Self; 2] = [Self::Hyperion, Self::HyperionSpans];

    /// Its name in the table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::NoOp => "NoOp",
            Self::OpenTelemetry => "OpenTelemetry by hand",
            Self::Tracing => "tracing + OpenTelemetry",
            Self::Fastrace => "fastrace",
            Self::Hyperion => "hyperion",
            Self::HyperionSpans => "hyperion, one histogram",
        }
    }

    /// Its name for programs.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::NoOp => "noop",
            Self::OpenTelemetry => "opentelemetry",
            Self::Tracing => "tracing",
            Self::Fastrace => "fastrace",
            Self::Hyperion => "hyperion",
            Self::HyperionSpans => "hyperion-spans",
        }
    }

    /// The number of spans that one request makes.
    pub(crate) fn spans(self) -> u64 {
        match self {
            Self::NoOp => 0,
            _ => 6,
        }
    }
}

/// The programs of the variants, which stand beside this one.
#[derive(Debug)]
pub(crate) struct Programs(PathBuf);

impl Programs {
    /// Looks for all of them.
    pub(crate) fn find() -> Result<Self> {
        let own = env::current_exe().context("this program has no path")?;
        let folder = own.parent().context("this program is in no folder")?;
        let programs = Self(folder.to_owned());
        for variant in Variant::ALL {
            let path = programs.path(variant);
            ensure!(
                path.is_file(),
                "there is no {}; `cargo build --release --workspace` in benches/application makes it",
                path.display()
            );
        }
        Ok(programs)
    }

    /// The program of one.
    pub(crate) fn path(&self, variant: Variant) -> PathBuf {
        self.0.join(format!("serve-{}{EXE_SUFFIX}", variant.slug()))
    }
}
