//! Where strings are kept that had escapes, so that whoever reads a JSON text can borrow all of its strings.

use std::cell::{Cell, OnceCell};

/// Strings that were unescaped, as long as the text is read that they came from. Most texts have none or a few, which
/// cost no more than themselves.
#[derive(Debug, Default)]
pub struct Strings {
    length: Cell<usize>,
    few: [OnceCell<String>; FEW],
    more: OnceCell<Box<Block>>,
}

/// Room for as many strings again as came before it.
#[derive(Debug)]
struct Block {
    strings: Box<[OnceCell<String>]>,
    more: OnceCell<Box<Block>>,
}

impl Strings {
    /// Keeps `string` and lends it.
    pub(super) fn keep(&self, string: String) -> &str {
        let mut at = self.length.replace(self.length.get() + 1);
        if let Some(place) = self.few.get(at) {
            return place.get_or_init(|| string);
        }
        at -= FEW;
        let (mut size, mut more) = (FEW, &self.more);
        loop {
            let block = more.get_or_init(|| {
                let strings = (0..size).map(|_| OnceCell::new()).collect();
                Box::new(Block { strings, more: OnceCell::new() })
            });
            if let Some(place) = block.strings.get(at) {
                return place.get_or_init(|| string);
            }
            at -= size;
            size *= 2;
            more = &block.more;
        }
    }
}

const FEW: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_lent_stays() {
        let strings = Strings::default();
        let lent: Vec<_> = (0..1000).map(|number| strings.keep(format!("{number}"))).collect();
        assert!(lent.iter().zip(0..).all(|(text, number)| **text == format!("{number}")));
    }
}
