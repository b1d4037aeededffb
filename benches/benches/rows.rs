//! Every row by criterion, which compares with its run before: for work on one row.
//!
//! Each peer is measured in a process of its own, for what some of them install is global and stays.

use criterion::{Criterion, criterion_group, criterion_main};
use hyperion_benches::rows;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

fn all(criterion: &mut Criterion) {
    for row in rows::all() {
        let mut group = criterion.benchmark_group(row.name);
        for peer in row.peers {
            let mut worker = None;
            group.bench_function(peer.name, |bencher| {
                let worker = worker.get_or_insert_with(|| Worker::start(row.name, peer.name));
                bencher.iter_custom(|iterations| worker.time(iterations));
            });
        }
        group.finish();
    }
}

/// A process that measures one peer in one row.
struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    fn start(row: &str, peer: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_measure"))
            .args(["times", row, peer])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Cargo has built the program");
        Self {
            requests: child.stdin.take().expect("it is piped"),
            answers: BufReader::new(child.stdout.take().expect("it is piped")),
            child,
        }
    }

    fn time(&mut self, iterations: u64) -> Duration {
        writeln!(self.requests, "{iterations}").expect("the worker reads");
        let mut answer = String::new();
        self.answers
            .read_line(&mut answer)
            .expect("the worker answers");
        let nanoseconds = answer.split_whitespace().next().map(str::parse);
        Duration::from_nanos(
            nanoseconds
                .expect("the worker has not failed")
                .expect("it is a number"),
        )
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It has nothing to lose, and one that has ended already is no matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = all
}
criterion_main!(benches);
