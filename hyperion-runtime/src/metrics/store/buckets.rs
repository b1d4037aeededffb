//! The bucket of a value, found without a search.
//!
//! The highest bits of a float that is not negative are its exponent and its mantissa's first bit: they say which half of
//! which octave it is in. A table knows for each of these halves the first bucket that its values can fall in. What is left is
//! to compare the value with the next two bounds, and as long as nothing is negative, bits compare as their floats do.

/// The number of halves of octaves.
const HALVES: usize = 1 << 12;

/// The bits of a float below those that say which half it is in.
const BELOW: u32 = 51;

/// The most bounds that a table has room for, as many as a byte can count.
const MOST: usize = 255;

/// The buckets of a histogram, for values that are not negative.
#[derive(Debug)]
pub(crate) struct BucketTable {
    /// For each half of an octave the number of bounds below all of it.
    below: [u8; HALVES],
    /// The bits of the bounds, and then of what no value exceeds.
    bounds: [u64; MOST + 2],
}

impl BucketTable {
    /// The table of what has no buckets.
    pub(super) const NONE: &'static Self = &Self {
        below: [0; HALVES],
        bounds: [u64::MAX; MOST + 2],
    };

    /// The table of these upper bounds, unless they are too many, or lie too close, or do not ascend.
    pub(super) fn of(bounds: &[f64]) -> Option<Self> {
        let ascend = bounds.is_sorted_by(|one, next| one < next)
            && !bounds.iter().any(|bound| bound.is_nan());
        if bounds.len() > MOST || !ascend {
            return None;
        }
        let mut table = Self {
            below: [0; HALVES],
            bounds: [u64::MAX; MOST + 2],
        };
        for (bits, bound) in table.bounds.iter_mut().zip(bounds) {
            // Of a bound at zero the sign does not count, and no value is on this side of one below.
            *bits = bound.max(0.0).to_bits() & !SIGN;
        }
        let (mut below, mut half) = (bounds.iter().filter(|bound| **bound < 0.0).count(), 0);
        for first in &mut table.below {
            let known = &table.bounds[..bounds.len()];
            below += known[below..]
                .iter()
                .take_while(|bits| **bits < half << BELOW)
                .count();
            *first = u8::try_from(below).ok()?;
            half += 1;
            let within = known[below..]
                .iter()
                .take_while(|bits| **bits < half << BELOW);
            if within.count() > 2 {
                return None;
            }
        }
        Some(table)
    }

    /// The first bucket whose upper bound is not less than `value`, if that is not negative.
    #[inline]
    pub(super) fn find(&self, value: f64) -> Option<usize> {
        let bits = value.to_bits();
        let below = self.below.get(usize::try_from(bits >> BELOW).ok()?)?;
        let below = usize::from(*below);
        let exceeds = |bound: u64| usize::from(bound < bits);
        Some(below + exceeds(self.bounds[below]) + exceeds(self.bounds[below + 1]))
    }
}

const SIGN: u64 = 1 << 63;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::bounds;
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

    /// Holds a table against a search, for values on, just below and just above each bound and for `values`.
    fn check(bounds: &[f64], values: &[f64]) {
        let Some(table) = BucketTable::of(bounds) else {
            return;
        };
        let near = bounds
            .iter()
            .flat_map(|bound| [bound.next_down(), *bound, bound.next_up()]);
        for value in near.chain(values.iter().copied()) {
            let searched = bounds.partition_point(|bound| *bound < value);
            match table.find(value) {
                Some(found) if value.is_finite() => {
                    assert_eq!(found, searched, "{value} in {bounds:?}");
                }
                Some(_) => assert!(value > 0.0 || value.is_nan(), "{value}"),
                None => assert!(value.is_sign_negative(), "{value} in {bounds:?}"),
            }
        }
    }

    /// Values of every size, and those with which floats begin and end.
    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => any::<u64>().prop_map(f64::from_bits),
            4 => 0.0..20.0,
            2 => (0_u64..4096, 0_u64..3).prop_map(|(half, above)| f64::from_bits((half << BELOW) + above)),
            1 => Just(0.0),
            1 => Just(-0.0),
            1 => Just(f64::MIN_POSITIVE),
            1 => Just(5e-324),
            1 => Just(f64::MAX),
        ]
    }

    fn ascending(mut bounds: Vec<f64>) -> Vec<f64> {
        bounds.retain(|bound| bound.is_finite());
        bounds.sort_by(f64::total_cmp);
        bounds.dedup_by(|one, other| *one <= *other);
        bounds
    }

    /// Some bounds of any size, or many that are mostly far from each other.
    fn bounds() -> impl Strategy<Value = Vec<f64>> {
        let bits = any::<u64>().prop_map(f64::from_bits);
        prop_oneof![vec(value(), 0..20), vec(bits, 0..300)].prop_map(ascending)
    }

    proptest! {
        #[test]
        fn a_bucket_is_the_same_however_it_is_found(bounds in bounds(), values in vec(value(), 0..80)) {
            check(&bounds, &values);
        }

        #[test]
        fn bounds_may_lie_close(
            start in -5.0..50.0,
            step in 0.01..10.0,
            count in 0_u8..40,
            values in vec(value(), 0..80),
        ) {
            let bounds: Vec<f64> = (0..count).map(|place| start + step * f64::from(place)).collect();
            check(&bounds, &values);
        }
    }

    #[test]
    fn the_bounds_of_units_have_tables() {
        let times = [
            bounds::SECONDS,
            bounds::MILLISECONDS,
            bounds::MICROSECONDS,
            bounds::NANOSECONDS,
        ];
        for bounds in
            times
                .into_iter()
                .chain([bounds::BYTES, &[], &[0.0], &[-1.0, -0.0, 1.0, 1.25]])
        {
            assert!(BucketTable::of(bounds).is_some(), "{bounds:?}");
            check(
                bounds,
                &[0.0, -0.0, 1e-9, 3.0, 1e300, f64::INFINITY, f64::NAN, -1.0],
            );
        }
    }

    #[test]
    fn bounds_that_no_table_fits_have_none() {
        let many: Vec<f64> = (0..256).map(|bound| f64::from(bound).exp2()).collect();
        assert!(BucketTable::of(&many[..255]).is_some());
        for bounds in [&many[..], &[4.0, 5.0, 5.5], &[2.0, 1.0], &[f64::NAN]] {
            assert!(BucketTable::of(bounds).is_none(), "{bounds:?}");
        }
    }
}
