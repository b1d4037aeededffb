//! Every argument names everything by its full path, in every shape.
#![deny(warnings, missing_docs, unsafe_code)]
#![no_implicit_prelude]

/// A label.
#[derive(::hyperion::Label, ::core::clone::Clone, ::core::marker::Copy)]
enum Tier {
    Free,
    Paid,
}

/// An error.
#[derive(::hyperion::ErrorType, ::core::fmt::Debug)]
struct Failure;

impl ::core::fmt::Display for Failure {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("failed")
    }
}

impl ::core::error::Error for Failure {}

fn is_fine(_: &Failure) -> bool {
    true
}

type Outcome<T> = ::core::result::Result<T, Failure>;
type BoxFuture<'a, T> =
    ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = T> + 'a>>;

struct Users(u32);

#[::hyperion::observe(
    component = "Users",
    kind = client,
    level = debug,
    log = trace,
    in_flight,
    buckets = [0.1, 1, MAX],
    fields(count = self.0),
    labels(tier = Tier::Free),
    err(ok_if = is_fine, error_if = ::core::result::Result::is_err, record = status),
    links = [::hyperion::current().context()],
)]
impl Users {
    const FIRST: Self = Self::new(1);

    const fn new(count: u32) -> Self {
        Self(count)
    }

    fn find(&self, id: u32) -> Outcome<u32> {
        if id == 0 {
            return ::core::result::Result::Err(Failure);
        }
        ::core::result::Result::Ok(id)
    }

    #[::hyperion::observe(err(ok_if = |_| true, error_if = |output| ::core::result::Result::is_err(output)))]
    async fn find_later(&self, id: u32) -> Outcome<u32> {
        self.find(id)
    }

    #[::hyperion::observe(parent = ::hyperion::current().context(), labels(tier, fast = true))]
    fn future(&self, tier: Tier) -> impl ::core::future::Future<Output = Outcome<Tier>> {
        ::core::future::ready(::core::result::Result::Ok(tier))
    }

    #[::hyperion::observe(root, only(trace, metrics, "audit"))]
    fn boxed(&self, id: u32) -> BoxFuture<'_, Outcome<u32>> {
        ::std::boxed::Box::pin(async move { ::core::result::Result::Ok(id) })
    }

    #[::hyperion::observe(exclude(log, "audit"), err(record = none))]
    fn boxed_elsewhere(&self, id: u32) -> BoxFuture<'_, Outcome<u32>> {
        ::std::boxed::Box::pin(::core::future::ready(::core::result::Result::Ok(id)))
    }

    #[::hyperion::observe(only(log))]
    #[track_caller]
    fn unit(&self) {}

    #[::hyperion::observe(skip)]
    fn skipped(&self) -> u32 {
        self.0
    }
}

const MAX: f64 = 5.0;

fn manual() -> u32 {
    let entered = ::hyperion::span!(
        "manual",
        kind = producer,
        level = warn,
        component = "Users",
        parent = ::hyperion::current().context(),
        links = [::hyperion::current().context()],
        fields(n = 1, text = "literal", shown = %2, debugged = ?3),
    )
    .enter();
    ::core::mem::drop(entered);
    ::hyperion::span!("scope", root).in_scope(|| 1)
}

fn main() {
    let users = Users::FIRST;
    ::std::assert!(::core::result::Result::is_ok(&users.find(1)));
    ::std::assert!(::core::result::Result::is_err(&users.find(0)));
    ::core::mem::drop(users.find_later(1));
    ::core::mem::drop((users.future(Tier::Free), users.future(Tier::Paid)));
    ::core::mem::drop((users.boxed(1), users.boxed_elsewhere(1)));
    users.unit();
    ::std::assert_eq!(users.skipped() + manual(), 2);
}
