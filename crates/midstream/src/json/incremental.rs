//! JSON that arrives in pieces. (Written next.)

/// How much is kept.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Deepest nesting.
    pub max_depth: usize,
    /// Longest text, in bytes.
    pub max_bytes: usize,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as it was written.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in the order of writing.
    Object(Vec<(String, Value)>),
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncrementalError {
    /// Offset of the offending byte in the text.
    pub at: usize,
    /// What was expected, what came.
    pub message: String,
}

/// Reads JSON in pieces.
#[derive(Debug)]
pub struct Incremental {
    text: String,
}

impl Incremental {
    /// A reader at the start of a text.
    pub fn new(limits: Limits) -> Self {
        let _ = limits;
        Self { text: String::new() }
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// The value so far.
    pub fn value(&self) -> Option<&Value> {
        None
    }

    /// Takes the end of the text.
    ///
    /// # Errors
    /// Where the whole text is not one JSON value.
    pub fn finish(self) -> Result<(), IncrementalError> {
        Ok(())
    }
}
