use hyperion::observe;

#[observe(only(trace), exclude(log))]
fn only_and_exclude() {}

#[observe(parent = hyperion::current().context(), root)]
fn parent_and_root() {}

#[observe(only(trace), in_flight, log = info)]
fn not_among() {}

#[observe(exclude(metrics), labels(fast = true), buckets = [0.1])]
fn without_metrics() {}

#[observe(exclude(trace), fields(id), links = [])]
fn without_span(id: u32) {
    drop(id.to_string());
}

#[observe(labels(fast = true), fields(fast = "yes"))]
fn label_and_field() {}

#[observe(skip)]
fn skipped() {}

fn main() {}
