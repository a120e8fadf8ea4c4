//! The model for parts of speech.

use midstream_tagger::PosTagger;

use super::file::{self, Error, PARTS_OF_SPEECH};

/// Tells parts of speech with what a model file has learnt. It is read once and shared by streams.
#[derive(Debug, Clone)]
pub struct PosModel(midstream_tagger::PosModel);

impl PosModel {
    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// If it is no model for parts of speech, of another version, truncated, damaged or none that training gives.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let parts = file::read(bytes, PARTS_OF_SPEECH)?;
        midstream_tagger::PosModel::new(parts).map(Self).ok_or(Error::Crowded)
    }

    /// A tagger for a new text.
    pub fn start(&self) -> PosTagger {
        self.0.start()
    }
}
