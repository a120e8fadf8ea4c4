#![no_main]

midstream_fuzz::dialect!("replicate");
