//! A process under load, and the sink it sends its spans to: `hyperion_benches::loads`.
//!
//! ```text
//! load peers                        the names of the peers, a line each
//! load sink                         writes its URL, and for each line it reads: spans and bytes received
//! load hyperion URL 5               five seconds as fast as can be
//! load hyperion URL 5 90000         five seconds at 90,000 spans a second
//! ```
//!
//! A load writes one line: spans, nanoseconds it took, nanoseconds in requests, nanoseconds of the processor, and bytes of
//! memory at most.

use hyperion_benches::loads::{self, Load, sink};
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["peers"] => {
            loads::peers().for_each(|peer| println!("{peer}"));
            Ok(())
        }
        ["sink"] => serve(),
        [peer, url, seconds] => put(peer, url, seconds, None),
        [peer, url, seconds, rate] => put(peer, url, seconds, Some(rate)),
        _ => Err("expected `peers`, `sink`, or a peer, a URL, seconds and a rate".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
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
