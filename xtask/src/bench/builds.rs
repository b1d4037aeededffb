//! The figures of builds, and whether `observe` is where it has to be.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{
    packages::Build, sections::PerFunction, statistics::median, variant::Variant, verdict::Verdict,
};

/// The times that were taken.
#[derive(Debug, Default)]
pub(super) struct Times(Vec<(Variant, Build, f64)>);

impl Times {
    pub(super) fn add(&mut self, variant: Variant, build: Build, seconds: f64) {
        self.0.push((variant, build, seconds));
    }

    fn median(&self, variant: Variant, build: Build) -> Option<f64> {
        let of = |(of, by, _): &&(Variant, Build, f64)| (*of, *by) == (variant, build);
        median(self.0.iter().filter(of).map(|(_, _, seconds)| *seconds))
    }
}

/// Build time and size of all variants.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Compile {
    /// The number of functions of the program that is built.
    pub(super) functions: usize,
    pub(super) variants: Vec<Built>,
}

/// Build time and size of a variant.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Built {
    pub(super) variant: String,
    pub(super) check: f64,
    pub(super) dev: f64,
    pub(super) release: f64,
    /// Bytes of machine code that a function adds, over those of a plain one.
    pub(super) code: f64,
    /// The same of everything that is loaded.
    pub(super) all: f64,
}

/// The variant that has targets.
const OURS: Variant = Variant::ObserveOtel;

/// A figure of `observe`, the most it may be as a multiple, and of whose.
type Goal = (&'static str, fn(&Built) -> f64, f64, Variant);

const GOALS: [Goal; 4] = [
    ("check", |built| built.check, 1.0, Variant::Fastrace),
    ("dev", |built| built.dev, 1.0, Variant::Fastrace),
    ("release", |built| built.release, 1.0, Variant::Tracing),
    ("code", |built| built.code, 1.0, Variant::Fastrace),
];

impl Compile {
    /// Takes the median of the times, and the sizes over those of the plain functions.
    pub(super) fn new(
        functions: usize,
        times: &Times,
        size: impl Fn(Variant) -> Result<PerFunction>,
    ) -> Result<Self> {
        let plain = size(Variant::Plain)?;
        let built = |variant: Variant| {
            let seconds = |build| {
                let median = times.median(variant, build);
                median.with_context(|| format!("{} was not timed", variant.slug()))
            };
            let over = size(variant)?.over(plain);
            Ok(Built {
                variant: variant.title().to_owned(),
                check: seconds(Build::Check)?,
                dev: seconds(Build::Dev)?,
                release: seconds(Build::Release)?,
                code: over.code,
                all: over.all,
            })
        };
        Ok(Self {
            functions,
            variants: Variant::ALL.into_iter().map(built).collect::<Result<_>>()?,
        })
    }

    fn built(&self, variant: Variant) -> Option<&Built> {
        self.variants
            .iter()
            .find(|built| built.variant == variant.title())
    }

    /// Compares `observe` with its targets.
    pub(super) fn verdicts(&self) -> Vec<(&'static str, Verdict)> {
        GOALS
            .into_iter()
            .map(|(what, figure, most, peer)| {
                let title = peer.title();
                let limit = format!("{most} x {title}");
                let verdict = match self.built(OURS).zip(self.built(peer)) {
                    Some((ours, theirs)) => {
                        let ratio = figure(ours) / figure(theirs);
                        Verdict::of(ratio, format!("{ratio:.2} x {title}"), most, &limit)
                    }
                    None => Verdict::unknown(&limit),
                };
                (what, verdict)
            })
            .collect()
    }
}

#[cfg(test)]
impl Compile {
    /// Builds whose times are the same but for a factor of ours.
    pub(super) fn example(ours: f64) -> Self {
        let mut times = Times::default();
        for variant in Variant::ALL {
            for build in Build::ALL {
                let factor = if variant == OURS { ours } else { 1.0 };
                times.add(variant, build, 2.0 * factor);
            }
        }
        let size = |variant| {
            let code = match variant {
                Variant::Plain => 300.0,
                OURS => 900.0,
                _ => 2000.0,
            };
            let all = 2.0 * code;
            Ok(PerFunction { code, all })
        };
        Self::new(200, &times, size).expect("everything was timed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_over_the_plain_function() {
        let compile = Compile::example(1.0);
        let ours = compile.built(OURS).expect("it was built");
        assert_eq!((ours.code, ours.all), (600.0, 1200.0));
        let plain = compile.built(Variant::Plain).expect("it was built");
        assert_eq!((plain.code, plain.all), (0.0, 0.0));
    }

    #[test]
    fn targets_are_multiples_of_peers() {
        let reached = |ours| -> Vec<_> {
            let verdicts = Compile::example(ours).verdicts().into_iter();
            verdicts.map(|(_, verdict)| verdict.reached).collect()
        };
        assert_eq!(reached(1.0), [Some(true); 4]);
        let slow = [Some(false), Some(false), Some(false), Some(true)];
        assert_eq!(reached(1.5), slow);
    }

    #[test]
    fn a_variant_that_was_not_timed_is_named() {
        let size = |_| {
            Ok(PerFunction {
                code: 0.0,
                all: 0.0,
            })
        };
        let error = Compile::new(200, &Times::default(), size).expect_err("nothing was timed");
        assert_eq!(error.to_string(), "plain was not timed");
    }
}
