//! The requests that a service gets.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use hyperion_application_bench::application::USERS;

use crate::client::Client;

/// The times at which requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// So many a second, whether or not the earlier ones are answered.
    Fixed(u32),
    /// On each connection the next one as soon as the last is answered.
    Unpaced,
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(rate) => write!(f, "at {rate}/s"),
            Self::Unpaced => f.write_str("unpaced"),
        }
    }
}

/// The answers to a load; every request had one.
#[derive(Debug)]
pub(crate) struct Answers {
    /// The time that each took, the shortest first.
    latencies: Vec<Duration>,
    /// The time that all took together.
    elapsed: Duration,
}

impl Answers {
    fn new(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        Self { latencies, elapsed }
    }

    /// The number of requests.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.latencies.len()).unwrap_or(u32::MAX)
    }

    /// The number of answers a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(self.count()) / self.elapsed.as_secs_f64()
    }

    /// The time within which so many of a thousand were answered.
    pub(crate) fn within(&self, of_thousand: usize) -> Duration {
        let rank = (self.latencies.len() * of_thousand).div_ceil(1000);
        let index = rank.saturating_sub(1);
        self.latencies.get(index).copied().unwrap_or_default()
    }
}

impl Load {
    /// Sends requests for so long on so many connections, and waits for the answers.
    ///
    /// At a fixed rate a request has a time at which it is to be sent, and the next free connection takes it. It is late
    /// where none is free, and its latency counts from that time all the same: a service that stalls is not asked less.
    pub(crate) fn run(
        self,
        address: SocketAddr,
        connections: usize,
        duration: Duration,
    ) -> Result<Answers> {
        let clients: Vec<Client> = (0..connections)
            .map(|_| Client::connect(address))
            .collect::<Result<_>>()?;
        let schedule = Schedule {
            load: self,
            start: Instant::now(),
            duration,
            next: AtomicU32::new(0),
        };
        let latencies = thread::scope(|scope| {
            let workers: Vec<_> = clients
                .into_iter()
                .map(|client| scope.spawn(|| schedule.work(client)))
                .collect();
            let mut all = Vec::new();
            for worker in workers {
                let latencies = worker.join();
                all.extend(latencies.map_err(|_| anyhow!("a connection's thread panicked"))??);
            }
            anyhow::Ok(all)
        })?;
        Ok(Answers::new(latencies, schedule.start.elapsed()))
    }
}

/// The requests that all connections share.
struct Schedule {
    load: Load,
    start: Instant,
    duration: Duration,
    next: AtomicU32,
}

impl Schedule {
    /// Sends requests on one connection until the time is over, and returns their latencies.
    fn work(&self, mut client: Client) -> Result<Vec<Duration>> {
        let mut latencies = Vec::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let due = self.due(number);
            if due >= self.start + self.duration {
                return Ok(latencies);
            }
            thread::sleep(due.saturating_duration_since(Instant::now()));
            client.get(&path(number))?;
            latencies.push(due.elapsed());
        }
    }

    fn due(&self, number: u32) -> Instant {
        match self.load {
            Load::Fixed(rate) => {
                self.start + Duration::from_secs_f64(f64::from(number) / f64::from(rate))
            }
            Load::Unpaced => Instant::now(),
        }
    }
}

/// The path of a request: all users in turn, in no order of their ids.
fn path(number: u32) -> String {
    let id = i64::from(number) * 619 % USERS + 1;
    format!("/users/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn answers(milliseconds: impl Iterator<Item = u64>) -> Answers {
        Answers::new(
            milliseconds.map(Duration::from_millis).collect(),
            Duration::from_secs(2),
        )
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let answers = answers((1..=1000).rev());
        let within = |of_thousand| answers.within(of_thousand).as_millis();
        assert_eq!([500, 990, 1000].map(within), [500, 990, 1000]);
        assert_eq!(answers.rate(), 500.0);
    }

    #[test]
    fn percentiles_of_few_are_the_next_higher() {
        let few = answers([10, 20, 30].into_iter());
        let within = |of_thousand| few.within(of_thousand).as_millis();
        assert_eq!([1, 333, 334, 500, 990].map(within), [10, 10, 20, 20, 30]);
        assert_eq!(answers([].into_iter()).within(990), Duration::ZERO);
    }

    #[test]
    fn all_users_are_asked_for() {
        let count = u32::try_from(USERS).expect("few");
        let paths: HashSet<String> = (0..count).map(path).collect();
        assert_eq!(paths.len(), count as usize);
        assert!(paths.contains("/users/1") && paths.contains("/users/1000"));
    }

    #[test]
    fn requests_at_a_fixed_rate_are_due_whatever_became_of_the_others() {
        let schedule = Schedule {
            load: Load::Fixed(1500),
            start: Instant::now(),
            duration: Duration::from_secs(1),
            next: AtomicU32::new(0),
        };
        assert_eq!(
            schedule.due(3) - schedule.start,
            Duration::from_secs_f64(0.002)
        );
    }
}
