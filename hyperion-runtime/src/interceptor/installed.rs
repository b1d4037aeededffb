//! The interceptors that are installed.

use super::MOST;
use super::call::Interceptor;
use super::error::InterceptorError;
use crate::diagnostics;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// The names that `only(..)` and `exclude(..)` know without any interceptor.
const BUILT_IN: [&str; 3] = ["trace", "metrics", "log"];

/// All interceptors of one installation, in the order in which they start. There may be none.
///
/// Calls share it, so that every one that started an interceptor can end it.
#[derive(Debug)]
pub struct Interceptors {
    /// The number of the installation, never zero. It marks what was worked out for an earlier one.
    pub(super) installation: u32,
    pub(super) list: Vec<Entry>,
}

/// An interceptor that is installed.
pub(super) struct Entry {
    pub(super) name: &'static str,
    interceptor: Box<dyn Interceptor>,
    panics: Arc<AtomicU64>,
}

static INSTALLED: RwLock<Option<Arc<Interceptors>>> = RwLock::new(None);

/// The interceptors that run now. `None` while no telemetry does.
pub(crate) fn installed() -> Option<Arc<Interceptors>> {
    INSTALLED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Runs `interceptors` in calls that start from now on.
pub fn install(interceptors: Interceptors) {
    replace(Some(Arc::new(interceptors)));
}

/// Runs no interceptors in calls that start from now on. Those under way keep theirs.
pub fn uninstall() {
    replace(None);
}

fn replace(interceptors: Option<Arc<Interceptors>>) {
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    let replaced = std::mem::replace(&mut *installed, interceptors);
    // What users do when an interceptor of theirs is dropped may start calls, which read the list.
    drop(installed);
    drop(replaced);
}

impl Interceptors {
    /// Puts interceptors, as they were registered, into their order.
    ///
    /// # Errors
    ///
    /// There are too many, or one has a name that no call site can tell from another's.
    pub fn new(registered: Vec<Box<dyn Interceptor>>) -> Result<Self, InterceptorError> {
        static INSTALLATIONS: AtomicU32 = AtomicU32::new(0);
        if registered.len() > MOST {
            return Err(InterceptorError::TooMany(registered.len()));
        }
        let mut list = Vec::with_capacity(registered.len());
        for interceptor in registered {
            let (name, order) = (interceptor.name(), interceptor.order());
            check(name, &list)?;
            list.push((
                order,
                Entry {
                    name,
                    interceptor,
                    panics: Arc::default(),
                },
            ));
        }
        // The sort is stable.
        list.sort_by_key(|(order, _)| *order);
        Ok(Self {
            installation: INSTALLATIONS
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_add(1)
                .max(1),
            list: list.into_iter().map(|(_, entry)| entry).collect(),
        })
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The counts of their panics.
    pub fn panics(&self) -> Panics {
        let counts = self.list.iter();
        Panics(
            counts
                .map(|entry| (entry.name, Arc::clone(&entry.panics)))
                .collect(),
        )
    }
}

fn check(name: &'static str, others: &[(i32, Entry)]) -> Result<(), InterceptorError> {
    let is_word = name
        .chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_');
    if !is_word || name.is_empty() || name.starts_with(char::is_numeric) {
        return Err(InterceptorError::NotAName(name));
    }
    if BUILT_IN.contains(&name) {
        return Err(InterceptorError::BuiltIn(name));
    }
    if others.iter().any(|(_, other)| other.name == name) {
        return Err(InterceptorError::Duplicate(name));
    }
    Ok(())
}

impl Entry {
    /// Has the interceptor do something. A panic ends here.
    pub(super) fn call<T>(&self, call: impl FnOnce(&dyn Interceptor) -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(|| call(&*self.interceptor))) {
            Ok(value) => Some(value),
            Err(payload) => {
                swallow(payload);
                if self.panics.fetch_add(1, Ordering::Relaxed) == 0 {
                    diagnostics::warn(format_args!(
                        "the interceptor `{}` panicked; calls go on without it, and `hyperion.interceptor.panics` counts \
                         how often it happens",
                        self.name
                    ));
                }
                None
            }
        }
    }
}

/// Drops something of a user's, which may panic.
pub(super) fn swallow<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        // One that panics again and again is better lost than followed.
        std::mem::forget(payload);
    }
}

impl Drop for Interceptors {
    fn drop(&mut self) {
        // The last call that used them does this, and must not notice.
        std::mem::take(&mut self.list).into_iter().for_each(swallow);
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.name).finish()
    }
}

/// The number of panics of each interceptor.
#[derive(Clone, Debug)]
pub struct Panics(Vec<(&'static str, Arc<AtomicU64>)>);

impl Panics {
    /// Each interceptor and its count.
    pub fn by_interceptor(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0
            .iter()
            .map(|(name, count)| (*name, count.load(Ordering::Relaxed)))
    }
}
