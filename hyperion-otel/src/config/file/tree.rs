//! YAML as a tree that remembers where everything stood.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A value and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: At,
    pub(super) value: Value,
}

/// A value. What a plain scalar means is up to its reader.
#[derive(Debug)]
pub(super) enum Value {
    Scalar { text: String, quoted: bool },
    Mapping(Vec<Entry>),
    List(Vec<Rc<Node>>),
}

/// One `key: value` of a mapping. Aliases share what they refer to, so that a small file stays a small tree.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) at: At,
    pub(super) node: Rc<Node>,
}

/// The mistake that keeps a text from being a tree.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) at: At,
    pub(super) message: String,
}

/// Parses a file of one document; an empty one is an empty scalar.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Problem> {
    // The schema is three levels deep. A limit keeps the recursion below, and that of dropping the tree, shallow.
    const DEEPEST: usize = 32;
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder {
        parser,
        anchors: HashMap::new(),
        last: At { line: 1, column: 1 },
    };
    let mut root = None;
    while let Some((event, at)) = builder.next()? {
        match event {
            Event::DocumentStart(..) if root.is_some() => {
                return Err(problem(
                    at,
                    "expected one document, found the start of a second one",
                ));
            }
            Event::DocumentStart(..) => {
                let (event, at) = builder.expect_next()?;
                root = Some(builder.node(event, at)?);
            }
            _ => {}
        }
    }
    Ok(root.unwrap_or_else(|| {
        let value = Value::Scalar {
            text: String::new(),
            quoted: false,
        };
        Rc::new(Node {
            at: At { line: 1, column: 1 },
            value,
        })
    }))
}

struct Builder<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Rc<Node>>,
    last: At,
}

impl<'t> Builder<'t> {
    fn next(&mut self) -> Result<Option<(Event<'t>, At)>, Problem> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                self.last = start_of(span);
                Ok(Some((event, self.last)))
            }
            Some(Err(error)) => Err(syntax(&error)),
        }
    }

    fn expect_next(&mut self) -> Result<(Event<'t>, At), Problem> {
        match self.next()? {
            Some(event) => Ok(event),
            None => Err(problem(
                self.last,
                "expected a value, found the end of the file",
            )),
        }
    }

    fn node(&mut self, event: Event<'t>, at: At) -> Result<Rc<Node>, Problem> {
        if let Some(tag) = event.tag() {
            return Err(problem(
                at,
                &format!("tags have no meaning here; remove `{}`", tag.original()),
            ));
        }
        let anchor = event.anchor_id();
        let value =
            match event {
                Event::Alias(id) => {
                    return self.anchors.get(&id).cloned().ok_or_else(|| {
                        problem(at, "an alias cannot be part of what it stands for")
                    });
                }
                Event::Scalar(text, style, ..) => Value::Scalar {
                    text: text.into_owned(),
                    quoted: style != ScalarStyle::Plain,
                },
                Event::MappingStart(..) => self.mapping()?,
                Event::SequenceStart(..) => self.list()?,
                _ => return Err(problem(at, "expected a value")),
            };
        let node = Rc::new(Node { at, value });
        if let Some(id) = anchor {
            self.anchors.insert(id, Rc::clone(&node));
        }
        Ok(node)
    }

    fn mapping(&mut self) -> Result<Value, Problem> {
        let mut entries = Vec::new();
        loop {
            let (event, at) = self.expect_next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Value::Mapping(entries));
            }
            let key = match &self.node(event, at)?.value {
                Value::Scalar { text, .. } => text.clone(),
                Value::Mapping(_) | Value::List(_) => {
                    return Err(problem(at, "expected a word for a key"));
                }
            };
            let (event, value_at) = self.expect_next()?;
            entries.push(Entry {
                key,
                at,
                node: self.node(event, value_at)?,
            });
        }
    }

    fn list(&mut self) -> Result<Value, Problem> {
        let mut items = Vec::new();
        loop {
            let (event, at) = self.expect_next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Value::List(items));
            }
            items.push(self.node(event, at)?);
        }
    }
}

fn start_of(span: Span) -> At {
    At {
        line: span.start.line(),
        column: span.start.col() + 1,
    }
}

fn syntax(error: &ScanError) -> Problem {
    let marker = error.marker();
    problem(
        At {
            line: marker.line(),
            column: marker.col() + 1,
        },
        &format!("not valid YAML: {}", error.info()),
    )
}

fn problem(at: At, message: &str) -> Problem {
    Problem {
        at,
        message: message.to_owned(),
    }
}
