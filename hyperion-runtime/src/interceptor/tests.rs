use super::*;
use crate::level::Level;
use crate::span_kind::SpanKind;
use std::any::Any;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

const CALL: CallInfo<'static> = CallInfo {
    component: "Users",
    method: "get",
    span_name: "Users.get",
    kind: SpanKind::Internal,
    level: Level::Info,
    file: "users.rs",
    line: 7,
    function: "shop::users::Users::get",
};

const ENDING: CallEnd<'static> = CallEnd {
    outcome: CallOutcome::Error,
    error_type: Some("shop::NotFound"),
    error_message: Some(&"no user 7"),
    duration: Duration::from_secs(1),
};

/// The deeds of interceptors, in their order.
type Log = Arc<Mutex<Vec<String>>>;

struct Logging {
    name: &'static str,
    order: i32,
    log: Log,
}

impl Interceptor for Logging {
    fn name(&self) -> &'static str {
        self.name
    }

    fn order(&self) -> i32 {
        self.order
    }

    fn start(&self, call: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
        say(&self.log, format!("start {} {}", self.name, call.span_name));
        Some(Box::new(self.name))
    }

    fn end(&self, _: &CallInfo<'_>, state: Option<Box<dyn Any + Send>>, ending: &CallEnd<'_>) {
        let state = state.and_then(|state| state.downcast::<&str>().ok());
        assert_eq!(state.as_deref(), Some(&self.name), "the state is its own");
        say(&self.log, format!("end {} {}", self.name, ending.outcome));
    }
}

fn say(log: &Log, what: String) {
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(what);
}

fn said(log: &Log) -> Vec<String> {
    std::mem::take(&mut log.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Interceptors of these names and orders, and what they do.
fn logging<const N: usize>(names: [(&'static str, i32); N]) -> (Arc<Interceptors>, Log) {
    let log = Log::default();
    let registered = names
        .into_iter()
        .map(|(name, order)| -> Box<dyn Interceptor> {
            let log = Arc::clone(&log);
            Box::new(Logging { name, order, log })
        });
    let interceptors = Interceptors::new(registered.collect()).expect("the names differ");
    (Arc::new(interceptors), log)
}

fn run(interceptors: &Arc<Interceptors>, only: Only, exclude: &[&str]) {
    let (selection, _) = interceptors.select(only, exclude);
    interceptors
        .start_all(selection, &CALL)
        .end_all(&CALL, &ENDING);
}

#[test]
fn they_start_in_their_order_and_end_in_reverse() {
    let (interceptors, log) = logging([("b", 0), ("last", 9), ("first", -1), ("a", 0)]);
    run(&interceptors, Only::Any, &[]);
    assert_eq!(
        said(&log),
        [
            "start first Users.get",
            "start b Users.get",
            "start a Users.get",
            "start last Users.get",
            "end last error",
            "end a error",
            "end b error",
            "end first error",
        ]
    );
}

#[test]
fn a_call_site_chooses_among_them() {
    let (interceptors, log) = logging([("audit", 0), ("quota", 1), ("timing", 2)]);
    let ran = |only, exclude: &[&str]| {
        run(&interceptors, only, exclude);
        let said = said(&log);
        let started = said.iter().filter_map(|line| line.strip_prefix("start "));
        started
            .filter_map(|line| line.strip_suffix(" Users.get"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(ran(Only::Any, &[]), "audit quota timing");
    assert_eq!(ran(Only::Any, &["quota"]), "audit timing");
    assert_eq!(ran(Only::Names(&["timing", "audit"]), &[]), "audit timing");
    assert_eq!(ran(Only::Names(&["timing", "audit"]), &["audit"]), "timing");
    assert_eq!(ran(Only::Names(&[]), &[]), "");
    assert_eq!(ran(Only::Names(&["unheard_of"]), &[]), "");
}

#[test]
fn names_that_nobody_knows_are_told_once_each() {
    let (interceptors, _) = logging([("audit", 0)]);
    let unknown = |only, exclude: &'static [&str]| interceptors.select(only, exclude).1;
    assert_eq!(unknown(Only::Any, &[]), [""; 0]);
    assert_eq!(unknown(Only::Names(&["audit"]), &["audit"]), [""; 0]);
    assert_eq!(
        unknown(Only::Names(&["adit", "audit"]), &["adit", "quota", "quota"]),
        ["adit", "quota"]
    );
    assert_eq!(
        selection::unknown_name("adit", "Users.get", &interceptors),
        "`Users.get` names the interceptor `adit`, which is not installed (those that are: `audit`); register it with \
         `hyperion::builder().interceptor(..)` or mend the name"
    );
    let (none, _) = logging([]);
    assert_eq!(none.select(Only::Names(&["audit"]), &[]).1, ["audit"]);
    assert!(selection::unknown_name("audit", "Users.get", &none).contains("(none is)"));
}

#[test]
fn a_selection_is_kept_for_its_installation_alone() {
    let cache = SelectionCache::new();
    let (first, log) = logging([("audit", 0), ("quota", 0)]);
    let (second, _) = logging([("quota", 0), ("audit", 0)]);
    let ask = |interceptors: &Interceptors| {
        let mut worked_out = false;
        let site = || {
            worked_out = true;
            "Users.get"
        };
        let selection = cache.get(interceptors, Only::Names(&["audit"]), &[], site);
        (selection, worked_out)
    };
    let (selection, worked_out) = ask(&first);
    assert!(worked_out);
    assert_eq!(ask(&first), (selection, false));
    let (other, worked_out) = ask(&second);
    assert!(worked_out && other != selection);
    assert_eq!(ask(&first), (selection, true));

    drop(second.start_all(selection, &CALL));
    assert!(
        second.start_all(selection, &CALL).is_empty(),
        "it is of another one"
    );
    assert!(!first.start_all(selection, &CALL).is_empty());
    assert_eq!(said(&log), ["start audit Users.get"]);
}

#[test]
fn names_have_to_be_told_apart() {
    let problem = |names: &[&'static str]| {
        let registered = names.iter().map(|name| -> Box<dyn Interceptor> {
            Box::new(Logging {
                name,
                order: 0,
                log: Log::default(),
            })
        });
        let problem = Interceptors::new(registered.collect()).err();
        problem
            .map(|problem| problem.to_string())
            .unwrap_or_default()
    };
    assert_eq!(problem(&["audit", "_x1", "größe", "logs"]), "");
    assert_eq!(
        problem(&["audit", "quota", "audit"]),
        "two interceptors are called `audit`; give one of them another name"
    );
    for name in ["trace", "metrics", "log"] {
        assert_eq!(
            problem(&[name]),
            format!(
                "an interceptor is called `{name}`, as one of those that are built in; give it another name"
            )
        );
    }
    for name in ["", "1st", "two words", "a-b", "a.b"] {
        assert!(
            problem(&[name]).contains("letters, digits and `_`"),
            "{name}"
        );
    }
    let many: Vec<&'static str> = (0..33).map(|n| &*format!("i{n}").leak()).collect();
    assert_eq!(problem(&many[..32]), "");
    assert!(problem(&many).starts_with("there are 33 interceptors, and at most 32"));
}

#[test]
fn thirty_two_are_told_apart() {
    let names: [(&'static str, i32); 32] =
        std::array::from_fn(|n| (&*format!("i{n}").leak(), i32::try_from(n).unwrap_or(0)));
    let (interceptors, log) = logging(names);
    run(&interceptors, Only::Any, &["i0"]);
    let said = said(&log);
    assert_eq!(said.len(), 62);
    assert_eq!(
        (&*said[0], &*said[30], &*said[31]),
        ("start i1 Users.get", "start i31 Users.get", "end i31 error")
    );
}

/// Panics wherever it can.
struct Panicking {
    at_drop: bool,
}

struct PanicsAtDrop;

impl Drop for PanicsAtDrop {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "when it is dropped");
    }
}

impl Interceptor for Panicking {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn start(&self, _: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
        std::panic::panic_any(PanicsAtDrop)
    }

    fn end(&self, _: &CallInfo<'_>, state: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {
        assert!(state.is_none());
        panic!("at the end")
    }
}

impl Drop for Panicking {
    fn drop(&mut self) {
        assert!(!self.at_drop, "when it is dropped");
    }
}

#[test]
fn a_panic_is_counted_and_the_others_run() {
    let log = Log::default();
    let logging = |name, order| Logging {
        name,
        order,
        log: Arc::clone(&log),
    };
    let registered: Vec<Box<dyn Interceptor>> = vec![
        Box::new(logging("before", -1)),
        Box::new(Panicking { at_drop: true }),
        Box::new(logging("after", 1)),
    ];
    let interceptors = Arc::new(Interceptors::new(registered).expect("the names differ"));
    let panics = interceptors.panics();
    for _ in 0..2 {
        run(&interceptors, Only::Any, &[]);
        assert_eq!(
            said(&log),
            [
                "start before Users.get",
                "start after Users.get",
                "end after error",
                "end before error"
            ]
        );
    }
    drop(interceptors);
    let counts: Vec<_> = panics.by_interceptor().collect();
    assert_eq!(counts, [("before", 0), ("panicking", 4), ("after", 0)]);
    assert_eq!(Arc::strong_count(&log), 1, "the last one is let go too");
}

#[test]
fn an_interceptor_does_not_intercept_itself() {
    struct Recursive(Mutex<Weak<Interceptors>>, Log);
    impl Recursive {
        fn call(&self) {
            let interceptors = self.0.lock().map(|weak| weak.upgrade());
            let interceptors = interceptors.ok().flatten().expect("they are kept");
            let (selection, _) = interceptors.select(Only::Any, &[]);
            let started = interceptors.start_all(selection, &CALL);
            assert!(started.is_empty());
            started.end_all(&CALL, &ENDING);
        }
    }
    impl Interceptor for Arc<Recursive> {
        fn name(&self) -> &'static str {
            "recursive"
        }
        fn start(&self, _: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
            self.call();
            say(&self.1, "start".to_owned());
            None
        }
        fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {
            self.call();
            say(&self.1, "end".to_owned());
        }
    }
    let recursive = Arc::new(Recursive(Mutex::default(), Log::default()));
    let interceptors = Interceptors::new(vec![Box::new(Arc::clone(&recursive))]);
    let interceptors = Arc::new(interceptors.expect("there is one"));
    *recursive.0.lock().expect("nobody panicked") = Arc::downgrade(&interceptors);
    for _ in 0..2 {
        run(&interceptors, Only::Any, &[]);
        assert_eq!(said(&recursive.1), ["start", "end"]);
    }
    assert_eq!(
        interceptors.panics().by_interceptor().next(),
        Some(("recursive", 0))
    );
}

#[test]
fn a_call_ends_what_it_started_also_after_they_were_removed() {
    let (interceptors, log) = logging([("audit", 0)]);
    let (selection, _) = interceptors.select(Only::Any, &[]);
    let started = interceptors.start_all(selection, &CALL);
    drop(interceptors);
    said(&log);
    // As the future of a call would, it may end on another thread.
    let thread = std::thread::spawn(move || started.end_all(&CALL, &ENDING));
    thread.join().expect("it ends well");
    assert_eq!(said(&log), ["end audit error"]);
    assert_eq!(
        Arc::strong_count(&log),
        1,
        "it is let go after the last call"
    );
}

#[test]
fn a_call_is_what_it_was_without_them() {
    fn is_anything<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    is_anything::<Started>();
    assert_eq!(size_of::<Started>(), size_of::<usize>());
}

#[test]
fn an_ending_shows_what_it_says() {
    assert_eq!(
        format!("{ENDING:?}"),
        "CallEnd { outcome: Error, error_type: Some(\"shop::NotFound\"), error_message: Some(\"no user 7\"), \
         duration: 1s }"
    );
}
