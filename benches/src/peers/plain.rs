//! Functions without instrumentation.

use super::{Parent, Peer, Sender, Session, WholePeer};
use crate::work::{UserError, Yields, fail, fan_out, look_up};

/// Observes nothing.
#[derive(Debug)]
pub struct Plain;

impl Peer for Plain {
    const NAME: &'static str = "plain";
    type Session = ();

    fn install() {}

    fn in_parent<T>(_parent: Parent, run: impl FnOnce() -> T) -> T {
        run()
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

impl WholePeer for Plain {
    fn ready(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        ready(tier, id)
    }

    fn yielding(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        yielding(tier, id)
    }

    fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
        failing(tier, id)
    }

    fn request(tier: &'static str, id: u64) -> u64 {
        request(tier, id)
    }
}

/// Sends nothing: the cost of the load itself.
impl Sender for Plain {
    fn install_sender(_endpoint: &str) -> Box<dyn Session> {
        Box::new(())
    }
}

#[inline(never)]
fn call(tier: &'static str, id: u64) -> u64 {
    look_up(tier, id)
}

#[expect(clippy::unused_async, reason = "it is ready at once")]
async fn ready(tier: &'static str, id: u64) -> u64 {
    look_up(tier, id)
}

async fn yielding(tier: &'static str, id: u64) -> u64 {
    Yields(3).await;
    look_up(tier, id)
}

#[inline(never)]
fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
    fail(tier, id)
}

#[inline(never)]
fn request(tier: &'static str, id: u64) -> u64 {
    fan_out(tier, id, call)
}
