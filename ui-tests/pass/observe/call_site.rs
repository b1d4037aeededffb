//! The description that the macro gives of a function: checked against a stand-in for the runtime.
#![deny(warnings)]

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::panic::Location;

use hyperion::observe;

thread_local!(static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });

fn say(line: String) {
    SAID.with(|said| said.borrow_mut().push(line));
}

fn said() -> Vec<String> {
    SAID.with(|said| std::mem::take(&mut *said.borrow_mut()))
}

mod stand_in {
    pub mod __private {
        use super::super::{Debug, Display, Location, say};

        #[derive(Debug)]
        #[allow(dead_code)]
        pub enum SpanKind {
            Server,
            Client,
            Producer,
            Consumer,
            Internal,
        }

        #[derive(Debug)]
        #[allow(dead_code)]
        pub enum Level {
            Error,
            Warn,
            Info,
            Debug,
            Trace,
        }

        pub struct CallsiteMeta {
            pub name: &'static str,
            pub component: &'static str,
            pub method: &'static str,
            pub kind: SpanKind,
            pub level: Level,
            pub path: fn() -> &'static str,
        }

        impl CallsiteMeta {
            pub const DEFAULT: Self = Self {
                name: "",
                component: "",
                method: "",
                kind: SpanKind::Internal,
                level: Level::Info,
                path: || "",
            };
        }

        pub struct Callsite(CallsiteMeta, &'static Location<'static>);

        impl Callsite {
            #[track_caller]
            pub const fn new(meta: CallsiteMeta) -> Self {
                Self(meta, Location::caller())
            }

            pub fn enter<const LEVEL: u8>(&'static self) -> Call {
                let CallsiteMeta {
                    name,
                    component,
                    method,
                    kind,
                    level,
                    path,
                } = &self.0;
                let (file, line) = (self.1.file(), self.1.line());
                assert!(file.ends_with("call_site.rs"), "{file}");
                say(format!(
                    "{name:?} {component:?} {method} {kind:?} {level:?} {LEVEL} {} {line}",
                    path()
                ));
                Call
            }
        }

        pub struct Call;

        impl Call {
            pub fn fields(&mut self, record: impl FnOnce(&mut Fields)) {
                record(&mut Fields);
            }
        }

        impl Drop for Call {
            fn drop(&mut self) {
                say("dropped".to_owned());
            }
        }

        pub struct Fields;

        impl Fields {
            pub fn value<V: Debug>(&mut self, key: &'static str, value: V) {
                say(format!("{key} = {value:?}"));
            }

            pub fn literal(&mut self, key: &'static str, value: &'static str) {
                say(format!("{key} = literal {value}"));
            }

            pub fn display<V: Display + ?Sized>(&mut self, key: &'static str, value: &V) {
                say(format!("{key} = %{value}"));
            }

            pub fn debug<V: Debug + ?Sized>(&mut self, key: &'static str, value: &V) {
                say(format!("{key} = ?{value:?}"));
            }
        }

        pub fn path_of<T>() -> &'static str {
            std::any::type_name::<T>()
        }
    }
}

const PLAIN: u32 = line!() + 6;

#[observe(
    crate = stand_in,
)]
/// The line is the one with the name.
fn plain() {
    say("body".to_owned());
}

const MATCH: u32 = line!() + 18;

#[observe(
    crate = stand_in,
    component = "Users",
    name = "Users.all",
    kind = consumer,
    fields(
        text,
        r#type,
        user.name = text,
        "user id" = n + 1,
        user.r#type = %text,
        ?n,
        op = "literal",
        late = { say("late".to_owned()); n },
    ),
)]
fn r#match(text: &str, n: u32, r#type: bool) {
    say(format!("body {text} {n} {type}", type = r#type));
}

struct Users<T>(T);

impl<T> Users<T> {
    #[observe(crate = stand_in, kind = server)]
    fn one(&self) {
        say("body".to_owned());
    }
}

/// The methods take what the block says, and their own word for it.
#[observe(crate = stand_in, component = "Users", kind = client, level = debug, fields(n = self.0))]
impl Users<u16> {
    const FIRST: Self = Self::first();

    const fn first() -> Self {
        Self(1)
    }

    fn two(&self) {
        say("body".to_owned());
    }

    #[observe(kind = server, level = trace, fields(n = self.0 + 1, m = true))]
    fn three(&self) {
        say("body".to_owned());
    }

    #[observe(skip)]
    fn four(&self) {
        say("body".to_owned());
    }
}

trait Load {
    #[observe(crate = crate::stand_in, kind = client)]
    fn load(&self) {
        say("body".to_owned());
    }
}

impl Load for u8 {}

impl Load for u16 {
    #[observe(crate = crate::stand_in, kind = producer)]
    fn load(&self) {
        say("body".to_owned());
    }
}

fn lines(function: impl FnOnce()) -> Vec<String> {
    function();
    said()
}

fn main() {
    let module = module_path!();
    assert_eq!(
        lines(plain),
        [
            &format!("\"\" \"\" plain Internal Info 3 {module}::plain::__Here {PLAIN}"),
            "body",
            "dropped"
        ]
    );
    assert_eq!(
        lines(|| r#match("a", 1, true)),
        [
            &format!(
                "\"Users.all\" \"Users\" match Consumer Info 3 {module}::match::__Here {MATCH}"
            ),
            "text = \"a\"",
            "type = true",
            "user.name = \"a\"",
            "user id = 2",
            "user.type = %a",
            "n = ?1",
            "op = literal literal",
            "late",
            "late = 1",
            "body a 1 true",
            "dropped",
        ]
    );
    assert!(lines(|| Users(1u8).one())[0].starts_with("\"\" \"\" one Server "));
    assert!(lines(|| 1u8.load())[0].starts_with("\"\" \"\" load Client "));
    assert!(lines(|| 1u16.load())[0].starts_with("\"\" \"\" load Producer "));
    let said = lines(|| Users::FIRST.two());
    assert!(said[0].starts_with("\"\" \"Users\" two Client Debug 4 "));
    assert_eq!(said[1..], ["n = 1", "body", "dropped"]);
    let said = lines(|| Users::FIRST.three());
    assert!(said[0].starts_with("\"\" \"Users\" three Server Trace 5 "));
    assert_eq!(said[1..], ["n = 2", "m = true", "body", "dropped"]);
    assert_eq!(lines(|| Users::FIRST.four()), ["body"]);
}
