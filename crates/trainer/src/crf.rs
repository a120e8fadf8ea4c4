//! A linear-chain conditional random field, trained by stochastic gradient with AdaGrad (Lafferty et al. 2001; Duchi et
//! al. 2011). Tokens may be annotated with several tags, any of which is right.
//!
//! All arithmetic is the same everywhere, so the same data give the same weights.

use std::collections::HashMap;

use midstream::tagger::{FORMS, exp};

/// A sentence ready for training.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    pub(crate) tokens: Vec<Token>,
    /// How much it counts.
    pub(crate) weight: f32,
}

/// A token ready for training.
#[derive(Debug)]
pub(crate) struct Token {
    /// Truncated hashes of features; once [`Crf::new`] has seen them, numbers of rows.
    pub(crate) features: Vec<u32>,
    pub(crate) form: u8,
    /// The set of tags that are right.
    pub(crate) right: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) epochs: usize,
    pub(crate) rate: f32,
    /// Pull of weights towards 0.
    pub(crate) decay: f32,
    /// Share of features left out at random.
    pub(crate) dropout: f32,
    /// Features seen less often are left out.
    pub(crate) least: u32,
}

/// Weights, for tags below `L`.
#[derive(Debug)]
pub(crate) struct Crf<const L: usize> {
    /// Hash of each row.
    pub(crate) keys: Vec<u32>,
    pub(crate) rows: Vec<[f32; L]>,
    /// `[form][tag before][tag]`; the tag before is `L` at the beginning.
    pub(crate) transitions: Vec<Vec<[f32; L]>>,
    squares: Vec<[f32; L]>,
    transition_squares: Vec<Vec<[f32; L]>>,
    /// Sum of the weights after each of the later epochs: their mean is the result.
    sums: Vec<[f32; L]>,
    transition_sums: Vec<Vec<[f32; L]>>,
    summed: f32,
    seen: Vec<u32>,
    legal: fn(usize, usize) -> bool,
}

impl<const L: usize> Crf<L> {
    /// Numbers the features of `chains` in place. `legal` says which tag may follow which (`L` is the beginning).
    pub(crate) fn new(chains: &mut [Chain], least: u32, legal: fn(usize, usize) -> bool) -> Self {
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for feature in chains.iter().flat_map(|chain| &chain.tokens).flat_map(|token| &token.features) {
            *counts.entry(*feature).or_default() += 1;
        }
        let mut keys: Vec<u32> = counts.iter().filter(|(_, count)| **count >= least).map(|(key, _)| *key).collect();
        keys.sort_unstable();
        let numbers: HashMap<u32, u32> = keys.iter().copied().zip(0..).collect();
        for token in chains.iter_mut().flat_map(|chain| &mut chain.tokens) {
            token.features = token.features.iter().filter_map(|key| numbers.get(key).copied()).collect();
        }
        let seen = keys.iter().map(|key| counts[key]).collect();
        let rows = vec![[0.0; L]; keys.len()];
        let transitions = vec![vec![[0.0; L]; L + 1]; FORMS];
        Self {
            squares: rows.clone(),
            sums: rows.clone(),
            rows,
            transition_squares: transitions.clone(),
            transition_sums: transitions.clone(),
            transitions,
            summed: 0.0,
            seen,
            keys,
            legal,
        }
    }

    /// Trains, and leaves the mean of the weights of the later half of the epochs.
    pub(crate) fn train(&mut self, chains: &[Chain], settings: Settings, mut told: impl FnMut(usize, f64)) {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut order: Vec<usize> = (0..chains.len()).collect();
        for epoch in 0..settings.epochs {
            random.shuffle(&mut order);
            let loss = order.iter().map(|at| f64::from(self.step(&chains[*at], settings, &mut random))).sum();
            if epoch >= settings.epochs / 2 {
                self.summed += 1.0;
                add(&mut self.sums, &self.rows);
                self.transition_sums.iter_mut().zip(&self.transitions).for_each(|(sums, rows)| add(sums, rows));
            }
            told(epoch, loss);
        }
        let mean = |sums: &mut Vec<[f32; L]>, by: f32| sums.iter_mut().flatten().for_each(|sum| *sum /= by);
        mean(&mut self.sums, self.summed);
        self.rows = std::mem::take(&mut self.sums);
        for sums in &mut self.transition_sums {
            mean(sums, self.summed);
        }
        self.transitions = std::mem::take(&mut self.transition_sums);
    }

    /// Whether `tag` may follow `before`, which is `L` at the beginning.
    pub(crate) fn is_legal(&self, before: usize, tag: usize) -> bool {
        (self.legal)(before, tag)
    }

    /// Learns from one sentence; the negative log-likelihood of what is right.
    fn step(&mut self, chain: &Chain, settings: Settings, random: &mut Random) -> f32 {
        let features: Vec<Vec<u32>> = chain
            .tokens
            .iter()
            .map(|token| token.features.iter().copied().filter(|_| random.unit() >= settings.dropout).collect())
            .collect();
        let scores: Vec<[f32; L]> = features
            .iter()
            .map(|features| {
                let mut scores = [0.0; L];
                for row in features {
                    scores.iter_mut().zip(&self.rows[*row as usize]).for_each(|(score, weight)| *score += weight);
                }
                scores
            })
            .collect();
        let free = self.expect(chain, &scores, |_| u32::MAX);
        let right = self.expect(chain, &scores, |token| token.right);
        let pull = settings.decay;
        for (at, token) in chain.tokens.iter().enumerate() {
            let gradient: [f32; L] =
                std::array::from_fn(|tag| chain.weight * (free.tags[at][tag] - right.tags[at][tag]));
            for row in &features[at] {
                let row = *row as usize;
                let pull = pull / self.seen[row] as f32;
                for tag in 0..L {
                    let gradient = gradient[tag] + pull * self.rows[row][tag];
                    let square = &mut self.squares[row][tag];
                    *square += gradient * gradient;
                    self.rows[row][tag] -= settings.rate * gradient / (square.sqrt() + 1e-2);
                }
            }
            let form = usize::from(token.form);
            for from in 0..=L {
                for tag in 0..L {
                    let gradient = chain.weight * (free.pairs[at][from][tag] - right.pairs[at][from][tag]);
                    if gradient != 0.0 {
                        let square = &mut self.transition_squares[form][from][tag];
                        *square += gradient * gradient;
                        self.transitions[form][from][tag] -= settings.rate * gradient / (square.sqrt() + 1e-2);
                    }
                }
            }
        }
        (free.log - right.log) * chain.weight
    }

    /// Expected tags and pairs of tags, by forward and backward sums, over sequences of tags that `allowed` allows.
    fn expect(&self, chain: &Chain, scores: &[[f32; L]], allowed: impl Fn(&Token) -> u32) -> Expected<L> {
        let length = chain.tokens.len();
        let mut forward = vec![[0.0f32; L]; length];
        let mut edges = vec![vec![[0.0f32; L]; L + 1]; length];
        let mut scales = vec![0.0f32; length];
        let mut log = 0.0;
        for (at, token) in chain.tokens.iter().enumerate() {
            let set = allowed(token);
            let top = (0..L).filter(|tag| set >> tag & 1 == 1).map(|tag| scores[at][tag]).fold(f32::MIN, f32::max);
            let form = &self.transitions[usize::from(token.form)];
            for tag in (0..L).filter(|tag| set >> tag & 1 == 1) {
                for from in if at == 0 { L..L + 1 } else { 0..L } {
                    if (self.legal)(from, tag) {
                        let edge = exp((scores[at][tag] - top + form[from][tag]).max(-60.0));
                        edges[at][from][tag] = edge;
                        forward[at][tag] += if at == 0 { edge } else { forward[at - 1][from] * edge };
                    }
                }
            }
            let scale = forward[at].iter().sum::<f32>().max(f32::MIN_POSITIVE);
            forward[at].iter_mut().for_each(|sum| *sum /= scale);
            scales[at] = scale;
            log += ln(scale) + top;
        }
        let mut backward = [1.0f32; L];
        let mut tags = vec![[0.0; L]; length];
        for at in (0..length).rev() {
            tags[at] = std::array::from_fn(|tag| forward[at][tag] * backward[tag]);
            let mut before = [0.0f32; L];
            for from in 0..=L {
                for tag in 0..L {
                    let edge = edges[at][from][tag] * backward[tag] / scales[at];
                    if from < L {
                        before[from] += edge;
                    }
                    let into = if at == 0 {
                        1.0
                    } else if from < L {
                        forward[at - 1][from]
                    } else {
                        0.0
                    };
                    edges[at][from][tag] = into * edge;
                }
            }
            backward = before;
        }
        Expected { tags, pairs: edges, log }
    }
}

struct Expected<const L: usize> {
    tags: Vec<[f32; L]>,
    pairs: Vec<Vec<[f32; L]>>,
    log: f32,
}

fn add<const L: usize>(sums: &mut [[f32; L]], rows: &[[f32; L]]) {
    for (sum, weight) in sums.iter_mut().flatten().zip(rows.iter().flatten()) {
        *sum += weight;
    }
}

/// Natural logarithm, for reports only: it decides nothing.
fn ln(x: f32) -> f32 {
    x.ln()
}

/// Marsaglia's xorshift: the same numbers every time.
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            order.swap(at, (self.next() % (at as u64 + 1)) as usize);
        }
    }
}
