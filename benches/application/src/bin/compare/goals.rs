//! The goals of hyperion, beside the service without telemetry.

use crate::figures::{CPU, Figure, MEMORY, RATE, TAIL};
use crate::load::Load;
use crate::options::Options;

/// A goal of hyperion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    pub(crate) figure: Figure,
    /// The requests come at the fixed rate.
    paced: bool,
    pub(crate) limit: Limit,
}

/// The limit of a figure beside that without telemetry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    Most(f64),
    Least(f64),
}

/// The goals.
pub(crate) const GOALS: [Goal; 4] = [
    Goal {
        figure: CPU,
        paced: true,
        limit: Limit::Most(1.05),
    },
    Goal {
        figure: TAIL,
        paced: true,
        limit: Limit::Most(1.1),
    },
    Goal {
        figure: MEMORY,
        paced: true,
        limit: Limit::Most(10.0),
    },
    Goal {
        figure: RATE,
        paced: false,
        limit: Limit::Least(0.93),
    },
];

impl Goal {
    /// The load under which it is to be reached.
    pub(crate) fn load(self, options: &Options) -> Load {
        if self.paced {
            Load::Fixed(options.rate)
        } else {
            Load::Unpaced
        }
    }

    /// The goal for a figure under a load.
    pub(crate) fn of(figure: Figure, load: Load) -> Option<Self> {
        GOALS.into_iter().find(|goal| {
            goal.figure.key == figure.key && goal.paced == matches!(load, Load::Fixed(_))
        })
    }
}

impl Limit {
    /// Returns true if the figure is where it has to be.
    pub(crate) fn holds(self, figure: f64) -> bool {
        match self {
            Self::Most(most) => figure <= most,
            Self::Least(least) => figure >= least,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_may_be_reached() {
        assert!(Limit::Most(1.05).holds(1.05) && !Limit::Most(1.05).holds(1.06));
        assert!(Limit::Least(0.93).holds(0.93) && !Limit::Least(0.93).holds(0.92));
    }

    #[test]
    fn a_goal_belongs_to_a_load() {
        assert!(Goal::of(CPU, Load::Fixed(900)).is_some());
        assert!(Goal::of(CPU, Load::Unpaced).is_none());
        assert!(Goal::of(RATE, Load::Unpaced).is_some());
    }
}
