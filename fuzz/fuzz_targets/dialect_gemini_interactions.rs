#![no_main]

midstream_fuzz::dialect!("gemini-interactions");
