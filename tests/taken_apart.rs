//! Arguments that the signature takes apart, as handlers of axum do, in what is evaluated before the body has them.

mod support;

use hyperion::propagation::PropagatedContext;
use hyperion::{Label, SpanContext, observe};
use std::future::Future;
use support::{kept, span, spans_in, spans_in_async, text};

struct Json<T>(T);

#[derive(Clone, Copy, Label, PartialEq)]
enum Tier {
    Economy,
    Express,
}

struct New {
    tier: Tier,
    weight: u32,
    receiver: String,
    queued_by: PropagatedContext,
}

const SENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn parcel(tier: Tier) -> New {
    let sent: SpanContext = SENT.parse().expect("it is a span context");
    New {
        tier,
        weight: 7,
        receiver: "Ada".to_owned(),
        queued_by: PropagatedContext::from(sent),
    }
}

/// Parts are found where they are: as values that are compared and borrowed, and that the body takes.
#[observe(
    component = "Parcels",
    parent = parcel.queued_by,
    fields(parcel.receiver = parcel.receiver),
    labels(tier = parcel.tier, heavy = parcel.weight > limit, named = matches!(parcel.tier, Tier::Express))
)]
async fn post(Json(parcel): Json<New>, (limit, _): (u32, &str)) -> String {
    parcel.receiver
}

#[tokio::test]
async fn an_async_fn_has_labels_and_a_parent_from_parts() {
    kept();
    let (receiver, _) = spans_in_async(post(Json(parcel(Tier::Express)), (5, ""))).await;
    assert_eq!(receiver, "Ada");
    let spans = kept().all_spans();
    let posted = span(&spans, "Parcels.post");
    assert_eq!(posted.parent_span_id.to_string(), "b7ad6b7169203331");
    for (key, value) in [
        ("tier", "express"),
        ("heavy", "true"),
        ("named", "true"),
        ("parcel.receiver", "Ada"),
    ] {
        assert_eq!(text(posted, key), value);
    }
    let [point] = &*kept().calls("Parcels", "post", "ok") else {
        panic!("one series")
    };
    assert!(
        point
            .labels
            .iter()
            .any(|(key, value)| key == "tier" && *value == *"express")
    );
}

/// The other shapes whose expressions are evaluated before the body.
#[observe(component = "Shapes", labels(tier), fields(weight = %weight))]
fn made((New { tier, weight, .. }, _): (New, u8)) -> impl Future<Output = bool> {
    std::future::ready(tier == Tier::Economy && weight > 0)
}

#[observe(component = "Shapes", links = [&queued_by, other], labels(tier))]
fn sync(
    New {
        queued_by, tier, ..
    }: New,
    (&count, ref other): (&u8, PropagatedContext),
) -> u8 {
    drop((queued_by, other.clone(), tier));
    count + 1
}

#[observe(component = "Shapes", labels(fast))]
async fn borrowed((fast, counts): &(bool, [u8; 2]), &mut ref mut seen: &mut u8) -> u8 {
    *seen += counts[0];
    u8::from(*fast)
}

/// A name that the expression binds itself is its own.
#[observe(component = "Shapes", labels(heavy = weights.iter().any(|weight| *weight > 3) && weight > 1))]
async fn shadowed((weight, weights): (u32, Vec<u32>)) -> usize {
    weights.len() + weight as usize
}

#[tokio::test]
async fn so_has_every_other_shape() {
    kept();
    let (economy, spans) = spans_in_async(made((parcel(Tier::Economy), 1))).await;
    assert!(economy);
    assert_eq!(text(&spans[0], "tier"), "economy");
    assert_eq!(text(&spans[0], "weight"), "7");

    let other = parcel(Tier::Economy).queued_by;
    let (count, spans) = spans_in(|| sync(parcel(Tier::Economy), (&1, other)));
    assert_eq!(count, 2);
    assert_eq!(spans[0].links.links.len(), 2);

    let mut seen = 0;
    let (fast, spans) = spans_in_async(borrowed(&(true, [1, 2]), &mut seen)).await;
    assert_eq!((fast, seen), (1, 1));
    assert_eq!(text(&spans[0], "fast"), "true");

    let (sum, spans) = spans_in_async(shadowed((2, vec![1, 5]))).await;
    assert_eq!(sum, 4);
    assert_eq!(text(&spans[0], "heavy"), "true");
}
