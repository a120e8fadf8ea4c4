#![no_main]

midstream_fuzz::framing!(None);
