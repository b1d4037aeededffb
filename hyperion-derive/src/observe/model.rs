//! What `#[observe]` can be: only what can be expanded.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::{Attribute, Expr, Ident, LitStr, Pat, Path, Signature, Token, Type, Visibility};

use crate::buckets::Buckets;

/// One observed function.
pub(super) struct Observe {
    pub(super) arguments: Arguments,
    pub(super) function: Function,
}

/// One span that is opened by hand.
pub(super) struct ManualSpan {
    pub(super) name: LitStr,
    pub(super) arguments: Arguments,
}

/// What stands in the parentheses, once everything in it agrees.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) component: Option<LitStr>,
    pub(super) name: Option<LitStr>,
    pub(super) kind: Kind,
    pub(super) level: Level,
    pub(super) fields: Vec<Field>,
    pub(super) labels: Vec<Label>,
    pub(super) err: Err,
    pub(super) parts: Parts,
    pub(super) log: Option<Level>,
    pub(super) in_flight: bool,
    /// The bounds of the histogram: not empty, and ascending as far as that can be read here.
    pub(super) buckets: Option<Buckets>,
    pub(super) origin: Origin,
    pub(super) links: Option<Expr>,
    /// Where hyperion is, when it is not `::hyperion`.
    pub(super) hyperion: Option<Path>,
}

/// The kind of the span.
#[derive(Clone, Copy, Default)]
pub(super) enum Kind {
    Server,
    Client,
    Producer,
    Consumer,
    #[default]
    Internal,
}

/// How much detail a call or a log line is.
#[derive(Clone, Copy, Default)]
pub(super) enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// One span attribute.
#[derive(Clone)]
pub(super) struct Field {
    /// The key as it is recorded, at the place where the user wrote it.
    pub(super) key: LitStr,
    pub(super) value: Value,
}

/// What a field records, and how.
#[derive(Clone)]
pub(super) enum Value {
    /// `key = expr`, or the bare name of an argument.
    Typed(Expr),
    /// `key = "text"`.
    Literal(LitStr),
    /// `key = %expr`.
    Display(Expr),
    /// `key = ?expr`.
    Debug(Expr),
}

impl Value {
    /// What is evaluated.
    pub(super) fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Typed(expr) | Self::Display(expr) | Self::Debug(expr) => Some(expr),
            Self::Literal(_) => None,
        }
    }
}

/// One metric label.
#[derive(Clone)]
pub(super) struct Label {
    pub(super) key: LitStr,
    pub(super) value: Expr,
}

/// What counts as an error, and how it is written.
#[derive(Default)]
pub(super) struct Err {
    pub(super) ok_if: Option<Predicate>,
    pub(super) error_if: Option<Predicate>,
    pub(super) record: Record,
}

impl Err {
    /// Whether somebody asks what is returned.
    pub(super) fn has_predicates(&self) -> bool {
        self.ok_if.is_some() || self.error_if.is_some()
    }
}

/// A question to an error or to an output.
#[derive(Clone)]
pub(super) enum Predicate {
    /// The name of a function, which is called as it stands there: its argument coerces.
    Path(syn::ExprPath),
    /// A closure, whose argument has a type only where the closure is passed to a function.
    Closure(syn::ExprClosure),
}

/// How an error is written to its span.
#[derive(Clone, Copy, Default)]
pub(super) enum Record {
    Status,
    #[default]
    Event,
    None,
}

/// What a call takes part in.
#[derive(Default)]
pub(super) enum Parts {
    #[default]
    All,
    Only(Vec<Part>),
    Exclude(Vec<Part>),
}

/// Something that a call takes part in.
#[derive(Clone)]
pub(super) enum Part {
    BuiltIn(BuiltIn),
    /// An interceptor of the user's, by its name.
    Interceptor(LitStr),
}

/// What hyperion itself does with a call.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum BuiltIn {
    Trace,
    Metrics,
    Log,
}

/// Where a span hangs.
#[derive(Default)]
pub(super) enum Origin {
    /// Under the current span.
    #[default]
    Current,
    Root,
    Parent(Expr),
}

/// The function under the attribute.
pub(super) struct Function {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    /// As it is written, but for the parameters of a shape that rebinds them.
    pub(super) signature: Signature,
    /// One block, never taken apart.
    pub(super) body: TokenTree,
    pub(super) shape: Shape,
}

/// How a function is observed.
pub(super) enum Shape {
    /// Nothing is returned that could be an error: a guard beside the body.
    Guard,
    /// The body has to stay in the function itself, and its value is inspected there.
    InPlace { output: Type },
    /// The body moves into a closure, so that early returns are inspected, too.
    Closure {
        parameters: Parameters,
        output: Type,
    },
    /// An `async fn` that becomes a function that returns a future.
    Future {
        parameters: Parameters,
        output: Type,
    },
    /// An `async fn` that has to stay one.
    AsyncFn {
        parameters: Parameters,
        output: AsyncOutput,
    },
    /// A function that ends with the `async` block it returns.
    AsyncBlock {
        output: Option<Type>,
        tail: Box<Tail>,
    },
    /// A function that makes the future it returns in another way.
    Returned {
        future: Box<ReturnedFuture>,
        made: Made,
    },
}

/// What an `async fn` returns that stays one.
pub(super) enum AsyncOutput {
    /// A type that can be named inside the body.
    Named(Box<Type>),
    /// `impl Trait`: only the body knows.
    Opaque,
    /// `!`.
    Never,
}

/// A return type that is a future.
pub(super) struct ReturnedFuture {
    pub(super) form: FutureForm,
    /// What the future gives, if that can be written in the body.
    pub(super) output: Option<Type>,
}

/// How a future is returned.
pub(super) enum FutureForm {
    /// As `impl Future`.
    Opaque,
    /// In a pinned box, whose type can be written where opaque parts of it are left out.
    Boxed(Box<Type>),
}

/// Where the future of a function is made.
pub(super) enum Made {
    /// In a closure, so that early returns are observed, too.
    InClosure(Parameters),
    /// In the function itself.
    InPlace,
}

/// The end of a body that is an `async` block, or `Box::pin` around one.
pub(super) struct Tail {
    /// The braces of the body.
    pub(super) body: Group,
    /// The statements before the end.
    pub(super) before: TokenStream,
    /// `Box::pin` and its parentheses.
    pub(super) pin: Option<(TokenStream, Group)>,
    /// `async` or `async move`.
    pub(super) keywords: TokenStream,
    /// Whether it is `async move`.
    pub(super) moves: bool,
    /// Attributes at the beginning of the block, which have to stay there.
    pub(super) inner_attributes: TokenStream,
    /// The block without them.
    pub(super) block: Group,
}

/// The parameters of a function whose body moves somewhere else.
pub(super) struct Parameters {
    /// A receiver that is dropped with the call, so that it has to move along.
    pub(super) owned_receiver: Option<Token![self]>,
    pub(super) rebound: Vec<Parameter>,
}

/// One parameter, bound again where the body is.
pub(super) struct Parameter {
    /// `#[cfg]` and the like: the parameter might not be there.
    pub(super) conditions: Vec<Attribute>,
    /// `#[allow]` and the like, about what the user's pattern binds.
    pub(super) lints: Vec<Attribute>,
    /// Its name in the signature.
    pub(super) outer: Ident,
    pub(super) binding: Binding,
}

/// What a parameter binds in the body.
pub(super) enum Binding {
    /// `name` or `mut name`.
    Name(Option<Token![mut]>, Ident),
    /// `_name` or `mut _name`: a lint asks why such a name is bound to nothing but another, which a
    /// tuple keeps it from.
    Unused(Option<Token![mut]>, Ident),
    /// `_`: nothing, but it lives until the call ends.
    Ignored,
    /// Any other pattern; `mut` where it might borrow mutably from what it takes apart.
    Pattern(Option<Token![mut]>, Box<Pat>),
}
