//! Repeated requests, and the end of patience.

use hyperion_runtime::backend::random;
use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

/// The first pause; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Without a connection there is no sign that waiting helps, and the next batch is already queueing.
const MAX_CONNECTION_ATTEMPTS: u32 = 3;

/// The reason why an attempt failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server will never take this request.
    Permanent(String),
    /// No connection, or it broke before the answer.
    Unreachable(String),
    /// The server asks to try again, perhaps not before some time has passed.
    Busy {
        reason: String,
        after: Option<Duration>,
    },
    /// The time was up, after the last failure named here.
    OutOfTime { last: Option<String> },
}

impl Failure {
    pub(super) fn is_retryable(&self) -> bool {
        !matches!(self, Self::Permanent(_))
    }
}

/// Repeats `attempt` until it succeeds, fails for good, or `deadline` is near.
pub(super) async fn with_retries<T, F, A>(deadline: Instant, mut attempt: A) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
    A: FnMut() -> F,
{
    let mut pause = FIRST_PAUSE;
    let mut connection_attempts = 0;
    let mut last = None;
    loop {
        let failure = match timeout_at(deadline, attempt()).await {
            Ok(Ok(response)) => return Ok(response),
            Ok(Err(failure)) => failure,
            Err(_elapsed) => return Err(Failure::OutOfTime { last }),
        };
        let (reason, wait) = match failure {
            Failure::Unreachable(reason) => {
                connection_attempts += 1;
                if connection_attempts == MAX_CONNECTION_ATTEMPTS {
                    return Err(Failure::Unreachable(reason));
                }
                (reason, jittered(pause))
            }
            Failure::Busy { reason, after } => match after {
                None => (reason, jittered(pause)),
                // Asked to wait, wait at least that long: the server has many clients to spread.
                Some(after) => (reason, after.saturating_add(jittered(FIRST_PAUSE))),
            },
            failure @ (Failure::Permanent(_) | Failure::OutOfTime { .. }) => return Err(failure),
        };
        let Some(next) = Instant::now()
            .checked_add(wait)
            .filter(|next| *next < deadline)
        else {
            return Err(Failure::OutOfTime { last: Some(reason) });
        };
        sleep_until(next).await;
        last = Some(reason);
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Between a half and one and a half of `pause`, so that clients that failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + random::fraction())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn run(
        timeout: Duration,
        failures: impl Fn(u32) -> Result<u32, Failure>,
    ) -> (Result<u32, Failure>, u32) {
        let attempts = Cell::new(0);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let result = runtime.block_on(with_retries(Instant::now() + timeout, || {
            attempts.set(attempts.get() + 1);
            std::future::ready(failures(attempts.get()))
        }));
        (result, attempts.get())
    }

    fn busy(after: Option<Duration>) -> Result<u32, Failure> {
        Err(Failure::Busy {
            reason: "busy".into(),
            after,
        })
    }

    #[test]
    fn a_busy_server_is_asked_again() {
        let outcome = run(Duration::from_secs(30), |attempt| {
            if attempt < 3 { busy(None) } else { Ok(attempt) }
        });
        assert_eq!(outcome, (Ok(3), 3));
    }

    #[test]
    fn a_permanent_failure_is_final() {
        let permanent = || Failure::Permanent("no".into());
        assert_eq!(
            run(Duration::from_secs(30), |_| Err(permanent())),
            (Err(permanent()), 1)
        );
    }

    #[test]
    fn an_unreachable_server_is_given_up_early() {
        let unreachable = || Failure::Unreachable("refused".into());
        let outcome = run(Duration::from_secs(30), |_| Err(unreachable()));
        assert_eq!(outcome, (Err(unreachable()), MAX_CONNECTION_ATTEMPTS));
    }

    #[test]
    fn a_wait_that_does_not_fit_is_not_begun() {
        let started = Instant::now();
        let outcome = run(Duration::from_secs(30), |_| busy(Some(Duration::MAX)));
        assert_eq!(
            outcome,
            (
                Err(Failure::OutOfTime {
                    last: Some("busy".into())
                }),
                1
            )
        );
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_wait_that_was_asked_for_is_kept() {
        let asked = Duration::from_millis(300);
        let started = Instant::now();
        let outcome = run(Duration::from_secs(30), |attempt| {
            if attempt == 1 {
                busy(Some(asked))
            } else {
                Ok(attempt)
            }
        });
        assert_eq!(outcome, (Ok(2), 2));
        assert!(started.elapsed() >= asked);
    }

    #[test]
    fn pauses_end_with_the_deadline() {
        let started = Instant::now();
        let (result, attempts) = run(Duration::from_millis(400), |_| busy(None));
        assert_eq!(
            result,
            Err(Failure::OutOfTime {
                last: Some("busy".into())
            })
        );
        assert!((2..=5).contains(&attempts), "{attempts}");
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}
