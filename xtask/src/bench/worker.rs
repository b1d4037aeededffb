//! A process that measures one peer in one row whenever it is asked.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// The process, and the pipes to it.
pub(super) struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    name: String,
}

/// The price of some operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    pub(super) nanoseconds: f64,
    pub(super) allocations: f64,
    pub(super) bytes: f64,
}

impl Worker {
    /// Starts a program with arguments that say what it does.
    pub(super) fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let name = arguments.join(", ");
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        Ok(Self {
            requests: child.stdin.take().context("its input is piped")?,
            answers: BufReader::new(child.stdout.take().context("its output is piped")?),
            child,
            name,
        })
    }

    /// Sends a line and reads the one that answers it.
    pub(super) fn ask(&mut self, request: &str) -> Result<String> {
        // One that has failed says why on standard error, and its answer is empty.
        let _ = writeln!(self.requests, "{request}");
        self.line()
    }

    /// Reads a line that was not asked for.
    pub(super) fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if line.is_empty() {
            bail!("the process for `{}` ended without an answer", self.name);
        }
        Ok(line.trim().to_owned())
    }

    /// Measures so many operations.
    pub(super) fn measure(&mut self, operations: u64) -> Result<Cost> {
        let answer = self.ask(&operations.to_string())?;
        let [nanoseconds, allocations, bytes] = numbers(&answer)?;
        Ok(Cost {
            nanoseconds,
            allocations,
            bytes,
        })
    }

    /// Finds the number of operations that take about this long, which warms everything up as well.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "numbers of operations are positive and far below 2^52"
    )]
    pub(super) fn calibrate(&mut self, time: Duration) -> Result<u64> {
        let wanted = time.as_secs_f64() * 1e9;
        let mut operations = 1;
        loop {
            // The first operations make what is kept, so the faster one of two is believed.
            let took = self.measure(operations)?.nanoseconds;
            let took = took.min(self.measure(operations)?.nanoseconds).max(1.0);
            let factor = wanted / took;
            if factor <= 2.0 {
                return Ok(((operations as f64 * factor) as u64).max(1));
            }
            operations = (operations as f64 * factor.min(16.0)) as u64;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It has nothing to lose, and one that has ended already is no matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// So many numbers between spaces.
pub(super) fn numbers<const N: usize>(line: &str) -> Result<[f64; N]> {
    let numbers: Vec<f64> = line
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .with_context(|| format!("expected numbers, not `{line}`"))?;
    let Ok(numbers) = numbers.try_into() else {
        bail!("expected {N} numbers, not `{line}`");
    };
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_so_many_numbers() {
        let two: [f64; 2] = numbers("1 2.5").expect("two numbers");
        assert_eq!(two.map(f64::to_bits), [1.0, 2.5].map(f64::to_bits));
        assert!(numbers::<3>("1 2.5").is_err());
        assert!(numbers::<1>("one").is_err());
    }

    #[test]
    fn a_process_that_ends_is_named() {
        let mut worker = Worker::start(Path::new("false"), &[]).expect("there is `false`");
        let error = worker.ask("1").expect_err("it answers nothing");
        assert!(error.to_string().contains("without an answer"), "{error}");
    }
}
