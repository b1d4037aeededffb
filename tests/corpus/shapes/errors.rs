//! Values that count as errors, by their types.

use std::cell::Cell;
use std::convert::Infallible;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use crate::harness::{Noisy, noisy, pause, say, shapes};

#[derive(Debug)]
struct Failure(&'static str);

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Failure {}

#[derive(Debug)]
struct Borrowing<'a>(&'a str);

impl Display for Borrowing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Borrowing<'_> {}

type Answer<T> = Result<T, Failure>;

shapes! {
    call an_error [ok, error] {
        #[observe]
        fn work(good: bool) -> Result<u32, Failure> {
            good.then_some(1).ok_or(Failure("bad"))
        }
    } => { (work(true), work(false)) }

    call an_alias [ok, error] {
        #[observe]
        fn work(good: bool) -> Answer<()> {
            if good { Ok(()) } else { Err(Failure("bad")) }
        }
    } => { (work(true), work(false)) }

    call an_alias_of_an_alias [error] {
        type Inner<T, E = Failure> = std::result::Result<T, E>;
        type Outer = Inner<Vec<u32>>;
        #[observe]
        fn work() -> Outer {
            Err(Failure("bad"))
        }
    } => { work() }

    call an_io_result [error] {
        #[observe]
        fn work() -> std::io::Result<()> {
            std::fs::File::open("/no/such/file")?;
            Ok(())
        }
    } => { work().map_err(|error| error.kind()) }

    call a_result_in_a_result [ok, error, error] {
        #[observe]
        fn work(n: u32) -> Result<Result<u32, Failure>, Failure> {
            match n {
                0 => Ok(Ok(n)),
                1 => Ok(Err(Failure("inside"))),
                _ => Err(Failure("outside")),
            }
        }
    } => { (work(0), work(1), work(2)) }

    call an_option_of_a_result [ok] {
        #[observe]
        fn work() -> Option<Result<u32, Failure>> {
            Some(Err(Failure("inside")))
        }
    } => { work() }

    call a_result_of_an_option [ok, error] {
        #[observe]
        fn work(text: &str) -> Result<Option<u32>, std::num::ParseIntError> {
            Some(text).filter(|text| !text.is_empty()).map(str::parse).transpose()
        }
    } => { (work(""), work("x")) }

    call a_tuple_with_a_result [ok] {
        #[observe]
        fn work() -> (Result<u32, Failure>, u32) {
            (Err(Failure("inside")), 1)
        }
    } => { work() }

    call a_reference_to_a_result [ok] {
        struct Last(Result<u32, Failure>);
        impl Last {
            #[observe]
            fn get(&self) -> &Result<u32, Failure> {
                &self.0
            }
        }
    } => { format!("{:?}", Last(Err(Failure("last"))).get()) }

    call a_boxed_error [ok, error, error] {
        #[observe]
        fn work(text: &str) -> Result<u32, Box<dyn Error>> {
            if text.is_empty() {
                return Err(Box::new(Failure("empty")));
            }
            Ok(text.parse()?)
        }
    } => {
        [work("1"), work("x"), work("")].map(|result| result.map_err(|error| error.to_string()))
    }

    call a_boxed_error_to_be_sent [error] {
        #[observe]
        fn work() -> Result<(), Box<dyn Error + Send + Sync + 'static>> {
            Err("text")?;
            Ok(())
        }
    } => { work().map_err(|error| error.to_string()) }

    call a_boxed_error_that_borrows [error] {
        #[observe]
        fn work<'a>(text: &'a str) -> Result<(), Box<dyn Error + 'a>> {
            Err(Box::new(Borrowing(text)))
        }
    } => { work("text").map_err(|error| error.to_string()) }

    call a_shared_error [error] {
        #[observe]
        fn work() -> Result<(), Arc<dyn Error + Send + Sync>> {
            Err(Arc::new(Failure("shared")))
        }
    } => { work().map_err(|error| error.to_string()) }

    call a_reference_to_an_error [error] {
        #[observe]
        fn work(error: &dyn Error) -> Result<(), &dyn Error> {
            Err(error)
        }
    } => { work(&Failure("bad")).map_err(|error| error.to_string()) }

    call an_error_that_borrows [error] {
        #[observe]
        fn work(text: &str) -> Result<u32, Borrowing<'_>> {
            text.parse().map_err(|_| Borrowing(text))
        }
    } => { work("text") }

    call texts [error, error] {
        #[observe]
        fn owned() -> Result<(), String> {
            Err("text".to_owned())
        }
        #[observe]
        fn borrowed() -> Result<(), &'static str> {
            Err("text")
        }
    } => { (owned(), borrowed()) }

    call errors_without_text [error, error, error] {
        struct Silent;
        #[observe]
        fn silent() -> Result<(), Silent> {
            Err(Silent)
        }
        #[observe]
        fn unit() -> Result<u32, ()> {
            Err(())
        }
        #[observe]
        fn numbers() -> Result<(), [u8; 2]> {
            Err([1, 2])
        }
    } => { (silent().is_err(), unit(), numbers()) }

    call no_error [ok] {
        #[observe]
        fn work() -> Result<u32, Infallible> {
            Ok(1)
        }
    } => { work() }

    call nothing_but_errors [error] {
        #[observe]
        fn work() -> Result<Infallible, Failure> {
            Err(Failure("always"))
        }
    } => { work() }

    call a_generic_error [error, error] {
        #[observe]
        fn error<E: Error>(error: E) -> Result<(), E> {
            Err(error)
        }
        #[observe]
        fn anything<T, E>(result: Result<T, E>) -> Result<T, E> {
            result
        }
    } => { (error(Failure("bad")), anything::<u32, _>(Err(1))) }

    call an_opaque_error [error] {
        #[observe]
        fn work() -> Result<(), impl Debug + Display> {
            Err(noisy("error").speak())
        }
    } => { work() }

    call an_opaque_value [ok, error] {
        #[observe]
        fn work(good: bool) -> Result<impl Fn(u32) -> u32, Failure> {
            let n = 1;
            if good { Ok(move |m| m + n) } else { Err(Failure("bad")) }
        }
    } => { (work(true).map(|f| f(1)), work(false).map(|f| f(1))) }

    call a_coerced_value [ok, error] {
        #[observe]
        fn work(good: bool) -> Result<Box<dyn Fn(u32) -> u32>, Failure> {
            if !good {
                return Err(Failure("bad"));
            }
            Ok(Box::new(|n| n + 1))
        }
    } => { (work(true).map(|f| f(1)), work(false).map(|f| f(1))) }

    call an_error_with_a_generic_conversion [error] {
        #[derive(Debug)]
        struct Anyhow(String);
        impl<E: Error> From<E> for Anyhow {
            fn from(error: E) -> Self {
                Self(error.to_string())
            }
        }
        #[observe]
        fn work(text: &str) -> Result<u32, Anyhow> {
            Ok(text.parse::<u32>()?)
        }
    } => { work("x") }

    call another_result [ok] {
        #[derive(Debug)]
        enum Result<T, E> {
            Ok(T),
            Err(E),
        }
        #[observe]
        fn work() -> Result<u32, Failure> {
            Result::Err(Failure("not an error to anybody else"))
        }
    } => { work() }

    call a_wrapper_of_a_result [ok] {
        #[derive(Debug)]
        struct Wrapped(Result<u32, Failure>);
        #[observe]
        fn work() -> Wrapped {
            Wrapped(Err(Failure("inside")))
        }
    } => { work() }

    call an_error_that_cannot_be_sent [error] {
        #[derive(Debug)]
        struct Local(Rc<Cell<u32>>);
        #[observe]
        fn work() -> Result<(), Local> {
            Err(Local(Rc::new(Cell::new(1))))
        }
    } => { work() }

    call an_error_that_panics_when_it_is_shown [error] {
        struct Bad;
        impl Display for Bad {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                std::panic::resume_unwind(Box::new("in Display"))
            }
        }
        #[observe]
        fn work() -> Result<u32, Bad> {
            Err(Bad)
        }
    } => { work().is_err() }

    call an_error_that_is_dropped [error] {
        #[observe]
        fn work(a: Noisy) -> Result<Noisy, Noisy> {
            let local = noisy("local");
            Err(a)
        }
    } => { work(noisy("a")) }

    call an_error_passed_on [error, error] {
        #[observe]
        fn inner() -> Answer<u32> {
            Err(Failure("bad"))
        }
        #[observe]
        fn outer() -> Result<u32, Box<dyn Error>> {
            let n = inner()?;
            Ok(n + 1)
        }
    } => { outer().map_err(|error| error.to_string()) }

    call an_error_handled [error, ok] {
        #[observe]
        fn inner() -> Answer<u32> {
            Err(Failure("bad"))
        }
        #[observe]
        fn outer() -> Answer<u32> {
            inner().or(Ok(1))
        }
    } => { outer() }

    future an_error_of_a_future [error] {
        #[observe]
        async fn work(a: Noisy) -> Answer<u32> {
            pause().await;
            let local = noisy("local");
            Err(Failure("bad"))?;
            pause().await;
            Ok(1)
        }
    } => { work(noisy("a")) }

    future a_boxed_error_of_a_future [error] {
        #[observe]
        async fn work(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
            pause().await;
            if text.is_empty() {
                return Err("empty".into());
            }
            Ok(text.parse()?)
        }
    } => { work("x") }

    future a_result_in_a_result_of_a_future [error] {
        #[observe]
        async fn work() -> Result<Answer<u32>, Failure> {
            pause().await;
            Ok(Err(Failure("inside")))
        }
    } => { work() }
}
