//! The load that the machine has from something else.

use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, Result};

/// The time that is looked at.
const WINDOW: Duration = Duration::from_secs(1);

/// Looks at the machine for a second in which nothing is measured, and returns the part of its processors that is busy.
pub(crate) fn busy() -> Result<f64> {
    let before = Ticks::read()?;
    thread::sleep(WINDOW);
    Ok(Ticks::read()?.busy_since(before))
}

/// The time of all processors since the start of the machine, in units of the kernel's.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ticks {
    idle: f64,
    all: f64,
}

impl Ticks {
    fn read() -> Result<Self> {
        let text = fs::read_to_string("/proc/stat").context("only Linux has /proc/stat")?;
        Self::parse(&text).context("/proc/stat does not begin with the processors")
    }

    /// Reads the first line: `cpu`, then user, nice, system, idle, iowait, irq, softirq and steal. What follows is in
    /// user, too.
    fn parse(text: &str) -> Option<Self> {
        let line = text.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<f64> = line
            .split_whitespace()
            .take(8)
            .map_while(|word| word.parse().ok())
            .collect();
        Some(Self {
            idle: ticks.get(3)? + ticks.get(4)?,
            all: ticks.iter().sum(),
        })
    }

    fn busy_since(self, earlier: Self) -> f64 {
        let all = self.all - earlier.all;
        if all > 0.0 {
            1.0 - (self.idle - earlier.idle) / all
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_not_busy_and_guests_count_once() {
        let before = Ticks::parse("cpu  10 0 10 50 10 0 0 0 5 0\ncpu0 1 2").expect("right");
        let after = Ticks::parse("cpu  30 0 10 80 20 0 10 10 25 0\n").expect("right");
        assert_eq!(
            before,
            Ticks {
                idle: 60.0,
                all: 80.0
            }
        );
        assert_eq!(after.busy_since(before), 0.5);
        assert_eq!(after.busy_since(after), 0.0);
        assert_eq!(Ticks::parse("cpu0 1 2 3 4 5 6 7 8\n"), None);
    }
}
