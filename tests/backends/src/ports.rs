//! Ports that nobody listens on.

use std::{
    collections::HashSet,
    net::TcpListener,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};

/// Ports that this process has handed out; the kernel may offer one again before it is bound.
static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// A free port of 127.0.0.1, never the same one twice.
///
/// Another process can take it before it is bound here, so whoever starts a server on it must be
/// ready to try again.
///
/// # Errors
/// When the kernel has no port left.
pub fn free() -> Result<u16> {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let given = given.get_or_insert_default();
    // Refused ports stay bound while the next one is asked for, so that it is another one.
    let mut refused = Vec::new();
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
        let port = listener
            .local_addr()
            .context("a port without a number")?
            .port();
        if given.insert(port) {
            return Ok(port);
        }
        refused.push(listener);
    }
}

/// As many free ports as are asked for.
pub(crate) fn several<const N: usize>() -> Result<[u16; N]> {
    let mut ports = [0; N];
    for port in &mut ports {
        *port = free()?;
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let mut ports: Vec<u16> = (0..200).map(|_| free().expect("a free port")).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 200);
    }
}
