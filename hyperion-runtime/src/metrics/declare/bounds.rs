//! The buckets of histograms that name none, by their unit.

/// In seconds, as the semantic conventions have them for durations (`http.server.request.duration`). Those of
/// `hyperion.call.duration`, too.
pub const SECONDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// The same in milliseconds.
pub const MILLISECONDS: &[f64] = &[
    5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1e3, 2.5e3, 5e3, 7.5e3, 1e4,
];

/// The same in microseconds.
pub const MICROSECONDS: &[f64] = &[
    5e3, 1e4, 2.5e4, 5e4, 7.5e4, 1e5, 2.5e5, 5e5, 7.5e5, 1e6, 2.5e6, 5e6, 7.5e6, 1e7,
];

/// The same in nanoseconds.
pub const NANOSECONDS: &[f64] = &[
    5e6, 1e7, 2.5e7, 5e7, 7.5e7, 1e8, 2.5e8, 5e8, 7.5e8, 1e9, 2.5e9, 5e9, 7.5e9, 1e10,
];

/// In bytes, from 1 KiB to 1 GiB, each four times the one before.
pub const BYTES: &[f64] = &[
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
    268_435_456.0,
    1_073_741_824.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_the_same_in_each_unit_of_time() {
        for (bounds, unit) in [(MILLISECONDS, 1e3), (MICROSECONDS, 1e6), (NANOSECONDS, 1e9)] {
            assert_eq!(bounds.len(), SECONDS.len());
            for (bound, seconds) in bounds.iter().zip(SECONDS) {
                let expected = seconds * unit;
                assert!(
                    (bound - expected).abs() < expected * 1e-12,
                    "{bound} {expected}"
                );
            }
        }
    }

    #[test]
    fn bounds_of_sizes_go_up_by_four() {
        assert_eq!(
            BYTES.first().zip(BYTES.last()),
            Some((&1024.0, &f64::from(1 << 30)))
        );
        assert!(
            BYTES
                .windows(2)
                .all(|pair| (pair[1] / pair[0] - 4.0).abs() < f64::EPSILON)
        );
    }
}
