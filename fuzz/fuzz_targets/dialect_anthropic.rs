#![no_main]

midstream_fuzz::dialect!("anthropic");
