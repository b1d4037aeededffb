//! The work of the observed functions, which is next to nothing: what is left is the instrumentation.

use std::fmt;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The `&'static str` attribute of every span.
pub const TIER: &str = "database";
/// The number of children that the root of a request has.
pub const CHILDREN: u64 = 10;

/// Bounds of every histogram, in seconds: those of `hyperion.call.duration`.
pub const BOUNDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// Makes a number of the arguments: the body of a function.
#[inline]
pub fn look_up(tier: &'static str, id: u64) -> u64 {
    black_box(id)
        .wrapping_mul(31)
        .wrapping_add(black_box(tier).len() as u64)
}

/// Makes an error of the arguments: the body of a function that fails.
///
/// # Errors
///
/// Always.
#[inline]
pub fn fail(tier: &'static str, id: u64) -> Result<u64, UserError> {
    Err(UserError::NotFound(look_up(tier, id)))
}

/// Makes the ten calls of a request, and adds up what they return.
#[inline]
pub fn fan_out(tier: &'static str, id: u64, call: impl Fn(&'static str, u64) -> u64) -> u64 {
    (0..CHILDREN).fold(0, |sum, child| {
        sum.wrapping_add(call(tier, id.wrapping_add(child)))
    })
}

/// The error of a function that fails.
#[derive(Debug)]
pub enum UserError {
    /// There is no such user.
    NotFound(u64),
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::NotFound(id) = self;
        write!(f, "there is no user {id}")
    }
}

impl std::error::Error for UserError {}

/// A future that is pending so many times before it is ready.
#[derive(Debug)]
pub struct Yields(pub u32);

impl Future for Yields {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.0.checked_sub(1) {
            Some(left) => {
                self.0 = left;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}
