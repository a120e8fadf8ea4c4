//! Where messages come in and what came of them goes out: one place for all clients, which stays in the machine's cache
//! however many there are.

use std::cell::Cell;

use wasm_bindgen::prelude::*;

use crate::layout::Layout;

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    /// Writes `text` at `place`, which has room for `room` bytes, as UTF-8; returns its length, or -1 - length where the
    /// room is too small. It throws where that is neither text nor bytes: an exception that ran through the engine would
    /// leave it in the midst of a call.
    #[wasm_bindgen(js_name = writeText, catch)]
    fn write_text(text: &JsValue, place: *mut u8, room: usize) -> Result<i32, JsValue>;
}

#[wasm_bindgen(module = "/js/layout.js")]
extern "C" {
    /// A result that reads the records from `first` to `last` of the current page, whose text is that from byte `from` to
    /// `to`, when it is asked.
    #[wasm_bindgen(js_name = makeResult)]
    fn make_result(pages: &JsValue, first: usize, last: usize, from: usize, to: usize, timestamp: f64) -> JsValue;

    /// A place for pages.
    #[wasm_bindgen(js_name = makePages)]
    fn make_pages(address: *const u32) -> JsValue;

    /// Copies the current page for the results that still refer to it, and begins a new one.
    #[wasm_bindgen(js_name = turnPage)]
    fn turn_page(pages: &JsValue);
}

/// The room for a message and the page that the results are written on.
pub(crate) struct Desk {
    input: Vec<u8>,
    page: Layout,
    /// Where the page is; boxed, since the JavaScript side keeps its address.
    address: Box<[u32; 4]>,
    pages: JsValue,
}

thread_local! {
    /// Away while a client is at it: a call that breaks off or runs within another takes nothing from the rest.
    static DESK: Cell<Option<Box<Desk>>> = const { Cell::new(None) };
}

impl Desk {
    fn new() -> Self {
        let address = Box::new([0; 4]);
        let pages = make_pages(address.as_ptr());
        Self { input: vec![0; FIRST_ROOM], page: Layout::default(), address, pages }
    }

    /// Calls `work` with the message, empty where there is none, and with the page for what comes of it; returns the
    /// result of that. `timestamp` is the result's.
    ///
    /// # Errors
    ///
    /// A `TypeError` where the message is neither text nor bytes; `work` is not called then.
    pub(crate) fn work(
        message: Option<&JsValue>,
        timestamp: f64,
        work: impl FnOnce(&[u8], &mut Layout),
    ) -> Result<JsValue, JsValue> {
        let mut desk = DESK.take().unwrap_or_else(|| Box::new(Self::new()));
        let result = desk.carry(message, timestamp, work);
        DESK.set(Some(desk));
        result
    }

    fn carry(
        &mut self,
        message: Option<&JsValue>,
        timestamp: f64,
        work: impl FnOnce(&[u8], &mut Layout),
    ) -> Result<JsValue, JsValue> {
        let length = message.map_or(Ok(0), |message| self.take(message))?;
        if self.page.size() > PAGE_SIZE {
            turn_page(&self.pages);
            self.page.clear();
        }
        let (first, from) = (self.page.len(), self.page.text_len());
        work(&self.input[..length], &mut self.page);
        *self.address = self.page.address();
        if self.input.len() > MOST_ROOM {
            self.input = vec![0; FIRST_ROOM];
        }
        Ok(make_result(&self.pages, first, self.page.len(), from, self.page.text_len(), timestamp))
    }

    /// Takes a message in and returns its length in bytes.
    fn take(&mut self, message: &JsValue) -> Result<usize, JsValue> {
        let written = write_text(message, self.input.as_mut_ptr(), self.input.len())?;
        if written >= 0 {
            return Ok(written as usize);
        }
        self.input.resize(((-1 - written) as usize).next_power_of_two(), 0);
        Ok(write_text(message, self.input.as_mut_ptr(), self.input.len())?.max(0) as usize)
    }
}

impl Drop for Desk {
    /// Results outlive their desk: that of a call within another call (a message that is asked for its bytes may make one) goes
    /// when the outer call ends.
    fn drop(&mut self) {
        turn_page(&self.pages);
    }
}

/// Room for messages at the beginning, in bytes.
const FIRST_ROOM: usize = 4096;
/// Room that is given back after a message that needed more, in bytes.
const MOST_ROOM: usize = 1 << 20;
/// A page is turned when it is longer than this, in bytes.
const PAGE_SIZE: usize = 64 * 1024;
