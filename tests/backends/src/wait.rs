//! Waiting for a condition, with a deadline.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// The pause between two looks at a condition: so short that no test is slow for it.
const PAUSE: Duration = Duration::from_millis(25);

/// Asks until the answer is good, and panics with the last bad one when the deadline has passed.
///
/// # Panics
/// When the deadline has passed.
#[track_caller]
pub fn eventually<T>(deadline: Duration, check: impl FnMut() -> Result<T>) -> T {
    match within(deadline, check) {
        Ok(value) => value,
        Err(error) => panic!("{error:#}"),
    }
}

/// Asks until the answer is good. It is asked at least once.
///
/// # Errors
/// The last bad answer, when the deadline has passed.
pub fn within<T>(deadline: Duration, mut check: impl FnMut() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        match check() {
            Ok(value) => return Ok(value),
            Err(error) if start.elapsed() >= deadline => {
                return Err(error).with_context(|| format!("not within {deadline:?}"));
            }
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn the_first_good_answer_ends_it() {
        let mut asked = 0;
        let answer = eventually(Duration::from_secs(5), || {
            asked += 1;
            if asked < 3 {
                bail!("asked {asked} times")
            }
            Ok(asked)
        });
        assert_eq!(answer, 3);
    }

    #[test]
    fn the_last_bad_answer_is_in_the_error() {
        let error = within(Duration::ZERO, || -> Result<()> { bail!("no spans yet") })
            .expect_err("it never becomes good");
        assert_eq!(format!("{error:#}"), "not within 0ns: no spans yet");
    }
}
