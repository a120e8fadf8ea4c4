//! Ways to cut a stream into pieces.

use std::fmt::Debug;

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

/// `text` in the pieces that end at `cuts`, in any order; a cut inside a character is left out.
pub fn pieces<'a>(text: &'a str, cuts: &[usize]) -> Vec<&'a str> {
    let mut places: Vec<_> = cuts.iter().copied().filter(|&cut| text.is_char_boundary(cut)).collect();
    places.sort_unstable();
    let starts = [0].into_iter().chain(places.iter().copied());
    starts.zip(places.iter().copied().chain([text.len()])).map(|(start, end)| &text[start..end]).collect()
}

/// Asserts that `read` makes of `text` cut in two, at each place, and of its characters one by one what it makes of the
/// whole.
///
/// # Panics
///
/// Where it does not; the message says at which cut.
pub fn assert_any_cut_reads_the_same<T: PartialEq + Debug>(text: &str, read: impl Fn(&[&str]) -> T) {
    let whole = read(&[text]);
    for cuts in two_way_cuts(text.len()).chain([bytewise(text.len())]) {
        assert_eq!(read(&pieces(text, &cuts)), whole, "cut at {cuts:?}: {text}");
    }
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
