//! A small shop that takes four orders: one goes well, one is slow, one is declined, one is for nobody.
//!
//! ```text
//! cargo run --example quickstart                                   # a span tree and a metric table, no server needed
//! cargo run --example quickstart -- --otlp http://localhost:4318   # to Jaeger or an OpenTelemetry Collector
//! cargo run --example quickstart -- --serve                        # and keep /metrics up for Prometheus
//! ```
//!
//! Instead of arguments, `hyperion.yaml` or `OTEL_*` variables say where telemetry goes, as for any other program.
#![allow(
    clippy::unused_self,
    reason = "the services of an example hold nothing"
)]

use hyperion::config::{Config, Endpoint, LogFormat, MetricExporter, TraceExporter};
use hyperion::{Counter, Metrics, observe};
use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Metrics)]
#[metrics(prefix = "shop")]
struct ShopMetrics {
    /// Orders that were paid.
    #[counter(unit = "{order}")]
    orders: Counter,
}

static METRICS: ShopMetrics = ShopMetrics::new();

struct OrderService {
    users: UserRepository,
    payments: PaymentClient,
}

impl OrderService {
    #[observe(component = "OrderService", fields(order.id = order, order.amount = amount))]
    async fn checkout(&self, order: u32, user: u32, amount: u32) -> Result<(), ShopError> {
        let name = self.users.find(user).await?;
        tracing::info!(order, %name, "charging the customer");
        let paid = self.payments.charge(user, amount).await;
        paid.inspect_err(|error| tracing::error!(order, %error, "the customer was not charged"))?;
        METRICS.orders.inc();
        Ok(())
    }
}

struct UserRepository;

impl UserRepository {
    #[observe(component = "UserRepository", fields(user.id = id))]
    async fn find(&self, id: u32) -> Result<&'static str, ShopError> {
        tokio::time::sleep(Duration::from_millis(2)).await;
        match id {
            1 => Ok("Ada"),
            2 => Ok("Grace"),
            3 => Ok("Edsger"),
            _ => Err(ShopError::NoUser(id)),
        }
    }
}

struct PaymentClient;

impl PaymentClient {
    #[observe(component = "PaymentClient", kind = client, fields(payment.amount = amount))]
    async fn charge(&self, user: u32, amount: u32) -> Result<(), ShopError> {
        let checked = check_limit(amount);
        let answer = Duration::from_millis(if user == 2 { 120 } else { 8 });
        tokio::time::sleep(answer).await;
        if answer > Duration::from_millis(100) {
            tracing::warn!(?answer, "the payment provider is slow");
        }
        checked
    }
}

/// A synchronous function is observed the same way; its component is the module unless it is given.
#[observe(component = "Limits", fields(amount))]
fn check_limit(amount: u32) -> Result<(), ShopError> {
    if amount > 1000 {
        Err(ShopError::Declined(amount))
    } else {
        Ok(())
    }
}

#[derive(Debug)]
enum ShopError {
    NoUser(u32),
    Declined(u32),
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUser(id) => write!(f, "there is no user {id}"),
            Self::Declined(amount) => write!(f, "the card was declined for {amount} euros"),
        }
    }
}

impl std::error::Error for ShopError {}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(mistake) => {
            eprintln!("{mistake}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), hyperion::Error> {
    let telemetry = hyperion::builder()
        .service_name("quickstart")
        .config(configuration(&arguments)?)
        .install()?;

    let shop = OrderService {
        users: UserRepository,
        payments: PaymentClient,
    };
    for (order, user, amount) in [(1, 1, 40), (2, 2, 250), (3, 3, 4000), (4, 99, 10)] {
        // What went wrong is in the trace, in the log and in the metrics; there is nobody else to tell.
        let _ = shop.checkout(order, user, amount).await;
    }

    if arguments.serve {
        telemetry.flush(Duration::from_secs(5));
        match telemetry.metrics_addr() {
            Some(address) => {
                println!("metrics are served at http://{address}/metrics until Ctrl-C");
            }
            None => {
                println!("nothing is served: metrics.exporter is not prometheus; Ctrl-C ends this");
            }
        }
        // Without a way to hear Ctrl-C there is nothing to wait for.
        let _ = tokio::signal::ctrl_c().await;
    }
    eprintln!("{}", telemetry.shutdown(Duration::from_secs(5)));
    Ok(())
}

/// The surroundings' configuration if they have one, else one that needs no server; the arguments over either.
fn configuration(arguments: &Arguments) -> Result<Config, hyperion::Error> {
    let variable = |name: &str| std::env::var(name).ok();
    let mut config = if variable("HYPERION_CONFIG").is_some()
        || std::path::Path::new("hyperion.yaml").exists()
    {
        Config::load()?
    } else {
        let mut config = Config::default();
        config.tracing.exporter = TraceExporter::Console;
        config.metrics.exporter = MetricExporter::Console;
        config.logs.format = LogFormat::Text;
        config.apply_env(&variable)?;
        config
    };
    if let Some(url) = &arguments.otlp {
        config.tracing.exporter = TraceExporter::Otlp;
        config.tracing.otlp.endpoint = Some(Endpoint::base(url)?);
        config.metrics.exporter = MetricExporter::Otlp;
        config.metrics.otlp.endpoint = Some(Endpoint::base(url)?);
    }
    if arguments.serve {
        config.metrics.exporter = MetricExporter::Prometheus;
    }
    Ok(config)
}

const USAGE: &str = "usage: quickstart [--otlp URL] [--serve]

  --otlp URL   send spans and metrics to this OTLP receiver, for example http://localhost:4318
  --serve      keep serving /metrics for Prometheus, on port 9464 unless configured otherwise";

#[derive(Default)]
struct Arguments {
    otlp: Option<String>,
    serve: bool,
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--otlp" => parsed.otlp = Some(arguments.next().ok_or("`--otlp` needs a URL")?),
                "--serve" => parsed.serve = true,
                other => return Err(format!("unknown argument `{other}`")),
            }
        }
        Ok(parsed)
    }
}
