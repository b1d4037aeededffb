//! What `#[observe]` can be: only what can be expanded.

use proc_macro2::TokenTree;
use syn::{Attribute, Expr, Ident, LitStr, Pat, Path, Signature, Token, Type, Visibility};

/// One use of the attribute.
pub(super) struct Observe {
    pub(super) arguments: Arguments,
    pub(super) function: Function,
}

/// What stands in the attribute's parentheses.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) component: Option<LitStr>,
    pub(super) name: Option<LitStr>,
    pub(super) kind: Kind,
    pub(super) fields: Vec<Field>,
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

/// One span attribute.
pub(super) struct Field {
    /// The key as it is recorded, at the place where the user wrote it.
    pub(super) key: LitStr,
    pub(super) value: Value,
}

/// What a field records, and how.
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
    /// Any other pattern.
    Pattern(Box<Pat>),
}
