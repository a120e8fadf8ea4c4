#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| midstream_fuzz::pattern::law(input));
