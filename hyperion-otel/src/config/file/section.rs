//! One mapping of the file and the keys that are read from it; what is not read is unknown.

use std::collections::HashMap;
use std::rc::Rc;

use super::substitute::substitute;
use super::tree::{At, Entry, Node, Value};
use crate::config::choice::{list, nearest};
use crate::config::error::{Mistake, Place, mismatch, shown};

/// A walk through one file and what it finds wrong.
pub(super) struct Walk<'a> {
    file: &'a str,
    env: &'a dyn Fn(&str) -> Option<String>,
    mistakes: Vec<Mistake>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(file: &'a str, env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            file,
            env,
            mistakes: Vec::new(),
        }
    }

    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes
    }

    pub(super) fn mistake(&mut self, at: At, key: Option<String>, message: String) {
        let place = Place::At {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column,
        };
        self.mistakes.push(Mistake {
            place,
            key,
            message,
        });
    }

    /// Reads `node` as a mapping whose keys are those that `read` asks for.
    pub(super) fn section(
        &mut self,
        node: &Node,
        path: &str,
        read: impl FnOnce(&mut Section<'_, 'a>),
    ) {
        if let Some(entries) = self.entries(node, path) {
            let mut section = Section {
                walk: self,
                path,
                entries,
                known: Vec::new(),
            };
            read(&mut section);
            section.refuse_unknown();
        }
    }

    /// The entries of a mapping, without those that say a key again. A value that is left out is an empty mapping.
    fn entries<'n>(&mut self, node: &'n Node, path: &str) -> Option<Vec<&'n Entry>> {
        let found = match &node.value {
            Value::Mapping(entries) => return Some(self.distinct(entries, path)),
            Value::Scalar {
                text,
                quoted: false,
            } if is_null(text) => return None,
            Value::Scalar { text, .. } => shown(text),
            Value::List(_) => "a list".to_owned(),
        };
        self.mistake(
            node.at,
            key_of(path),
            mismatch("a mapping of keys to values", &found),
        );
        None
    }

    fn distinct<'n>(&mut self, entries: &'n [Entry], path: &str) -> Vec<&'n Entry> {
        let mut first: HashMap<&str, At> = HashMap::with_capacity(entries.len());
        let mut distinct = Vec::with_capacity(entries.len());
        for entry in entries {
            match first.get(entry.key.as_str()) {
                None => {
                    first.insert(&entry.key, entry.at);
                    distinct.push(entry);
                }
                Some(at) => {
                    let message = format!(
                        "this key stands already in line {}; keep one of them",
                        at.line
                    );
                    self.mistake(entry.at, Some(join(path, &entry.key)), message);
                }
            }
        }
        distinct
    }

    /// The text of a scalar with its variables resolved; `None` where there is no value, or no scalar.
    fn scalar(&mut self, node: &Node, path: &str, expected: &str) -> Option<Scalar> {
        let found = match &node.value {
            Value::Scalar { text, quoted } => match substitute(text, self.env) {
                Ok(text) if !*quoted && is_null(&text) => return None,
                Ok(resolved) => {
                    // In a flow mapping a reference has to be quoted, which says nothing about its value.
                    let quoted = *quoted && resolved == *text;
                    return Some(Scalar {
                        text: resolved,
                        quoted,
                        at: node.at,
                    });
                }
                Err(message) => {
                    self.mistake(node.at, key_of(path), message);
                    return None;
                }
            },
            Value::Mapping(_) => "a mapping",
            Value::List(_) => "a list",
        };
        self.mistake(node.at, key_of(path), mismatch(expected, found));
        None
    }
}

/// A scalar after substitution.
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) at: At,
    quoted: bool,
}

/// One mapping of the file.
pub(super) struct Section<'w, 'a> {
    walk: &'w mut Walk<'a>,
    path: &'w str,
    entries: Vec<&'w Entry>,
    known: Vec<&'static str>,
}

impl<'w, 'a> Section<'w, 'a> {
    /// Reads the mapping at `key`.
    pub(super) fn section(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_, 'a>)) {
        if let Some(node) = self.node(key) {
            let path = join(self.path, key);
            self.walk.section(node, &path, read);
        }
    }

    /// Puts the number or truth value at `key` into `slot`. Quotes make text of it, so they are a mistake.
    pub(super) fn typed<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
        slot: &mut T,
    ) -> Option<At> {
        self.read(key, slot, |scalar| {
            match (parse(&scalar.text), scalar.quoted) {
                (Ok(value), false) => Ok(value),
                (Ok(_), true) => Err(format!(
                    "expected no quotes around {}, they make text of it",
                    shown(&scalar.text)
                )),
                (Err(expected), _) => Err(mismatch(&expected, &shown(&scalar.text))),
            }
        })
    }

    /// Puts the text at `key` into `slot`, and answers where it stood.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
        slot: &mut T,
    ) -> Option<At> {
        self.read(key, slot, |scalar| {
            parse(&scalar.text).map_err(|expected| mismatch(&expected, &shown(&scalar.text)))
        })
    }

    fn read<T>(
        &mut self,
        key: &'static str,
        slot: &mut T,
        parse: impl FnOnce(&Scalar) -> Result<T, String>,
    ) -> Option<At> {
        let node = self.node(key)?;
        let path = join(self.path, key);
        let scalar = self.walk.scalar(node, &path, "one value")?;
        match parse(&scalar) {
            Ok(value) => {
                *slot = value;
                Some(scalar.at)
            }
            Err(message) => {
                self.walk.mistake(scalar.at, Some(path), message);
                None
            }
        }
    }

    /// The items of the list at `key`, and where it stands. One text, which a variable may have given, is a list with commas.
    pub(super) fn list(&mut self, key: &'static str) -> Option<(Vec<Scalar>, At)> {
        let node = self.node(key)?;
        let path = join(self.path, key);
        if let Value::List(items) = &node.value {
            let items = items.iter();
            let scalar = |item: &Rc<Node>| self.walk.scalar(item, &path, "one value");
            return Some((items.filter_map(scalar).collect(), node.at));
        }
        let scalar = self.walk.scalar(node, &path, "a list")?;
        let items = scalar.text.split(',').map(str::trim);
        let items = items.filter(|item| !item.is_empty()).map(|item| Scalar {
            text: item.to_owned(),
            at: scalar.at,
            quoted: false,
        });
        Some((items.collect(), scalar.at))
    }

    /// Every name and text of the mapping at `key`.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<(String, Scalar)> {
        let Some(node) = self.node(key) else {
            return Vec::new();
        };
        let path = join(self.path, key);
        let entries = self.walk.entries(node, &path).unwrap_or_default();
        entries
            .into_iter()
            .filter_map(|entry| {
                let scalar =
                    self.walk
                        .scalar(&entry.node, &join(&path, &entry.key), "one value")?;
                Some((entry.key.clone(), scalar))
            })
            .collect()
    }

    /// Something about `key` is wrong that its value alone does not show.
    pub(super) fn mistake(&mut self, at: At, key: &str, message: String) {
        let path = join(self.path, key);
        self.walk.mistake(at, Some(path), message);
    }

    /// The place of a key as a message shows it, for what can only be judged later: `hyperion.yaml:7:16: tracing.certificate`.
    pub(super) fn named(&self, at: At, key: &str) -> String {
        let At { line, column } = at;
        format!(
            "{}:{line}:{column}: {}",
            self.walk.file,
            join(self.path, key)
        )
    }

    fn node(&mut self, key: &'static str) -> Option<&'w Node> {
        self.known.push(key);
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &*entry.node)
    }

    fn refuse_unknown(self) {
        for entry in self
            .entries
            .iter()
            .filter(|entry| !self.known.contains(&entry.key.as_str()))
        {
            let known = list(self.known.iter().copied());
            let whose = if self.path.is_empty() {
                String::new()
            } else {
                format!(" of `{}`", self.path)
            };
            let message = match nearest(&entry.key, self.known.iter().copied()) {
                Some(meant) => {
                    format!("unknown key, did you mean `{meant}`? the keys{whose} are {known}")
                }
                None => format!("unknown key; the keys{whose} are {known}"),
            };
            self.walk
                .mistake(entry.at, Some(join(self.path, &entry.key)), message);
        }
    }
}

/// Returns true if YAML 1.2 takes `text` for no value.
fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn key_of(path: &str) -> Option<String> {
    (!path.is_empty()).then(|| path.to_owned())
}

fn join(path: &str, key: &str) -> String {
    // A key comes from the file and stands in a message: one line, whatever it is.
    let key = key.escape_debug();
    if path.is_empty() {
        key.to_string()
    } else {
        format!("{path}.{key}")
    }
}
