//! Futures and streams of a driver, inside the spans of their operations.

use crate::operation::{End, IS_RECORDED, Operation, Statement};
use crate::settings::Shared;
use futures_core::future::BoxFuture;
use futures_core::stream::{BoxStream, Stream};
use sqlx::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// An operation before its first poll, between two, and after its end.
enum Stage {
    Waiting(Statement, Arc<Shared>),
    Running(Operation),
    Ended,
}

impl Stage {
    /// The operation, which starts if it has not yet; nothing if it has ended.
    fn operation(&mut self) -> Option<&mut Operation> {
        *self = match std::mem::replace(self, Self::Ended) {
            Self::Waiting(statement, shared) => Self::Running(Operation::start(statement, shared)),
            other => other,
        };
        match self {
            Self::Running(operation) => Some(operation),
            _ => None,
        }
    }

    fn end(&mut self, end: &End) {
        if let Self::Running(mut operation) = std::mem::replace(self, Self::Ended) {
            operation.end(end);
        }
    }

    fn fail(&mut self, error: &Error) {
        if let Self::Running(mut operation) = std::mem::replace(self, Self::Ended) {
            operation.fail(error);
        }
    }

    /// Drops `rest`, which is about the operation, and ends that.
    fn abandon<T>(&mut self, rest: T, end: &End) {
        if let Self::Running(operation) = self {
            operation.within(|| drop(rest));
        }
        self.end(end);
    }
}

/// The rows of an answer, in an operation.
struct ObservedStream<'e, T> {
    /// `None` while it is dropped.
    stream: Option<BoxStream<'e, Result<T, Error>>>,
    stage: Stage,
    is_row: fn(&T) -> bool,
    /// The last poll waits for more.
    is_pending: bool,
}

/// The stream inside an operation, which starts with its first poll and ends with its last row. An early end is one that the
/// caller chose if no row was waited for.
pub(crate) fn observed_stream<'e, T: 'e>(
    stream: BoxStream<'e, Result<T, Error>>,
    statement: Statement,
    shared: Arc<Shared>,
    is_row: fn(&T) -> bool,
) -> BoxStream<'e, Result<T, Error>> {
    if !IS_RECORDED {
        return stream;
    }
    Box::pin(ObservedStream {
        stream: Some(stream),
        stage: Stage::Waiting(statement, shared),
        is_row,
        is_pending: false,
    })
}

impl<T> Stream for ObservedStream<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else {
            return Poll::Ready(None);
        };
        let Some(operation) = this.stage.operation() else {
            return stream.as_mut().poll_next(cx);
        };
        this.is_pending = true;
        let item = ready!(operation.within(|| stream.as_mut().poll_next(cx)));
        this.is_pending = false;
        match &item {
            Some(Ok(item)) if (this.is_row)(item) => operation.row(),
            Some(Ok(_)) => {}
            Some(Err(error)) => this.stage.fail(error),
            None => this.stage.end(&End::Complete),
        }
        Poll::Ready(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

impl<T> Drop for ObservedStream<'_, T> {
    fn drop(&mut self) {
        let end = if self.is_pending {
            End::Cancelled
        } else {
            End::Complete
        };
        let rest = self.stream.take();
        self.stage.abandon(rest, &end);
    }
}

/// An answer, in an operation.
struct ObservedFuture<'e, T> {
    /// `None` while it is dropped.
    future: Option<BoxFuture<'e, Result<T, Error>>>,
    stage: Stage,
    is_row: fn(&T) -> bool,
}

/// The future inside an operation, which starts with its first poll.
pub(crate) fn observed_future<'e, T: 'e>(
    future: BoxFuture<'e, Result<T, Error>>,
    statement: Statement,
    shared: Arc<Shared>,
    is_row: fn(&T) -> bool,
) -> BoxFuture<'e, Result<T, Error>> {
    if !IS_RECORDED {
        return future;
    }
    Box::pin(ObservedFuture {
        future: Some(future),
        stage: Stage::Waiting(statement, shared),
        is_row,
    })
}

impl<T> Future for ObservedFuture<'_, T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(future) = &mut this.future else {
            return Poll::Pending;
        };
        let Some(operation) = this.stage.operation() else {
            return future.as_mut().poll(cx);
        };
        let result = ready!(operation.within(|| future.as_mut().poll(cx)));
        match &result {
            Ok(value) => {
                if (this.is_row)(value) {
                    operation.row();
                }
                this.stage.end(&End::Complete);
            }
            Err(error) => this.stage.fail(error),
        }
        Poll::Ready(result)
    }
}

impl<T> Drop for ObservedFuture<'_, T> {
    fn drop(&mut self) {
        let rest = self.future.take();
        self.stage.abandon(rest, &End::Cancelled);
    }
}
