//! Telemetry for people: a tree a trace, a table of the metrics.
//!
//! Colours appear on terminals alone, and not when `NO_COLOR` is set.

mod distribution;
mod outcome;
mod table;
mod text;
mod trace_buffer;
mod tree;
mod tree_view;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use opentelemetry_sdk::metrics::data::ResourceMetrics;

use self::trace_buffer::{Trace, TraceBuffer};
use super::{ExportError, MetricSink, SpanBatch, SpanSink};
use hyperion_runtime::metrics::snapshot::Snapshot;

/// The width of what is not a terminal.
const DEFAULT_WIDTH: u16 = 100;
/// Columns cannot be told apart below this, so that a narrower terminal has to wrap.
const MIN_WIDTH: u16 = 60;

/// A sink that prints a tree of each trace to the standard output.
///
/// A tree is printed when its local root has ended: the span that has no parent, or one in another process. Spans that
/// end later follow under the same trace id.
pub(crate) fn span_sink() -> impl SpanSink + use<> {
    TreeSink {
        out: anstream::stdout(),
        width: Width::Terminal,
        buffer: TraceBuffer::default(),
    }
}

/// A sink that prints a table of all metrics to the standard output, whenever they have changed.
pub(crate) fn metric_sink() -> impl MetricSink + use<> {
    TableSink {
        out: anstream::stdout(),
        width: Width::Terminal,
        last: String::new(),
    }
}

/// The number of columns.
#[derive(Clone, Copy, Debug)]
enum Width {
    /// That of the terminal, now.
    Terminal,
    #[cfg(test)]
    Fixed(u16),
}

impl Width {
    fn columns(self) -> usize {
        let columns = match self {
            Self::Terminal => terminal_size::terminal_size_of(io::stdout())
                .map_or(DEFAULT_WIDTH, |(columns, _)| columns.0),
            #[cfg(test)]
            Self::Fixed(columns) => columns,
        };
        columns.max(MIN_WIDTH).into()
    }
}

struct TreeSink<W> {
    out: W,
    width: Width,
    buffer: TraceBuffer,
}

impl<W: Write> TreeSink<W> {
    fn print(&mut self, traces: &[Trace]) -> Result<(), ExportError> {
        let columns = self.width.columns();
        let mut text = String::new();
        for trace in traces {
            tree_view::render(trace, columns, &mut text);
        }
        write(&mut self.out, &text)
    }
}

impl<W: Write + Send> SpanSink for TreeSink<W> {
    fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError> {
        let ready = self.buffer.add(batch.to_span_data(), Instant::now());
        self.print(&ready)
    }

    fn shutdown(&mut self, _timeout: Duration) {
        let rest = self.buffer.drain();
        // The process is ending, and the console was the way to say what goes wrong.
        let _ = self.print(&rest);
    }
}

struct TableSink<W> {
    out: W,
    width: Width,
    /// The table that was printed last, without the time.
    last: String,
}

impl<W: Write + Send> MetricSink for TableSink<W> {
    fn export(&mut self, native: &Snapshot, sdk: &ResourceMetrics) -> Result<(), ExportError> {
        let table = table::render(native, sdk, self.width.columns());
        if table.is_empty() || table == self.last {
            return Ok(());
        }
        let title = table::title(native.time);
        self.last = table;
        write(&mut self.out, &format!("{title}\n{}\n", self.last))
    }
}

/// Writes at once, so that lines of others do not come in between.
fn write(out: &mut impl Write, text: &str) -> Result<(), ExportError> {
    if text.is_empty() {
        return Ok(());
    }
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| {
            ExportError::permanent(format!("the console cannot be written to: {error}"))
        })
}

#[cfg(test)]
mod tests;
