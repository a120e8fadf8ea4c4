#![no_main]

midstream_fuzz::dialect!("openai-transcription");
