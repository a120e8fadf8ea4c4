use midstream::pattern::*;
fn main() {
    let mut args = std::env::args().skip(1);
    let text = std::fs::read_to_string(args.next().unwrap()).unwrap();
    let packs: Vec<_> = args.map(|p| Pack::parse(&std::fs::read_to_string(p).unwrap()).unwrap()).collect();
    let t = std::time::Instant::now();
    let rules = Rules::compile(&packs).unwrap();
    println!("{} rules, build {:?}", rules.len(), t.elapsed());
    for cut in [4usize, 64, 65536] {
        for round in 0..3 {
            let mut r = rules.redactor(Kind::Text);
            let mut out = String::new();
            let t = std::time::Instant::now();
            let mut at = 0;
            let mut n = 0;
            while at < text.len() {
                let mut to = (at + cut).min(text.len());
                while !text.is_char_boundary(to) {
                    to += 1;
                }
                r.push(&text[at..to], &mut out);
                n += r.matches().count();
                at = to;
            }
            r.finish(&mut out);
            n += r.matches().count();
            let e = t.elapsed();
            println!(
                "cut {cut} round {round}: {:.1} MB/s, {:.3} us/push, {n} matches",
                text.len() as f64 / e.as_secs_f64() / 1e6,
                e.as_secs_f64() * 1e6 / (text.len() as f64 / cut as f64)
            );
        }
    }
}
