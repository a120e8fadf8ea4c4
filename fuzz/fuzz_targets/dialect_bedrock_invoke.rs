#![no_main]

midstream_fuzz::dialect!("bedrock-invoke");
