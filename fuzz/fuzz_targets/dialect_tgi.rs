#![no_main]

midstream_fuzz::dialect!("tgi");
