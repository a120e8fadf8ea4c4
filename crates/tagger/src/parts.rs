//! What a model has learnt, as its file says it.

/// What a model file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts<const L: usize> {
    /// What it tags, as a number.
    pub task: u8,
    /// What one unit of score is worth, in nats.
    pub unit: f32,
    /// The lexicon's words, by ascending truncated hash.
    pub words: Vec<(u32, u16)>,
    /// The lexicon's phrases, by ascending truncated hash.
    pub phrases: Vec<(u32, u16)>,
    /// For each form of a word.
    pub transitions: Vec<Transitions<L>>,
    /// The features' weights, by ascending truncated hash.
    pub rows: Vec<(u32, [i8; L])>,
}

/// The scores of one tag behind another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transitions<const L: usize> {
    /// For each tag before, for each tag.
    pub from: [[i16; L]; L],
    /// For each tag at the beginning of a sentence.
    pub start: [i16; L],
}

/// No transition scores higher than this, in units.
pub const HIGHEST: i32 = 127;
