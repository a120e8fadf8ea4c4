#![no_main]

midstream_fuzz::dialect!("cohere-v2");
