//! Whatever a client says it accepts, there is an answer that it allows.

#![no_main]

use hyperion_fuzz::oracle;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], &[u8])| {
    let (accept, accept_encoding) = input;
    oracle::accept(accept, accept_encoding);
});
