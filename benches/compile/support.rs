//! What the measured functions work with. Nothing here is observed.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

#[derive(Clone, Debug)]
pub struct User {
    pub id: u64,
    pub name: String,
    pub tier: &'static str,
    pub credit: i64,
}

#[derive(Debug)]
pub enum Error {
    NotFound(u64),
    Invalid(String),
    Busy,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(id) => write!(f, "no user {id}"),
            Self::Invalid(text) => write!(f, "`{text}` is not valid"),
            Self::Busy => f.write_str("busy"),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::num::ParseIntError> for Error {
    fn from(error: std::num::ParseIntError) -> Self {
        Self::Invalid(error.to_string())
    }
}

#[derive(Debug, Default)]
pub struct Store {
    users: HashMap<u64, User>,
}

impl Store {
    #[inline(never)]
    pub fn get(&self, id: u64) -> Option<&User> {
        self.users.get(&id)
    }

    #[inline(never)]
    pub fn put(&mut self, user: User) -> Option<User> {
        self.users.insert(user.id, user)
    }

    #[inline(never)]
    pub fn users(&self) -> Vec<&User> {
        self.users.values().collect()
    }
}

/// Is pending once, as a query of a database is.
#[derive(Debug, Default)]
pub struct Query(bool);

impl Future for Query {
    type Output = ();

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Polls the future until it is ready, behind a pointer as an executor does.
pub fn finish<T>(context: &mut Context<'_>, future: impl Future<Output = T>) -> T {
    drive(context, Box::pin(future))
}

fn drive<T>(context: &mut Context<'_>, mut future: Pin<Box<dyn Future<Output = T> + '_>>) -> T {
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return output;
        }
    }
}
