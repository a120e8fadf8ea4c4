//! What the fuzz targets share: bodies made from the fuzzer's bytes, and the law to hold over them.

pub mod body;
pub mod law;
pub mod pattern;

/// A target for the dialect of this name: the session reads hostile bodies in the dialect's usual framing.
#[macro_export]
macro_rules! dialect {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            let dialect = $name.parse().expect("the target is named after a dialect");
            $crate::law::session(dialect, input);
        });
    };
}

/// A target for the decoder of this framing; `None` recognises it.
#[macro_export]
macro_rules! framing {
    ($framing:expr) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| $crate::law::wire($framing, input));
    };
}
