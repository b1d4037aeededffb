//! The table of the arguments, and what is done with all of them.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, LitStr, Path};

use super::err::{self, ErrArguments};
use super::values::{CallLabel, Level, Origin, Parts, SpanField, SpanKind};
use super::{fields, foreign, labels, parts, value};
use crate::buckets::{self, Buckets};
use crate::errors::Errors;
use crate::table::Place::{Block, Function, Span};
use crate::table::Signal::{Log, Metrics, Trace};
use crate::table::{self, Argument, Arguments as _, Given, Place, arguments};

arguments! {
    /// The arguments of `#[observe]` and `span!`, in the order in which messages list them.
    #[derive(Clone)]
    pub(in crate::observe) struct Arguments answered by foreign::ANSWERS {
        component: Option<LitStr> {
            "component", "component = \"UserService\"", value::text;
        }
        name: Option<LitStr> {
            "name", "name = \"GET /users\"", value::text, not_on(&[
                (Block, "`name` would be the name of every method, put it on one of them"),
                (Span, "the name of a span comes first: `span!(\"…\")`"),
            ]);
        }
        kind: SpanKind {
            "kind", "kind = server", Argument::word::<SpanKind>;
        }
        fields: Vec<SpanField>, merged by Given::append {
            "fields", "fields(user.id = %id)", fields::parse, about(Trace);
        }
        labels: Vec<CallLabel>, merged by Given::append {
            "labels", "labels(tier = tier)", labels::parse, about(Metrics), not_in_span("has no metrics");
        }
        err: ErrArguments, merged by err::merge {
            "err", err::EXAMPLE, err::parse, not_in_span("returns nothing that could be an error");
        }
        parts: Parts {
            "only", "only(trace, metrics)", parts::only, not_in_span("is a span and nothing else");
            "exclude", "exclude(trace, metrics)", parts::exclude, not_in_span("is a span and nothing else"),
                excludes("`only` and `exclude` are two ways to say the same, remove one");
        }
        level: Level {
            "level", "level = debug", Argument::word::<Level>;
        }
        log: Option<Level> {
            "log", "log = info", Argument::word::<Level>, about(Log), not_in_span("writes no log lines");
        }
        in_flight: bool {
            "in_flight", "in_flight", Argument::flag, about(Metrics), not_in_span("has no metrics");
        }
        /// The bounds are not empty, and ascend as far as that can be read here.
        buckets: Option<Buckets> {
            "buckets", "buckets = [0.01, 0.1, 1.0]", buckets::in_seconds, about(Metrics),
                not_in_span("has no metrics");
        }
        origin: Origin {
            "root", "root", value::root, about(Trace);
            "parent", "parent = context", value::parent, about(Trace),
                excludes("a span with a `parent` is no `root`, remove one");
        }
        links: Option<Expr> {
            "links", "links = [context]", Argument::expr, about(Trace);
        }
        /// The span has no attributes about the code that makes it.
        without_location: bool {
            "location", "location = false", value::without_location, about(Trace);
        }
        /// The method is left alone.
        skip: bool {
            "skip", "skip", Argument::flag, not_on(&[
                (Block, "`skip` is for a method; remove the attribute from the block instead"),
                (Function, "`skip` is for a method of an observed impl block; remove the attribute instead"),
                (Span, "`span!` is there or is not; `skip` is an argument of `#[observe]`"),
            ]);
        }
        /// The path of hyperion, when it is not `::hyperion`.
        hyperion: Option<Path> {
            "crate", "crate = my_crate::hyperion", Argument::path;
        }
    }
}

impl Arguments {
    /// Parses every argument it can, and notes what is wrong with the others.
    pub(in crate::observe) fn parse(
        tokens: TokenStream,
        place: Place,
        errors: &mut Errors,
    ) -> Self {
        let mut arguments = Self::default();
        let parser = |input: ParseStream<'_>| {
            table::read(&mut arguments, input, place, errors);
            Ok(())
        };
        let result = parser.parse2(tokens);
        errors.ok(result);
        arguments
    }

    /// Puts the arguments of a method over those of the block around it: lists are appended, and of two entries with
    /// the same key the method's stays.
    #[must_use]
    pub(in crate::observe) fn over(mut self, block: &Self) -> Self {
        let fields = self.fields.iter().map(|field| field.key.value());
        let labels = self.labels.iter().map(|label| label.key.value());
        let own: Vec<String> = fields.chain(labels).collect();
        let mut block = block.clone();
        let fields = &mut block.fields.value;
        fields.retain(|field| !own.contains(&field.key.value()));
        let labels = &mut block.labels.value;
        labels.retain(|label| !own.contains(&label.key.value()));
        self.inherit(block);
        self
    }
}
