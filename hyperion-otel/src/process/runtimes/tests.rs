//! Both kinds of runtimes, and their names.

use super::{Families, Runtimes};
use crate::process::tests::lines;
use hyperion_runtime::metrics::snapshot::{Data, Family, NumberValue};
use std::future::pending;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

fn of(runtimes: &Runtimes) -> Vec<Family> {
    let mut families = Families::since(None);
    runtimes.describe(&mut families);
    families.into()
}

fn of_one(name: &str, runtime: &Runtime) -> Runtimes {
    let mut runtimes = Runtimes::default();
    runtimes.add(name.to_owned(), runtime.handle().clone());
    runtimes
}

fn current_thread() -> Runtime {
    Builder::new_current_thread()
        .build()
        .expect("a runtime starts")
}

fn multi_thread(workers: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(workers)
        .build()
        .expect("a runtime starts")
}

/// The value of the metric's only point.
fn value(runtimes: &Runtimes, name: &str) -> f64 {
    let families = of(runtimes);
    let family = families
        .iter()
        .find(|family| family.name == name)
        .unwrap_or_else(|| panic!("{name} is missing: {families:?}"));
    let (Data::Counter(points) | Data::UpDownCounter(points)) = &family.data else {
        panic!("it is a sum: {family:?}");
    };
    match points.as_slice() {
        [point] => match point.value {
            NumberValue::F64(value) => value,
            NumberValue::I64(value) => f64::from(i32::try_from(value).expect("a small number")),
            NumberValue::U64(value) => f64::from(u32::try_from(value).expect("a small number")),
        },
        _ => panic!("one runtime: {points:?}"),
    }
}

/// The time that one task works.
const WORK: Duration = Duration::from_millis(20);

fn burn() {
    let begun = Instant::now();
    while begun.elapsed() < WORK {
        std::hint::spin_loop();
    }
}

/// Has `runtime` work and rest until both shows.
fn work_and_rest(runtime: &Runtime) {
    let runtimes = of_one("io", runtime);
    let begun = Instant::now();
    let is_told = || {
        value(&runtimes, "tokio.runtime.worker.busy_time") >= WORK.as_secs_f64()
            && value(&runtimes, "tokio.runtime.worker.parks") >= 1.0
    };
    while !is_told() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{}",
            lines(&of(&runtimes))
        );
        // A thread of its own ends the wait, so that the runtime goes to sleep meanwhile.
        let (done, wait) = tokio::sync::oneshot::channel();
        let waker = std::thread::spawn(move || {
            std::thread::sleep(2 * WORK);
            done.send(())
        });
        let task = async {
            burn();
            wait.await
        };
        runtime
            .block_on(runtime.spawn(task))
            .expect("the task ends")
            .expect("the thread wakes it");
        waker.join().expect("it ends").expect("somebody waits");
    }
}

#[test]
fn a_runtime_on_one_thread_is_described() {
    let runtime = current_thread();
    let runtimes = of_one("io", &runtime);
    for _ in 0..4 {
        runtime.spawn(pending::<()>());
    }
    // Nothing runs yet, so that all of it is as it was put there.
    assert_eq!(
        lines(&of(&runtimes)),
        "\
up-down counter tokio.runtime.worker.count {worker} [tokio.runtime.name=io] 1
up-down counter tokio.runtime.task.count {task} [tokio.runtime.name=io] 4
up-down counter tokio.runtime.global_queue.length {task} [tokio.runtime.name=io] 4
counter tokio.runtime.worker.busy_time s [tokio.runtime.name=io] 0.0
counter tokio.runtime.worker.parks {park} [tokio.runtime.name=io] 0
"
    );
    work_and_rest(&runtime);
    let queued = value(&runtimes, "tokio.runtime.global_queue.length");
    assert!(queued < 1.0, "the tasks were taken: {queued}");
}

#[test]
fn a_runtime_on_several_threads_is_described() {
    let runtime = multi_thread(3);
    let runtimes = of_one("io", &runtime);
    for _ in 0..5 {
        runtime.spawn(pending::<()>());
    }
    let told = lines(&of(&runtimes));
    for line in [
        "up-down counter tokio.runtime.worker.count {worker} [tokio.runtime.name=io] 3\n",
        "up-down counter tokio.runtime.task.count {task} [tokio.runtime.name=io] 5\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    work_and_rest(&runtime);
}

#[test]
fn outside_of_a_runtime_there_is_nothing_to_tell() {
    let runtimes = Runtimes::default().with_current().expect("no names");
    assert_eq!(lines(&of(&runtimes)), "");
}

#[test]
fn the_current_runtime_has_its_own_name_or_the_default() {
    let named = Builder::new_current_thread()
        .name("requests")
        .build()
        .expect("a runtime starts");
    for (runtime, name) in [(current_thread(), "default"), (named, "requests")] {
        let _entered = runtime.enter();
        let runtimes = Runtimes::default().with_current().expect("one name");
        assert_eq!(names(&runtimes), [name]);
    }
}

#[test]
fn a_runtime_that_was_added_is_not_read_twice() {
    let (runtime, other) = (current_thread(), current_thread());
    let _entered = runtime.enter();
    let mut runtimes = of_one("requests", &runtime);
    runtimes.add("background".to_owned(), other.handle().clone());
    let runtimes = runtimes.with_current().expect("the names differ");
    assert_eq!(names(&runtimes), ["background", "requests"]);
}

#[test]
fn names_are_needed_and_differ() {
    let (runtime, other) = (current_thread(), current_thread());
    let mut twice = of_one("io", &runtime);
    twice.add("io".to_owned(), other.handle().clone());
    assert_eq!(twice.with_current().err().as_deref(), Some("io"));
    assert_eq!(
        of_one("", &runtime).with_current().err().as_deref(),
        Some("")
    );
    let _entered = other.enter();
    let like_the_current = of_one("default", &runtime).with_current();
    assert_eq!(like_the_current.err().as_deref(), Some("default"));
}

#[test]
fn a_runtime_that_has_ended_can_be_read() {
    for runtime in [current_thread(), multi_thread(2)] {
        let runtimes = of_one("io", &runtime);
        runtime.spawn(pending::<()>());
        drop(runtime);
        let tasks = value(&runtimes, "tokio.runtime.task.count");
        assert!(tasks < 1.0, "they ended with it: {tasks}");
    }
}

fn names(runtimes: &Runtimes) -> Vec<&str> {
    runtimes.0.iter().map(|(name, _)| name.as_str()).collect()
}
