//! Ways to cut a stream into pieces.

/// Where to cut: ascending offsets, each inside the stream.
pub type Cuts = Vec<usize>;

/// Every byte by itself.
pub fn bytewise(length: usize) -> Cuts {
    (1..length).collect()
}

/// Every way to cut a stream into two pieces.
pub fn two_way_cuts(length: usize) -> impl Iterator<Item = Cuts> {
    (1..length).map(|cut| vec![cut])
}

/// `count` ways to cut a stream at random, the same ones for every run: from a few large pieces to many small ones.
pub fn random_cuts(length: usize, count: usize) -> impl Iterator<Item = Cuts> {
    (0..count as u64).map(move |seed| {
        let mut random = SplitMix(seed ^ length as u64);
        let longest = 2 + random.next() % (length as u64 / (1 + seed % 20)).max(1);
        let mut cuts = Cuts::new();
        let mut at = 0;
        loop {
            at += 1 + (random.next() % longest) as usize;
            if at >= length {
                return cuts;
            }
            cuts.push(at);
        }
    })
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
