//! The targets of hyperion in the rows.

use super::{
    figures::RowFigures,
    statistics::{Spread, median},
    verdict::{Verdict, spread},
};

/// The peers that are no library: nobody could use them instead.
const YARDSTICKS: [&str; 2] = ["plain", "floor"];

/// A limit for hyperion in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// The peer that has to reach it: `hyperion`, or one of its variants.
    pub(super) subject: &'static str,
    pub(super) limit: Limit,
}

/// The most that it may take.
#[derive(Clone, Copy, Debug)]
pub(super) enum Limit {
    /// So many times what this peer takes.
    Times(&'static str, f64),
    /// So many times what the fastest other library takes.
    TimesBest(f64),
    /// So many nanoseconds more than this peer.
    Over(&'static str, f64),
}

/// A target for hyperion itself.
pub(super) const fn ours(limit: Limit) -> Target {
    Target {
        subject: "hyperion",
        limit,
    }
}

/// A target for hyperion where only its own context is attached, and OpenTelemetry's is not.
pub(super) const fn own_context(limit: Limit) -> Target {
    Target {
        subject: "hyperion, own context",
        limit,
    }
}

impl Target {
    /// Judges a row's figures.
    pub(super) fn judge(&self, row: &RowFigures) -> Verdict {
        let rounds = row.rounds(self.subject);
        match self.limit {
            Limit::Times(peer, most) => ratio(rounds, row, Some(peer), peer, most),
            Limit::TimesBest(most) => {
                let best = best(row);
                ratio(rounds, row, best, "the best peer", most)
            }
            Limit::Over(peer, most) => {
                let limit = format!("{most} ns over {peer}");
                let over = rounds
                    .zip(row.rounds(peer))
                    .and_then(|(ours, theirs)| Spread::of_differences(ours, theirs));
                over.map_or_else(
                    || Verdict::unknown(&limit),
                    |over| {
                        let [median, low, high] = [over.median, over.low, over.high].map(tenths);
                        let shown = format!("{median} ns ({low} to {high}) over {peer}");
                        Verdict::of(over.median, shown, most, &limit)
                    },
                )
            }
        }
    }
}

fn ratio(
    rounds: Option<&[f64]>,
    row: &RowFigures,
    peer: Option<&str>,
    shown_as: &str,
    most: f64,
) -> Verdict {
    let limit = format!("{most} x {shown_as}");
    let ratio = peer.and_then(|peer| Spread::of_ratios(rounds?, row.rounds(peer)?));
    let (Some(peer), Some(ratio)) = (peer, ratio) else {
        return Verdict::unknown(&limit);
    };
    let shown = format!("{} x {peer}", spread(ratio));
    Verdict::of(ratio.median, shown, most, &limit)
}

/// A figure with one digit, and nothing without a sign.
fn tenths(figure: f64) -> String {
    let text = format!("{figure:.1}");
    if text == "-0.0" {
        "0.0".to_owned()
    } else {
        text
    }
}

/// The fastest library that is not hyperion.
fn best(row: &RowFigures) -> Option<&str> {
    row.peers
        .iter()
        .filter(|figures| {
            !YARDSTICKS.contains(&figures.peer.as_str()) && !figures.peer.starts_with("hyperion")
        })
        .filter_map(|figures| Some((figures, median(figures.rounds.iter().copied())?)))
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(figures, _)| figures.peer.as_str())
}

#[cfg(test)]
mod tests {
    use super::{super::figures::PeerFigures, *};

    fn row() -> RowFigures {
        let peers = [
            ("plain", [1.0, 2.0, 1.0]),
            ("floor", [2.0, 4.0, 2.0]),
            ("hyperion", [6.0, 12.0, 6.0]),
            ("hyperion, outside", [3.0, 3.0, 3.0]),
            ("fastrace", [12.0, 24.0, 12.0]),
            ("opentelemetry", [60.0, 80.0, 60.0]),
        ];
        let figures = |(peer, rounds): (&str, [f64; 3])| PeerFigures {
            peer: peer.to_owned(),
            rounds: rounds.to_vec(),
        };
        RowFigures {
            row: "span sync".to_owned(),
            peers: peers.map(figures).into(),
        }
    }

    #[test]
    fn a_ratio_is_the_median_of_the_rounds() {
        let verdict = ours(Limit::Times("fastrace", 0.5)).judge(&row());
        assert_eq!(verdict.figure, "0.50 (0.50 to 0.50) x fastrace");
        assert_eq!(verdict.limit, "at most 0.5 x fastrace");
        assert_eq!(verdict.mark(), "reached");
        let verdict = ours(Limit::Times("fastrace", 0.4)).judge(&row());
        assert_eq!(verdict.mark(), "**falls short**");
    }

    #[test]
    fn the_best_peer_is_a_library_of_somebody_else() {
        let verdict = ours(Limit::TimesBest(0.2)).judge(&row());
        assert_eq!(verdict.figure, "0.50 (0.50 to 0.50) x fastrace");
        assert_eq!(verdict.limit, "at most 0.2 x the best peer");
        assert_eq!(verdict.reached, Some(false));
    }

    #[test]
    fn a_difference_is_in_nanoseconds() {
        let verdict = ours(Limit::Over("plain", 5.0)).judge(&row());
        assert_eq!(verdict.figure, "5.0 ns (5.0 to 7.5) over plain");
        assert_eq!(verdict.reached, Some(true));
    }

    #[test]
    fn nothing_has_no_sign() {
        assert_eq!([-0.04, 0.04, -0.06].map(tenths), ["0.0", "0.0", "-0.1"]);
    }

    #[test]
    fn what_was_not_measured_is_not_reached() {
        let verdict = own_context(Limit::Times("fastrace", 0.3)).judge(&row());
        assert_eq!((verdict.reached, verdict.mark()), (None, "-"));
        assert_eq!(verdict.figure, "not measured");
    }
}
