//! Where a body is to be cut so that a frame, if one ends in a piece, ends with it.

use memchr::{memchr2, memchr3};

use crate::wire::Framing;

/// Cuts a body into pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// AWS event stream: the first bytes of the present message, up to its length.
    prelude: Vec<u8>,
    /// AWS event stream: bytes of the present message still to come.
    left: usize,
}

impl Pieces {
    /// How many of `bytes` are the next piece; at least one unless there are none.
    pub(super) fn next(&mut self, framing: Option<Framing>, bytes: &[u8]) -> usize {
        let end = match framing {
            // An event ends with the line feed or carriage return of an empty line.
            Some(Framing::Sse) => memchr2(b'\n', b'\r', bytes).map(|at| at + 1),
            // A value ends with its bracket or quote, or before what stands behind it.
            Some(Framing::Ndjson | Framing::JsonArray | Framing::Ws) => {
                let bracket = memchr3(b'}', b']', b'"', bytes);
                let rest = &bytes[..bracket.unwrap_or(bytes.len())];
                memchr2(b'\n', b',', rest).or(bracket).map(|at| at + 1)
            }
            Some(Framing::EventStream) => Some(self.message(bytes)),
            Some(Framing::Text) => None,
            // Not known yet: a frame may end anywhere.
            None => Some(1),
        };
        end.unwrap_or(bytes.len()).min(bytes.len())
    }

    /// Goes on behind `begun`, the beginning of an AWS message of which at least the length has come.
    pub(super) fn resume(&mut self, begun: &[u8]) {
        if let Some(length) = begun.first_chunk() {
            self.left = (u32::from_be_bytes(*length) as usize).saturating_sub(begun.len());
        }
    }

    /// Up to the end of the present message, whose first four bytes are its length.
    fn message(&mut self, bytes: &[u8]) -> usize {
        if self.left == 0 {
            let wanted = (4 - self.prelude.len()).min(bytes.len());
            self.prelude.extend_from_slice(&bytes[..wanted]);
            if let Ok(length) = <[u8; 4]>::try_from(&self.prelude[..]) {
                self.prelude.clear();
                self.left = (u32::from_be_bytes(length) as usize).saturating_sub(4).max(1);
            }
            return wanted;
        }
        let taken = self.left.min(bytes.len());
        self.left -= taken;
        taken
    }
}
