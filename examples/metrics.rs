//! A kitchen that counts what it does: every instrument, with labels of which the compiler knows how many there are.
//!
//! ```text
//! cargo run --example metrics              # a metric table, no server needed
//! cargo run --example metrics -- --serve   # /metrics for Prometheus, with exemplars
//! ```

use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::{
    Bounded, Counter, Gauge, Histogram, Label, LabelSet, Metrics, UpDownCounter, observe,
};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

/// What was ordered: two values, and no third one can come up at run time.
#[derive(Clone, Copy, Label)]
enum Dish {
    Soup,
    Pie,
}

/// Who ordered. Names are not known in advance, so the first twenty have a series and the others share one.
#[derive(Clone, Copy, Label)]
struct Guest(Bounded<20>);

#[derive(Clone, Copy, LabelSet)]
struct Order {
    dish: Dish,
    guest: Guest,
}

#[derive(Clone, Copy, LabelSet)]
struct Cooking {
    dish: Dish,
}

/// At most 60 series, or it does not compile.
#[derive(Metrics)]
#[metrics(prefix = "kitchen", max_series = 60)]
struct KitchenMetrics {
    /// Orders that were taken.
    #[counter(unit = "{order}")]
    orders: Counter<Order>,
    /// Orders that wait or are cooked.
    #[up_down_counter(name = "orders.open", unit = "{order}")]
    open: UpDownCounter,
    /// Time a dish took. Its series are there from the start, at zero.
    #[histogram(name = "cooking.time", unit = "s", buckets = [0.005, 0.01, 0.02, 0.05], zero)]
    cooking: Histogram<Cooking>,
    /// Flour that is left.
    #[gauge(unit = "kg")]
    flour: Gauge,
}

static METRICS: KitchenMetrics = KitchenMetrics::new();
static FLOUR: Mutex<f64> = Mutex::new(5.0);

#[observe(component = "Kitchen")]
fn serve(dish: Dish, guest: &str) {
    let order = Order {
        dish,
        guest: Guest::from(guest),
    };
    METRICS.orders.inc(order);
    METRICS.open.inc();
    cook(dish);
    METRICS.open.dec();
}

/// Nothing is said here of traces, and yet each value in the histogram has the one it comes from.
fn cook(dish: Dish) {
    let _timer = METRICS.cooking.time(Cooking { dish });
    let (time, flour) = match dish {
        Dish::Soup => (4, 0.05),
        Dish::Pie => (15, 0.6),
    };
    std::thread::sleep(Duration::from_millis(time));
    if let Ok(mut left) = FLOUR.lock() {
        *left -= flour;
    }
}

fn main() -> ExitCode {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::Console;
    config.logs.enabled = false;
    let serves = std::env::args().any(|argument| argument == "--serve");
    if serves {
        config.tracing.exporter = TraceExporter::Otlp;
        config.metrics.exporter = MetricExporter::Prometheus;
    }
    match run(config, serves) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(config: Config, serves: bool) -> Result<(), hyperion::Error> {
    let telemetry = hyperion::builder()
        .service_name("kitchen")
        .config(config)
        .install()?;
    // Asked whenever the metrics are read, and at no other time.
    let left = || FLOUR.lock().map_or(f64::NAN, |left| *left);
    let _observation = METRICS.flour.observe(left);

    println!("{} series at most", KitchenMetrics::SERIES);
    for guest in ["Ada", "Grace", "Edsger"] {
        serve(Dish::Soup, guest);
        serve(Dish::Pie, guest);
    }
    if let Some(address) = telemetry.metrics_addr().filter(|_| serves) {
        println!(
            "metrics are served at http://{address}/metrics until the end of input; with exemplars:"
        );
        println!("curl -H 'Accept: application/openmetrics-text' http://{address}/metrics");
        let _ = std::io::stdin().read_line(&mut String::new());
    }
    telemetry.shutdown(Duration::from_secs(5));
    Ok(())
}
