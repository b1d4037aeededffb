//! The names of what is recorded are those of the published conventions, or ours and no others'.

mod support;

use hyperion::config::Config;
use hyperion::observe;
use opentelemetry_semantic_conventions::{attribute, metric};
use std::collections::BTreeSet;
use std::sync::OnceLock;
use support::Kept;

/// The names for which there is no convention.
const OURS: [&str; 3] = ["component", "outcome", "order.id"];

fn kept() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        let mut config = Config::default();
        config.metrics.collect_runtime = true;
        support::install(config)
    })
}

#[observe(component = "Orders", in_flight, fields(order.id = id))]
fn place(id: u64) -> Result<(), std::num::ParseIntError> {
    let price = "free".parse::<u64>()?;
    assert!(price > 0, "order {id} costs nothing");
    Ok(())
}

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    names.into_iter().collect()
}

#[test]
fn a_call_that_fails_has_the_names_of_the_conventions() {
    let kept = kept();
    assert!(place(7).is_err());
    let spans = kept.all_spans();
    let span = spans.iter().find(|span| span.name == "Orders.place");
    let span = span.expect("the call has a span");
    let keys = span.attributes.iter().map(|pair| pair.key.as_str());
    assert_eq!(
        names(keys),
        names(OURS.into_iter().chain([
            attribute::CODE_FILE_PATH,
            attribute::CODE_FUNCTION_NAME,
            attribute::CODE_LINE_NUMBER,
            attribute::ERROR_TYPE,
        ]))
    );
    let events: Vec<&str> = span.events.iter().map(|event| &*event.name).collect();
    assert_eq!(events, ["exception"]);
    let told = span.events.iter().flat_map(|event| &event.attributes);
    assert_eq!(
        names(told.map(|pair| pair.key.as_str())),
        names([attribute::EXCEPTION_MESSAGE, attribute::EXCEPTION_TYPE])
    );
}

#[test]
fn the_metrics_of_the_process_have_the_names_of_the_conventions() {
    let families = kept().snapshot().families;
    let of_process = families
        .iter()
        .map(|family| &*family.name)
        .filter(|name| name.starts_with("process."));
    let known = names([
        metric::PROCESS_CONTEXT_SWITCHES,
        metric::PROCESS_CPU_TIME,
        metric::PROCESS_DISK_IO,
        metric::PROCESS_MEMORY_USAGE,
        metric::PROCESS_MEMORY_VIRTUAL,
        metric::PROCESS_PAGING_FAULTS,
        metric::PROCESS_THREAD_COUNT,
        metric::PROCESS_UNIX_FILE_DESCRIPTOR_COUNT,
        metric::PROCESS_UPTIME,
        metric::PROCESS_WINDOWS_HANDLE_COUNT,
    ]);
    let found = names(of_process);
    assert!(found.contains(metric::PROCESS_CPU_TIME), "{found:?}");
    assert!(found.is_subset(&known), "{:?}", found.difference(&known));
}
