//! Measures one thing in a process of its own, for a program that compares: `cargo xtask bench`.
//!
//! ```text
//! measure rows                             the rows, a line each: its name, a tabulator, its peers between tabulators
//! measure times 'span sync' hyperion       reads a number of operations a line, and writes the nanoseconds they took,
//!                                          and 0 0
//! measure allocations 'span sync' hyperion the same, slower, with allocations and bytes of the calling thread
//! measure peers                            the peers that can be put under load, a line each
//! measure sink                             writes its URL, and for each line it reads: spans and bytes received
//! measure load hyperion URL 5              five seconds as fast as can be
//! measure load hyperion URL 5 90000        five seconds at 90,000 spans a second
//! ```
//!
//! A load writes one line: spans, nanoseconds it took, nanoseconds in requests, nanoseconds of the processor, and bytes of
//! memory at most.

use hyperion_benches::allocator::{self, Counting};
use hyperion_benches::loads::{self, Load, sink};
use hyperion_benches::{rows, worker};
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::time::Duration;

/// It counts for `allocations` alone.
#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["rows"] => {
            for row in rows::all() {
                let peers: Vec<_> = row.peers.iter().map(|peer| peer.name).collect();
                println!("{}\t{}", row.name, peers.join("\t"));
            }
            Ok(())
        }
        ["times", row, peer] => answer(row, peer),
        ["allocations", row, peer] => {
            allocator::start_counting();
            answer(row, peer)
        }
        ["peers"] => {
            loads::peers().for_each(|peer| println!("{peer}"));
            Ok(())
        }
        ["sink"] => serve(),
        ["load", peer, url, seconds] => put(peer, url, seconds, None),
        ["load", peer, url, seconds, rate] => put(peer, url, seconds, Some(rate)),
        _ => Err("expected `rows`, `times`, `allocations`, `peers`, `sink` or `load`".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(row: &str, peer: &str) -> Result<(), Box<dyn Error>> {
    let operation =
        rows::start(row, peer).ok_or_else(|| format!("there is no `{peer}` in a row `{row}`"))?;
    Ok(worker::answer(operation)?)
}

fn serve() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", sink::serve()?)?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        line?;
        let (spans, bytes) = sink::received();
        writeln!(out, "{spans} {bytes}")?;
        out.flush()?;
    }
    Ok(())
}

fn put(peer: &str, url: &str, seconds: &str, rate: Option<&str>) -> Result<(), Box<dyn Error>> {
    let load = Load {
        duration: Duration::try_from_secs_f64(seconds.parse()?)?,
        rate: rate.map(str::parse).transpose()?,
    };
    let report = loads::put(peer, url, load).ok_or_else(|| format!("there is no peer `{peer}`"))?;
    println!(
        "{} {} {} {} {}",
        report.spans,
        report.elapsed.as_nanos(),
        report.in_requests.as_nanos(),
        report.processor.as_nanos(),
        report.peak_bytes
    );
    Ok(())
}
