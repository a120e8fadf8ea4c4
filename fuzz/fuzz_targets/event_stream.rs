#![no_main]

midstream_fuzz::framing!(Some(midstream::Framing::EventStream));
