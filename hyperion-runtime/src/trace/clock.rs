//! A clock that costs one instruction.
//!
//! A timestamp is one read of the processor's time-stamp counter, if the kernel keeps time by it, and otherwise a reading of
//! [`Instant`]. Ticks become wall-clock time only when they are exported. The length of a tick is measured from the moment
//! the clock starts and is refined at every export, so starting costs a fraction of a millisecond and never a calibration
//! pause.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

/// The duration of the first measurement of a tick.
const FIRST_MEASUREMENT: Duration = Duration::from_micros(200);
/// The step of the wall clock from which on timestamps follow it.
const TOLERATED_SKEW: Duration = Duration::from_millis(1);

/// A moment, in ticks of the running clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticks(u64);

impl From<u64> for Ticks {
    fn from(ticks: u64) -> Self {
        Self(ticks)
    }
}

impl From<Ticks> for u64 {
    fn from(ticks: Ticks) -> Self {
        ticks.0
    }
}

impl Ticks {
    /// No moment of a span: before the clock began.
    pub const ZERO: Self = Self(0);

    /// The present.
    #[inline]
    pub fn now() -> Self {
        Self(source::now())
    }

    /// Seconds from `earlier` to `self`, zero if the clock of another processor lags behind.
    #[inline]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        seconds(self.0.saturating_sub(earlier.0))
    }

    /// The wall-clock time of this moment.
    pub fn to_system_time(self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_nanos(Calendar::now().unix_nanos(self))
    }
}

/// The wall-clock times of ticks, as they are known at one moment. It serves a batch of spans for one reading of the clock.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    ticks: u64,
    nanos: u64,
    /// In parts of 2 to the power of [`FRACTION`](Self::FRACTION).
    nanos_per_tick: u64,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a tick is shorter than 65 microseconds, and 64 bits of nanoseconds last until 2554"
)]
impl Calendar {
    /// So a tick of 65 microseconds still fits, and the span of a year is exact to less than one.
    const FRACTION: u32 = 48;

    /// The present one.
    pub fn now() -> Self {
        let clock = clock();
        let anchor = *clock.anchor.read().unwrap_or_else(PoisonError::into_inner);
        let since = anchor.wall.duration_since(SystemTime::UNIX_EPOCH);
        Self {
            ticks: anchor.ticks.0,
            nanos: since.unwrap_or_default().as_nanos() as u64,
            nanos_per_tick: (seconds(1) * 1e9 * (1u64 << Self::FRACTION) as f64) as u64,
        }
    }

    /// Nanoseconds since the beginning of 1970, UTC.
    pub fn unix_nanos(&self, moment: Ticks) -> u64 {
        let nanos = |ticks: u64| {
            ((u128::from(ticks) * u128::from(self.nanos_per_tick)) >> Self::FRACTION) as u64
        };
        match moment.0.checked_sub(self.ticks) {
            Some(later) => self.nanos.saturating_add(nanos(later)),
            None => self.nanos.saturating_sub(nanos(self.ticks - moment.0)),
        }
    }
}

/// Measures the length of a tick again, over all the time since the start, and follows a wall clock that was set.
///
/// It starts the clock if that does not run.
pub fn refine() {
    let clock = clock();
    clock.measure();
    let now = Anchor::read();
    let skew = match now.ticks.to_system_time().duration_since(now.wall) {
        Ok(ahead) => ahead,
        Err(behind) => behind.duration(),
    };
    if skew > TOLERATED_SKEW {
        *clock.anchor.write().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

struct Clock {
    started: (Ticks, Instant),
    anchor: RwLock<Anchor>,
}

/// A moment in ticks and in wall-clock time.
#[derive(Clone, Copy)]
struct Anchor {
    ticks: Ticks,
    wall: SystemTime,
}

impl Anchor {
    /// Reads both clocks at one moment.
    fn read() -> Self {
        let (ticks, wall) = at_once(SystemTime::now);
        Self { ticks, wall }
    }
}

/// The bits of an `f64`.
static SECONDS_PER_TICK: AtomicU64 = AtomicU64::new(0);

#[inline]
fn seconds(ticks: u64) -> f64 {
    float(ticks) * f64::from_bits(SECONDS_PER_TICK.load(Ordering::Relaxed))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a year of ticks is exact to some nanoseconds"
)]
#[inline]
fn float(ticks: u64) -> f64 {
    ticks as f64
}

fn clock() -> &'static Clock {
    static CLOCK: OnceLock<Clock> = OnceLock::new();
    CLOCK.get_or_init(|| {
        source::choose();
        let started = at_once(Instant::now);
        let clock = Clock {
            started,
            anchor: RwLock::new(Anchor::read()),
        };
        while started.1.elapsed() < FIRST_MEASUREMENT {
            std::hint::spin_loop();
        }
        clock.measure();
        clock
    })
}

/// One moment on this clock and another: of several attempts the one that was interrupted least.
fn at_once<T>(other: impl Fn() -> T) -> (Ticks, T) {
    let attempt = || {
        let before = Ticks::now();
        let read = other();
        let took = Ticks::now().0.saturating_sub(before.0);
        (took, (Ticks(before.0 + took / 2), read))
    };
    let first = attempt();
    let (_, moment) =
        (0..4).map(|_| attempt()).fold(
            first,
            |best, next| if next.0 < best.0 { next } else { best },
        );
    moment
}

impl Clock {
    fn measure(&self) {
        let (ticks, instant) = self.started;
        let (now, now_instant) = at_once(Instant::now);
        let elapsed_ticks = now.0.saturating_sub(ticks.0);
        let elapsed = now_instant.duration_since(instant).as_secs_f64();
        if elapsed_ticks > 0 {
            SECONDS_PER_TICK.store(
                (elapsed / float(elapsed_ticks)).to_bits(),
                Ordering::Relaxed,
            );
        }
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux", not(miri)))]
mod source {
    //! The time-stamp counter, if the kernel trusts it.

    use std::sync::atomic::{AtomicBool, Ordering};

    static TSC: AtomicBool = AtomicBool::new(false);

    /// The kernel keeps time by the counter only where it is invariant and synchronous over all processors.
    pub(super) fn choose() {
        const CURRENT: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        let trusted = std::fs::read_to_string(CURRENT).is_ok_and(|name| name.trim() == "tsc");
        TSC.store(trusted, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn now() -> u64 {
        if TSC.load(Ordering::Relaxed) {
            // SAFETY: the instruction exists on every x86-64 processor; safe code has no name for it.
            unsafe { core::arch::x86_64::_rdtsc() }
        } else {
            super::monotonic_nanos()
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux", not(miri))))]
mod source {
    //! The monotonic clock of the operating system.

    pub(super) fn choose() {}

    #[inline]
    pub(super) fn now() -> u64 {
        super::monotonic_nanos()
    }
}

/// Nanoseconds since this function was first called.
#[inline(never)]
fn monotonic_nanos() -> u64 {
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    let elapsed = ORIGIN.get_or_init(Instant::now).elapsed();
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_measure_what_the_operating_system_measures() {
        refine();
        let (from, instant) = (Ticks::now(), Instant::now());
        std::thread::sleep(Duration::from_millis(30));
        let (to, elapsed) = (Ticks::now(), instant.elapsed());
        refine();
        let measured = to.seconds_since(from);
        let difference = (measured - elapsed.as_secs_f64()).abs();
        assert!(difference < 0.003, "{measured} s against {elapsed:?}");
    }

    #[test]
    fn ticks_become_wall_clock_time() {
        // Other tests may have started the clock long ago; as at an export, it is brought to the present.
        refine();
        let before = SystemTime::now();
        let read = Ticks::now().to_system_time();
        let after = SystemTime::now();
        assert!(read + TOLERATED_SKEW >= before && read <= after + TOLERATED_SKEW);
    }

    #[test]
    fn time_never_runs_backwards() {
        refine();
        let later = Ticks::now();
        assert_eq!(Ticks(0).seconds_since(later).to_bits(), 0f64.to_bits());
    }
}
