//! A segment of the store past the check of its hash: bytes of a store that somebody else has made.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        // The Parquet library panics on some bytes, which the decoder catches: without libFuzzer's hook that is no crash.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| {
        let _ = sweep::store::decode_segment(bytes.to_vec());
    }
);
