//! Quantiles and means, from the buckets of a histogram.

use hyperion_runtime::metrics::snapshot::HistogramPoint;

/// The number of values, their sum and how they are spread.
#[derive(Clone, Debug, Default)]
pub(super) struct Distribution(Option<HistogramPoint>);

/// A quantile, as exactly as the buckets allow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quantile {
    About(f64),
    /// It lies in the first bucket, which says only what it ends with.
    Below(f64),
    /// It lies in the last bucket, which has no end.
    Above(f64),
}

impl Distribution {
    pub(super) fn add(&mut self, point: &HistogramPoint) {
        match &mut self.0 {
            Some(total) => total.add(point),
            none => *none = Some(point.clone()),
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, HistogramPoint::count)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a mean is shown with three digits"
    )]
    pub(super) fn mean(&self) -> Option<f64> {
        let total = self.0.as_ref().filter(|total| total.count() > 0)?;
        Some(total.sum / total.count() as f64)
    }

    /// The value below which the fraction `q` of all values lies, taken to be spread evenly inside a bucket, as far as the sum
    /// leaves room for that.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an estimate is shown with three digits"
    )]
    pub(super) fn quantile(&self, q: f64) -> Option<Quantile> {
        let total = self.0.as_ref().filter(|total| total.count() > 0)?;
        let rank = q * total.count() as f64;
        let greatest = greatest(total);
        let mut below = 0.0;
        let mut lower = None;
        for (bound, bucket) in total.bounds.iter().zip(&total.buckets) {
            let bucket = *bucket as f64;
            if bucket > 0.0 && below + bucket >= rank {
                return Some(match lower {
                    Some(lower) => {
                        let bound = bound.min(greatest).max(lower);
                        Quantile::About(lower + (bound - lower) * ((rank - below) / bucket))
                    }
                    None => Quantile::Below(*bound),
                });
            }
            below += bucket;
            lower = Some(*bound);
        }
        Some(lower.map_or(Quantile::Above(0.0), Quantile::Above))
    }
}

/// The most that a value can be: what the sum leaves for one in the highest bucket, if each of the others is as small as its
/// bucket allows. Values in the first bucket count as zero at least, as all do that are measured by time or by size.
#[expect(
    clippy::cast_precision_loss,
    reason = "an estimate is shown with three digits"
)]
fn greatest(total: &HistogramPoint) -> f64 {
    let lower_bounds = std::iter::once(0.0).chain(total.bounds.iter().copied());
    let values = lower_bounds.zip(&total.buckets);
    let values = values.filter(|(_, bucket)| **bucket > 0);
    let (least, highest) = values.fold((0.0, 0.0), |(sum, _), (lower, bucket)| {
        (sum + lower * *bucket as f64, lower)
    });
    total.sum - (least - highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(bounds: &[f64], buckets: &[u64], sum: f64) -> HistogramPoint {
        HistogramPoint {
            start: None,
            exemplars: Vec::new(),
            labels: Vec::new(),
            bounds: bounds.into(),
            buckets: buckets.into(),
            sum,
        }
    }

    fn distribution(bounds: &[f64], buckets: &[u64]) -> Distribution {
        let mut distribution = Distribution::default();
        distribution.add(&point(bounds, buckets, 100.0));
        distribution
    }

    #[test]
    fn quantiles_are_interpolated() {
        let bounds = [1.0, 2.0, 4.0];
        let spread = distribution(&bounds, &[10, 10, 0, 0]);
        assert_eq!(spread.quantile(0.75), Some(Quantile::About(1.5)));
        assert_eq!(spread.quantile(1.0), Some(Quantile::About(2.0)));
        assert_eq!(
            distribution(&bounds, &[0, 0, 4, 0]).quantile(0.5),
            Some(Quantile::About(3.0))
        );
    }

    #[test]
    fn no_quantile_is_beyond_what_the_sum_leaves() {
        let mut two = Distribution::default();
        two.add(&point(&[0.005, 0.01, 0.1], &[1, 0, 1, 0], 0.013));
        let Some(Quantile::About(most)) = two.quantile(0.99) else {
            panic!("it is known")
        };
        assert!((0.01..=0.013).contains(&most), "{most}");
        // The others leave as much room as their buckets say.
        let mut three = Distribution::default();
        three.add(&point(&[1.0, 2.0, 10.0], &[0, 2, 1, 0], 6.0));
        assert_eq!(three.quantile(1.0), Some(Quantile::About(4.0)));
        // A sum that does not fit, as values below zero make one, moves nothing out of its bucket.
        let mut odd = Distribution::default();
        odd.add(&point(&[1.0, 2.0], &[0, 2, 0], -5.0));
        assert_eq!(odd.quantile(0.5), Some(Quantile::About(1.0)));
    }

    #[test]
    fn the_last_bucket_has_no_end() {
        assert_eq!(
            distribution(&[1.0, 2.0, 4.0], &[1, 0, 0, 9]).quantile(0.5),
            Some(Quantile::Above(4.0))
        );
        assert_eq!(
            distribution(&[], &[3]).quantile(0.5),
            Some(Quantile::Above(0.0))
        );
    }

    #[test]
    fn the_first_bucket_has_no_beginning() {
        for bound in [-2.0, 2.0] {
            assert_eq!(
                distribution(&[bound], &[4, 0]).quantile(0.5),
                Some(Quantile::Below(bound))
            );
        }
    }

    #[test]
    fn nothing_says_nothing() {
        let nothing = distribution(&[1.0], &[0, 0]);
        assert_eq!(
            (nothing.count(), nothing.mean(), nothing.quantile(0.5)),
            (0, None, None)
        );
        assert_eq!(Distribution::default().mean(), None);
    }

    #[test]
    fn sums_add_up() {
        let mut sum = distribution(&[1.0], &[1, 2]);
        sum.add(&point(&[1.0], &[1, 6], 30.0));
        assert_eq!((sum.count(), sum.mean()), (10, Some(13.0)));
    }
}
