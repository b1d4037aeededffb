//! Nothing of the user's is in the way of any argument, whatever it is called.
#![deny(warnings)]
#![allow(
    non_snake_case,
    non_camel_case_types,
    non_upper_case_globals,
    dead_code,
    unused_macros
)]

use hyperion::{SpanContext, observe, span};

mod core {}
mod std {}
mod hyperion_derive {}
mod hyperion_runtime {}
mod __private {}

struct Option;
struct Some;
struct Result;
struct Ok;
struct Err;
struct Box;
struct Call;
struct Callsite;
struct CallsiteMeta;
struct Details;
struct Parts;
struct Only;
struct Record;
struct Level;
struct Label;
struct Origin;
struct Prepare;
struct Outcome;
struct Probe;
struct Probed;
struct Future;
struct Span;
struct f64;
struct u8;

const CALLSITE: i32 = 1;
static path: i32 = 1;

trait Everything {
    fn enter(&self) {}
    fn fields(&self) {}
    fn labels(&self) {}
    fn and(&self, _: &bool) {}
    fn parent(&self) {}
    fn links(&self) {}
    fn value(&self) {}
    fn finish_with(&self) {}
}

impl<T: ?Sized> Everything for T {}

fn is_negative(n: &i32) -> bool {
    *n < 0
}

#[derive(Clone, Copy, ::hyperion::Label)]
enum Tier {
    Free,
}

struct Users(i32);

#[observe(
    in_flight,
    log = trace,
    buckets = [0.1, 1],
    labels(call = prepare, labels = true),
    fields(__fields, __output = %__origin),
    err(error_if = is_negative),
)]
impl Users {
    fn sync(&self, __fields: i32, __origin: i32, prepare: bool) -> i32 {
        let __callsite = CALLSITE;
        __fields + __origin + __callsite + path + i32::from(prepare)
    }

    #[observe(err(error_if = |__output| *__output < zero()))]
    async fn later(&self, __fields: i32, __origin: i32, prepare: bool) -> i32 {
        '__body: {
            if __fields > 0 {
                break '__body;
            }
        }
        __fields + __origin + path + self.0 + i32::from(prepare)
    }
}

#[observe(in_flight, fields(fields, output = %origin), labels(call = prepare))]
impl Users {
    fn made(
        &self,
        fields: i32,
        origin: i32,
        prepare: bool,
    ) -> impl ::std::future::Future<Output = i32> + use<> {
        let __future = fields + origin + i32::from(prepare);
        ::std::future::ready(__future)
    }

    fn boxed(
        &self,
        fields: i32,
        origin: i32,
        prepare: bool,
    ) -> ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = i32>>> {
        let __prepared = fields + i32::from(prepare);
        let __callsite = origin;
        ::std::boxed::Box::pin(async move { __prepared + __callsite })
    }
}

fn zero() -> i32 {
    0
}

#[observe(parent = origin, links = [&prepare], labels(tier = labels))]
fn hangs(origin: SpanContext, prepare: SpanContext, labels: Tier) -> i32 {
    let taken = (origin, prepare, labels);
    taken.2 as i32 + 1
}

#[observe(parent = origin, links = [&prepare], labels(tier = labels))]
async fn hangs_later(origin: SpanContext, prepare: SpanContext, labels: Tier) -> i32 {
    let taken = (origin, prepare, labels);
    taken.2 as i32 + 1
}

fn manual(__origin: SpanContext, __fields: i32) {
    let __callsite = 1;
    let __call = span!(
        "manual",
        parent = __origin,
        links = [&__origin],
        fields(__fields, n = __callsite)
    );
    __call.in_scope(|| ());
}

fn main() {
    let users = Users(1);
    assert_eq!(users.sync(1, 2, true), 6);
    drop((
        users.later(1, 2, true),
        users.made(1, 2, true),
        users.boxed(1, 2, true),
    ));
    let context = ::hyperion::current().context();
    assert_eq!(hangs(context.clone(), context.clone(), Tier::Free), 1);
    drop(hangs_later(context.clone(), context.clone(), Tier::Free));
    manual(context, 1);
}
