//! The chart of the README: horizontal bars of a few rows, as an SVG.
//!
//! It has a background of its own, light or dark as the reader's system is, so that it can stand on any page.

use std::fmt::Write;

use super::{figures::Figures, markdown::nanoseconds, statistics::median};

/// A panel of the chart: a row of calls under its title, or what a span costs a whole process.
const PANELS: [(&str, &str); 6] = [
    ("Recorded call", "span sync"),
    (
        "Recorded async call, polled four times",
        "span async 3 yields",
    ),
    ("Request: a root and ten children", "span request"),
    ("Processor time of a span, exported", PROCESS),
    ("Counter with two labels, two threads", "counter 2 threads"),
    ("Histogram with two labels", "histogram"),
];

const PROCESS: &str = "process";

/// The libraries, in the order of their bars, and how they are called in full.
const PEERS: [(&str, &str); 9] = [
    (OURS, "hyperion"),
    ("fastrace", "fastrace"),
    ("opentelemetry", "OpenTelemetry SDK"),
    ("tracing", "tracing-opentelemetry"),
    ("oxtel", "oxtel"),
    ("prometheus", "prometheus"),
    ("prometheus-client", "prometheus-client"),
    ("measured", "measured"),
    ("metrics", "metrics"),
];
const OURS: &str = "hyperion";

const WIDTH: f64 = 800.0;
const MARGIN: f64 = 24.0;
const TOP: f64 = 72.0;
/// From the left of one panel to the left of the next.
const COLUMN: f64 = 388.0;
const LABEL: f64 = 148.0;
const BAR: f64 = 160.0;
const LINE: f64 = 21.0;
/// The height of a panel without its bars.
const PANEL: f64 = 50.0;

const STYLE: &str = "\
text { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 18px; font-weight: 600 }
.panel { font-size: 13px; font-weight: 600 }
.muted { fill: #59636e }
.name { text-anchor: end }
.ours { font-weight: 600 }
.page { fill: #ffffff }
.bar { fill: #afb8c1 }
.bar.ours { fill: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .muted { fill: #9198a1 }
  .page { fill: #0d1117 }
  .bar { fill: #59636e }
  .bar.ours { fill: #4493f8 }
}
";

/// The bars of a panel: the library and its figure.
struct Panel {
    title: &'static str,
    bars: Vec<(&'static str, &'static str, f64)>,
}

/// Draws the chart. A panel whose row was not measured is left out.
pub(super) fn render(figures: &Figures) -> String {
    let panels = panels(figures);
    let rows: Vec<&[Panel]> = panels.chunks(2).collect();
    let heights = rows.iter().map(|row| {
        let bars = row.iter().map(|panel| panel.bars.len()).max().unwrap_or(0);
        PANEL + LINE * count(bars)
    });
    let heights: Vec<f64> = heights.collect();
    let height = TOP + heights.iter().sum::<f64>() + 28.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">What hyperion costs beside other libraries</title>\n\
         <style>\n{STYLE}</style>\n<rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\" rx=\"6\"/>\n"
    );
    text(&mut svg, "title", MARGIN, 34.0, "What one operation costs");
    text(
        &mut svg,
        "muted",
        MARGIN,
        54.0,
        "nanoseconds, shorter is better; each panel has a scale of its own",
    );
    let mut top = TOP;
    for (row, height) in rows.into_iter().zip(heights) {
        for (column, panel) in row.iter().enumerate() {
            draw(&mut svg, panel, MARGIN + COLUMN * count(column), top);
        }
        top += height;
    }
    text(&mut svg, "muted", MARGIN, height - 14.0, &footer(figures));
    svg.push_str("</svg>\n");
    svg
}

fn panels(figures: &Figures) -> Vec<Panel> {
    let panel = |(title, row)| {
        let bars = PEERS.into_iter().filter_map(|(peer, full)| {
            let figure = match row {
                PROCESS => processor_time(figures, peer),
                row => time(figures, row, peer),
            };
            Some((peer, full, figure?))
        });
        let bars = bars.collect();
        Panel { title, bars }
    };
    let panels = PANELS.into_iter().map(panel);
    panels.filter(|panel| !panel.bars.is_empty()).collect()
}

fn time(figures: &Figures, row: &str, peer: &str) -> Option<f64> {
    let rows = &figures.calls.as_ref()?.figures;
    let row = rows.iter().find(|figures| figures.row == row)?;
    median(row.rounds(peer)?.iter().copied())
}

fn processor_time(figures: &Figures, peer: &str) -> Option<f64> {
    let peers = &figures.loads.as_ref()?.figures.sustained;
    let found = peers.iter().find(|figures| figures.peer == peer)?;
    found.median(|run| run.processor)
}

fn draw(svg: &mut String, panel: &Panel, left: f64, top: f64) {
    text(svg, "panel", left, top + 20.0, panel.title);
    let longest = panel.bars.iter().map(|(_, _, figure)| *figure);
    let longest = longest.fold(f64::MIN_POSITIVE, f64::max);
    let mut y = top + 32.0;
    for (peer, title, figure) in &panel.bars {
        let ours = if *peer == OURS { " ours" } else { "" };
        let start = left + LABEL + 8.0;
        // A bar that is too short to be seen would look like a missing one.
        let length = (BAR * figure / longest).max(2.0);
        text(svg, &format!("name{ours}"), left + LABEL, y + 11.5, title);
        let _ = writeln!(
            svg,
            "<rect class=\"bar{ours}\" x=\"{start}\" y=\"{y}\" width=\"{length:.1}\" height=\"15\" rx=\"2\"/>"
        );
        let end = start + length + 6.0;
        let shown = nanoseconds(*figure);
        text(svg, &format!("value{ours}"), end, y + 11.5, &shown);
        y += LINE;
    }
}

/// The machine, as the document says it in full.
fn footer(figures: &Figures) -> String {
    let Some(part) = &figures.calls else {
        return "not measured yet".to_owned();
    };
    let machine = &part.machine;
    let day = machine.date.split(' ').next().unwrap_or_default();
    let busy = if machine.was_busy() {
        ", busy meanwhile"
    } else {
        ""
    };
    format!(
        "{day}, {}, {} processors, {}{busy}; all figures, targets and how to measure: PERFORMANCE.md",
        machine.processor,
        machine.processors,
        machine.compiler.split(" (").next().unwrap_or_default(),
    )
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>"
    );
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::example;

    #[test]
    fn the_chart_is_as_it_was() {
        let svg = render(&example::figures());
        expect_test::expect_file!["snapshots/performance.svg"].assert_eq(&svg);
    }

    #[test]
    fn what_was_not_measured_has_no_panel() {
        let svg = render(&Figures::default());
        assert!(!svg.contains("class=\"bar"), "{svg}");
        assert!(svg.ends_with("</svg>\n"));
    }

    #[test]
    fn the_longest_bar_is_as_long_as_any_can_be() {
        let panel = Panel {
            title: "Ours & theirs",
            bars: vec![(OURS, "hyperion", 1.0), ("oxtel", "oxtel", 1000.0)],
        };
        let mut svg = String::new();
        draw(&mut svg, &panel, 0.0, 0.0);
        assert!(svg.contains("Ours &amp; theirs"), "{svg}");
        assert!(svg.contains("width=\"160.0\""), "{svg}");
        assert!(svg.contains("width=\"2.0\""), "{svg}");
    }
}
