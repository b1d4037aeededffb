//! Interceptors of a program: installed with telemetry, and let go with it.

use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::{Builder, CallEnd, CallInfo, Error, Interceptor, InterceptorError};
use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One telemetry runs in a process at a time.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does nothing, and tells by what it holds whether it still exists.
struct Named {
    name: &'static str,
    held: Arc<()>,
}

impl Named {
    fn new(name: &'static str, held: &Arc<()>) -> Self {
        let held = Arc::clone(held);
        Self { name, held }
    }
}

impl Interceptor for Named {
    fn name(&self) -> &'static str {
        self.name
    }

    fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {
        assert!(Arc::strong_count(&self.held) > 1);
    }
}

fn builder() -> Builder {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::None;
    config.logs.enabled = false;
    hyperion::builder().config(config)
}

#[test]
fn names_that_cannot_be_told_apart_are_refused_and_nothing_is_installed() {
    let _one = one_at_a_time();
    let held = Arc::new(());
    let named = |name| Named::new(name, &held);
    let error = builder().interceptor(named("log")).install().unwrap_err();
    assert!(matches!(
        error,
        Error::Interceptor(InterceptorError::BuiltIn("log"))
    ));
    assert_eq!(
        error.to_string(),
        "an interceptor is called `log`, as one of those that are built in; give it another name"
    );
    let twice = builder()
        .interceptor(named("audit"))
        .interceptor(named("audit"));
    let error = twice.install().unwrap_err();
    assert!(matches!(
        error,
        Error::Interceptor(InterceptorError::Duplicate("audit"))
    ));
    assert_eq!(Arc::strong_count(&held), 1);
    let installed = builder().install().expect("nothing was installed before");
    installed.shutdown(Duration::from_secs(30));
}

#[test]
fn they_are_let_go_at_the_end_of_telemetry() {
    let _one = one_at_a_time();
    let held = Arc::new(());
    let install = || {
        builder()
            .interceptor(Named::new("audit", &held))
            .interceptor(Named::new("quota", &held))
            .install()
            .expect("the names differ")
    };
    let telemetry = install();
    assert_eq!(Arc::strong_count(&held), 3);
    telemetry.shutdown(Duration::from_secs(30));
    assert_eq!(Arc::strong_count(&held), 1);

    let telemetry = install();
    assert_eq!(Arc::strong_count(&held), 3);
    drop(telemetry);
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn they_are_let_go_also_where_nothing_is_recorded() {
    let _one = one_at_a_time();
    let held = Arc::new(());
    let mut config = Config::default();
    (
        config.tracing.enabled,
        config.metrics.enabled,
        config.logs.enabled,
    ) = (false, false, false);
    let builder = hyperion::builder()
        .config(config)
        .interceptor(Named::new("audit", &held));
    let telemetry = builder.install().expect("there is nothing that could fail");
    assert_eq!(Arc::strong_count(&held), 2);
    drop(telemetry);
    assert_eq!(Arc::strong_count(&held), 1);
}
