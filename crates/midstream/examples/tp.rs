use midstream::*;
use std::time::Instant;
fn main() {
    let mut args = std::env::args().skip(1);
    let dialect: Dialect = args.next().unwrap().parse().unwrap();
    let framing: Framing = args.next().unwrap().parse().unwrap();
    for file in args {
        let body = std::fs::read(&file).unwrap();
        let engine = Engine::new(Config { framing: Some(framing), dialect: Some(dialect), ..Config::default() });
        let mut best = f64::MAX;
        let mut n = 0;
        for _ in 0..200 {
            let t = Instant::now();
            let mut s = engine.session(Timestamp::ZERO);
            for piece in body.chunks(16384) {
                s.feed(piece, Timestamp::ZERO);
                while let Some(e) = s.poll() {
                    n += 1;
                    std::hint::black_box(&e);
                }
            }
            s.finish(Timestamp::ZERO);
            while let Some(e) = s.poll() {
                n += 1;
                std::hint::black_box(&e);
            }
            best = best.min(t.elapsed().as_secs_f64());
        }
        println!(
            "{:8.0} MB/s {} events {} {}",
            body.len() as f64 / best / 1e6,
            n / 200,
            body.len(),
            file.rsplit('/').next().unwrap()
        );
    }
}
