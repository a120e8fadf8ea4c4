//! The run loop around a session: brings it an input's bytes and the time, and hands on its events.

use std::io;
use std::time::Instant;

use midstream::{Engine, Event, Session, Timestamp};

use crate::exit::{Failure, tell};
use crate::input::{Input, Piece};
use crate::reading::Bytes;

/// What events are handed to.
pub(crate) trait Sink {
    /// Takes an event.
    fn event(&mut self, event: Event) -> io::Result<()>;

    /// Shows what there is: nothing more may come for a while.
    fn pause(&mut self) -> io::Result<()>;
}

/// Where time comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    /// Time runs since this moment.
    Running(Instant),
    /// There is none: the bytes tell nothing of when they came.
    Stopped,
}

impl Clock {
    /// A clock for `input`: one runs only where waiting for the input means something.
    pub(crate) fn of(input: &Input) -> Self {
        if input.is_live() { Self::Running(Instant::now()) } else { Self::Stopped }
    }

    fn now(self) -> Timestamp {
        match self {
            Self::Running(start) => Timestamp::ZERO + start.elapsed(),
            Self::Stopped => Timestamp::ZERO,
        }
    }
}

/// Runs a session over the whole of `input`.
pub(crate) fn run(
    engine: &Engine,
    input: &mut Input,
    bytes: &Bytes,
    clock: Clock,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    run_from(engine, Vec::new(), input, bytes, clock, sink)
}

/// Runs a session over `beginning`, which was read already, and the rest of `input`. An input that breaks off is told
/// of and ends the stream as failed.
pub(crate) fn run_from(
    engine: &Engine,
    beginning: Vec<u8>,
    input: &mut Input,
    bytes: &Bytes,
    clock: Clock,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    let mut session = engine.session(clock.now());
    for piece in bytes.cut(&beginning) {
        session.feed(piece, clock.now());
        drain(&mut session, sink)?;
    }
    let live = input.is_live();
    while !session.is_ended() {
        let wait = session.poll_timeout().filter(|_| matches!(clock, Clock::Running(_))).map(|at| at - clock.now());
        match input.next(wait) {
            Ok(Piece::Bytes(piece)) => {
                for piece in bytes.cut(piece) {
                    session.feed(piece, clock.now());
                    drain(&mut session, sink)?;
                }
            }
            Ok(Piece::Nothing) => session.handle_timeout(clock.now()),
            Ok(Piece::End) => session.finish(clock.now()),
            Err(failure) => {
                tell(&failure);
                session.abort(&failure.to_string(), clock.now());
            }
        }
        drain(&mut session, sink)?;
        if live {
            sink.pause()?;
        }
    }
    Ok(())
}

fn drain(session: &mut Session, sink: &mut impl Sink) -> io::Result<()> {
    while let Some(event) = session.poll() {
        sink.event(event)?;
    }
    Ok(())
}
