//! A bookshop's catalogue that says more about its calls than a bare `#[observe]` does.
//!
//! ```text
//! cargo run --example annotations                        # span trees and a metric table, no server needed
//! HYPERION_LEVEL=debug cargo run --example annotations   # the detail of every request
//! ```
#![allow(
    clippy::unused_self,
    reason = "the services of an example hold nothing"
)]

use hyperion::config::{Config, LogFormat, MetricExporter, TraceExporter};
use hyperion::{CallEnd, CallInfo, ErrorType, Interceptor, Label, LevelFilter, observe};
use std::any::Any;
use std::fmt;
use std::time::Duration;

/// A metric label: its values are known when the program is compiled.
#[derive(Label)]
enum Genre {
    Novels,
    Poems,
}

/// The variants are what `error.type` says.
#[derive(Debug, ErrorType)]
enum LookupError {
    NoSuchBook(u32),
    DatabaseBusy,
}

impl LookupError {
    fn is_no_such_book(&self) -> bool {
        matches!(self, Self::NoSuchBook(_))
    }
}

struct Catalogue;

/// Every method is observed, with these arguments and its own.
#[observe(fields(book.id = id))]
impl Catalogue {
    // That nobody has the book is an answer, and no failure of this call.
    #[observe(kind = server, err(ok_if = LookupError::is_no_such_book))]
    async fn show(&self, id: u32) -> Result<String, LookupError> {
        let title = match self.cached(id) {
            Some(title) => title,
            None => self.load(id, Genre::of(id)).await?,
        };
        // A field that is known late.
        hyperion::current().set("book.title", title);
        // A task of its own, in the same trace.
        let related = hyperion::spawn(Self::count_related(id));
        // A span by hand, around less than a function.
        let page = hyperion::span!("render page", fields(title)).in_scope(|| {
            std::thread::sleep(Duration::from_millis(2));
            format!("<h1>{title}</h1>")
        });
        Ok(format!("{page}, {} related", related.await.unwrap_or(0)))
    }

    // Off, and as good as free, until somebody asks for `debug`.
    #[observe(level = debug)]
    fn cached(&self, id: u32) -> Option<&'static str> {
        let title = (id == 1).then_some("Middlemarch");
        if title.is_none() {
            hyperion::current().event("cache.miss");
        }
        title
    }

    #[observe(kind = client, labels(genre))]
    async fn load(&self, id: u32, genre: Genre) -> Result<&'static str, LookupError> {
        tokio::time::sleep(Duration::from_millis(8)).await;
        match id {
            2 => Ok("Walden"),
            3 => Err(LookupError::DatabaseBusy),
            _ => Err(LookupError::NoSuchBook(id)),
        }
    }

    async fn count_related(id: u32) -> u32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        id * 2
    }
}

/// An interceptor: code of the program that runs at the start and at the end of every observed call.
struct Slow;

impl Interceptor for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn end(&self, call: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, ending: &CallEnd<'_>) {
        if ending.duration > Duration::from_millis(12) {
            println!(
                "slow: {} ({}) took {:?}",
                call.span_name, ending.outcome, ending.duration
            );
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), hyperion::Error> {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::Console;
    config.metrics.exporter = MetricExporter::Console;
    config.logs.format = LogFormat::Text;
    config.apply_env(&|name| std::env::var(name).ok())?;
    let telemetry = hyperion::builder()
        .config(config)
        .interceptor(Slow)
        .install()?;

    for id in 1..=4 {
        if id == 4 {
            // From here on in detail.
            telemetry
                .levels()
                .set_component("Catalogue", LevelFilter::Debug);
        }
        match Catalogue.show(id).await {
            Ok(page) => println!("book {id}: {page}"),
            Err(error) => println!("book {id}: {error}"),
        }
    }
    eprintln!("{}", telemetry.shutdown(Duration::from_secs(5)));
    Ok(())
}

impl Genre {
    fn of(id: u32) -> Self {
        if id.is_multiple_of(2) {
            Self::Novels
        } else {
            Self::Poems
        }
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchBook(id) => write!(f, "there is no book {id}"),
            Self::DatabaseBusy => f.write_str("the database is busy"),
        }
    }
}

impl std::error::Error for LookupError {}
