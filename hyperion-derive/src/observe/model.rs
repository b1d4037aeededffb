//! The model of `#[observe]`: only what can be expanded.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::{Attribute, Ident, LitStr, Pat, Signature, Token, Type, Visibility};

use super::arguments::Arguments;

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

/// The parts of an observed block, in their order.
pub(super) struct ObservedBlock {
    /// The attributes, and what is before the braces.
    pub(super) header: TokenStream,
    pub(super) braces: Group,
    pub(super) pieces: Vec<Piece>,
    /// The block as it was, but for the attributes of ours on its methods.
    pub(super) unchanged: TokenStream,
}

/// One item of the block.
pub(super) enum Piece {
    Untouched(TokenStream),
    Method(Box<Observe>),
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

/// The way in which a function is observed.
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

impl Shape {
    /// The parameters that are bound again where the body is.
    pub(super) fn parameters(&self) -> Option<&Parameters> {
        match self {
            Self::Closure { parameters, .. }
            | Self::Future { parameters, .. }
            | Self::AsyncFn { parameters, .. }
            | Self::Returned {
                made: Made::InClosure(parameters),
                ..
            } => Some(parameters),
            Self::Guard
            | Self::InPlace { .. }
            | Self::AsyncBlock { .. }
            | Self::Returned {
                made: Made::InPlace,
                ..
            } => None,
        }
    }
}

/// The output of an `async fn` that stays one.
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
    /// The output of the future, if that can be written in the body.
    pub(super) output: Option<Type>,
}

/// The form in which a future is returned.
pub(super) enum FutureForm {
    /// As `impl Future`.
    Opaque,
    /// In a pinned box, whose type can be written where opaque parts of it are left out.
    Boxed(Box<Type>),
}

/// The place where the future of a function is made.
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
    /// It is `async move`.
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
    /// Its type is written as a reference.
    pub(super) is_reference: bool,
    pub(super) binding: Binding,
}

/// The binding of a parameter in the body.
pub(super) enum Binding {
    /// `name` or `mut name`.
    Name(Option<Token![mut]>, Ident),
    /// `_name` or `mut _name`: a lint asks why such a name is bound to nothing but another, which a tuple keeps it
    /// from.
    Unused(Option<Token![mut]>, Ident),
    /// `_`: nothing, but it lives until the call ends.
    Ignored,
    /// Any other pattern; `mut` where it might borrow mutably from what it takes apart.
    Pattern(Option<Token![mut]>, Box<Pat>),
}
