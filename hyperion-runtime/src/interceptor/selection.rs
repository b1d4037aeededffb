//! The interceptors that run at a call site.

use super::installed::Interceptors;
use super::{MOST, Only};
use crate::diagnostics;
use std::sync::atomic::{AtomicU64, Ordering};

/// The interceptors of an installation that run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    installation: u32,
    /// A bit for each, from the lowest in the order in which they start.
    bits: u32,
}

impl Selection {
    /// None of them.
    pub(crate) fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Returns true if it was made for `interceptors`.
    pub(super) fn is_of(self, interceptors: &Interceptors) -> bool {
        self.installation == interceptors.installation
    }

    /// The number of them.
    pub(super) fn len(self) -> usize {
        self.bits.count_ones() as usize
    }

    /// Their positions in the list, in the order in which they start.
    pub(super) fn positions(self) -> impl DoubleEndedIterator<Item = usize> {
        (0..MOST).filter(move |position| self.bits >> position & 1 != 0)
    }

    fn to_word(self) -> u64 {
        u64::from(self.installation) << u32::BITS | u64::from(self.bits)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the word is taken apart")]
    fn of_word(word: u64) -> Self {
        Self {
            installation: (word >> u32::BITS) as u32,
            bits: word as u32,
        }
    }
}

impl Interceptors {
    /// Those that run where `only` and `exclude` are said, and which of the names there are unknown, each once.
    pub(crate) fn select<'a>(
        &self,
        only: Only,
        exclude: &'a [&'a str],
    ) -> (Selection, Vec<&'a str>) {
        let asked_for: &[&str] = match only {
            Only::Any => &[],
            Only::Names(names) => names,
        };
        let mut bits = 0;
        for (position, entry) in self.list.iter().enumerate() {
            let is_wanted = only == Only::Any || asked_for.contains(&entry.name);
            if is_wanted && !exclude.contains(&entry.name) {
                bits |= 1 << position;
            }
        }
        let mut unknown: Vec<&str> = Vec::new();
        for name in asked_for.iter().chain(exclude) {
            if !unknown.contains(name) && self.list.iter().all(|entry| entry.name != *name) {
                unknown.push(name);
            }
        }
        let selection = Selection {
            installation: self.installation,
            bits,
        };
        (selection, unknown)
    }
}

/// The selection for one call site, as long as the installation stays the same.
#[derive(Debug)]
pub(crate) struct SelectionCache(AtomicU64);

impl SelectionCache {
    /// Nothing was selected yet.
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Those of `interceptors` that run at this call site, which is always the same, as are `only` and `exclude`.
    ///
    /// The first time for each installation it warns of names that are unknown, calling the site what `site` says.
    #[inline]
    pub(crate) fn get<'a>(
        &self,
        interceptors: &Interceptors,
        only: Only,
        exclude: &'a [&'a str],
        site: impl FnOnce() -> &'a str,
    ) -> Selection {
        let cached = Selection::of_word(self.0.load(Ordering::Relaxed));
        if cached.is_of(interceptors) {
            cached
        } else {
            self.select(interceptors, only, exclude, site())
        }
    }

    #[cold]
    fn select(
        &self,
        interceptors: &Interceptors,
        only: Only,
        exclude: &[&str],
        site: &str,
    ) -> Selection {
        let (selection, unknown) = interceptors.select(only, exclude);
        let word = selection.to_word();
        // Of several threads that come at once the first one warns.
        if self.0.swap(word, Ordering::Relaxed) != word {
            for name in unknown {
                diagnostics::warn(format_args!("{}", unknown_name(name, site, interceptors)));
            }
        }
        selection
    }
}

pub(super) fn unknown_name(name: &str, site: &str, interceptors: &Interceptors) -> String {
    let known: Vec<String> = interceptors
        .list
        .iter()
        .map(|entry| format!("`{}`", entry.name))
        .collect();
    let known = if known.is_empty() {
        "none is".to_owned()
    } else {
        format!("those that are: {}", known.join(", "))
    };
    format!(
        "`{site}` names the interceptor `{name}`, which is not installed ({known}); register it with \
         `hyperion::builder().interceptor(..)` or mend the name"
    )
}
