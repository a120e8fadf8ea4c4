//! `midstream watch`: streams that pass through a gateway, shown in the terminal while they are being written.

mod client;
mod look;
mod screen;
mod status;

use std::collections::VecDeque;
use std::io::{self, BufWriter, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use clap::Args;
use midstream::{Event, Verdict};

use crate::exit::{Failure, Outcome};
use crate::interrupt::on_interrupt;

use client::{Address, Client, Gone, Numbered, Summary};
use look::Look;
use screen::Screen;
use status::StatusLine;

/// Watch a gateway's streams in the terminal while they are being written
///
/// URL is that of a gateway, for its newest stream (or the next one, where there is none yet), or of one stream:
/// http://127.0.0.1:8080/streams/ID, or the address of the web page that shows it. Text is shown as it arrives,
/// reasoning dimmed, with tool input, findings and errors in between, and a line at the bottom counts. It ends with the
/// stream.
///
/// Control characters in what a model says are shown as pictures. Colours and the line at the bottom are for terminals
/// only; NO_COLOR turns colours off.
///
/// Exits with 1 where a stream's verdict is not `complete`; Ctrl-C ends with 0.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Watch {
    /// Go on with each next stream, until Ctrl-C
    #[arg(long)]
    all: bool,

    /// A gateway, or one of its streams
    #[arg(value_name = "URL")]
    url: Address,
}

impl Watch {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let (sender, messages) = sync_channel(QUEUE);
        let interrupt = sender.clone();
        on_interrupt(move || drop(interrupt.send(Message::Interrupted)))
            .map_err(|error| Failure::Input(format!("can't listen for Ctrl-C: {error}")))?;
        thread::spawn(move || {
            // An error that nobody listens to any more is none.
            let _ = match follow(&self.url, self.all, &sender) {
                Ok(()) => sender.send(Message::Done),
                Err(Gone::Listener) => Ok(()),
                Err(Gone::Gateway(why)) => sender.send(Message::Failed(why)),
            };
        });
        let mut view = View::new(Look::of_stdout());
        let shown = view.show(&messages);
        let closed = view.close();
        let shown = shown?;
        closed?;
        Ok(shown)
    }
}

/// What those who wait for something tell the one who shows it.
enum Message {
    /// A stream, before its first event.
    Begin(Box<Summary>),
    /// An event of the stream that is being shown.
    Event(Box<Numbered>),
    /// There is no stream to show yet.
    Waiting,
    /// The connection is lost and will be tried again.
    Lost(String),
    /// All that was asked for has been shown.
    Done,
    /// It can't be shown, and why.
    Failed(String),
    /// Ctrl-C.
    Interrupted,
}

/// Finds the streams that are wanted and tells of each from beginning to end.
fn follow(url: &Address, all: bool, messages: &SyncSender<Message>) -> Result<(), Gone> {
    let client = Client::new(url);
    if let Some(id) = url.stream() {
        return stream(&client, client.summary(id)?, messages);
    }
    let mut known: VecDeque<String> = VecDeque::new();
    let mut next = client.newest(&mut known)?;
    loop {
        let summary = match next.take() {
            Some(summary) => summary,
            None => {
                say(messages, Message::Waiting)?;
                client.next(&known)?
            }
        };
        known.push_back(summary.id.clone());
        if known.len() > KNOWN {
            known.pop_front();
        }
        stream(&client, summary, messages)?;
        if !all {
            return Ok(());
        }
    }
}

/// Tells of one stream. A connection that breaks is opened again behind the last event.
fn stream(client: &Client, summary: Summary, messages: &SyncSender<Message>) -> Result<(), Gone> {
    let id = summary.id.clone();
    say(messages, Message::Begin(Box::new(summary)))?;
    let (mut last, mut attempts) = (0, 0);
    loop {
        let mut ended = false;
        let read = client.events(&id, last, &mut |numbered| {
            attempts = 0;
            last = numbered.seq;
            ended = matches!(numbered.event, Some(Event::StreamEnd { .. }));
            say(messages, Message::Event(Box::new(numbered)))
        });
        let why = match read {
            _ if ended => return Ok(()),
            Ok(()) => "the connection ended before the stream".to_owned(),
            Err(Gone::Gateway(why)) => why,
            Err(Gone::Listener) => return Err(Gone::Listener),
        };
        if attempts == ATTEMPTS {
            return Err(Gone::Gateway(why));
        }
        say(messages, Message::Lost(why))?;
        thread::sleep(FIRST_PAUSE * 2u32.pow(attempts));
        attempts += 1;
    }
}

fn say(messages: &SyncSender<Message>, message: Message) -> Result<(), Gone> {
    messages.send(message).map_err(|_| Gone::Listener)
}

/// Everything that is on the screen.
struct View {
    out: BufWriter<io::StdoutLock<'static>>,
    look: Look,
    screen: Screen,
    status: StatusLine,
    outcome: Outcome,
}

impl View {
    fn new(look: Look) -> Self {
        Self {
            out: BufWriter::new(io::stdout().lock()),
            look,
            screen: Screen::new(look),
            status: StatusLine::new(look),
            outcome: Outcome::Good,
        }
    }

    /// Shows what is told until there is no more.
    fn show(&mut self, messages: &Receiver<Message>) -> Result<Outcome, Failure> {
        loop {
            let message = match messages.try_recv() {
                Ok(message) => message,
                // Nothing for the moment: the time to let it be seen.
                Err(_) => {
                    self.status.draw(&mut self.out)?;
                    self.out.flush()?;
                    match self.wait(messages) {
                        Some(message) => message,
                        None => continue,
                    }
                }
            };
            match message {
                Message::Begin(summary) => {
                    self.status.begin(&summary);
                    self.screen.header(&mut self.out, &summary)?;
                }
                Message::Event(numbered) => self.event(&numbered)?,
                Message::Waiting => self.screen.note(&mut self.out, "waiting for a stream ...")?,
                Message::Lost(why) => self.screen.note(&mut self.out, &format!("{why}; trying again"))?,
                Message::Done | Message::Interrupted => return Ok(self.outcome),
                Message::Failed(why) => return Err(Failure::Input(why)),
            }
        }
    }

    fn wait(&self, messages: &Receiver<Message>) -> Option<Message> {
        if !self.look.is_terminal {
            // Nothing moves by itself. That all senders are gone can't be: one of them waits for Ctrl-C.
            return messages.recv().ok();
        }
        messages.recv_timeout(TICK).ok()
    }

    fn event(&mut self, numbered: &Numbered) -> io::Result<()> {
        let Some(event) = &numbered.event else {
            return self
                .screen
                .note(&mut self.out, "something happened that this version of midstream has no word for");
        };
        self.status.event(event, numbered.at_us);
        self.screen.event(&mut self.out, event)?;
        if let Event::StreamEnd { verdict, .. } = event {
            if *verdict != Verdict::Complete {
                self.outcome = Outcome::Bad;
            }
            self.screen.result(&mut self.out, &self.status.line())?;
        }
        Ok(())
    }

    /// Leaves the terminal as it was found.
    fn close(&mut self) -> io::Result<()> {
        self.screen.end(&mut self.out)?;
        self.status.close(&mut self.out)?;
        self.out.flush()
    }
}

/// Messages that may wait to be shown.
const QUEUE: usize = 1024;
/// Streams that are remembered as shown.
const KNOWN: usize = 10_000;
/// How often a lost connection is tried again before it is given up, and the pause before the first time.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// How often the line at the bottom is drawn while nothing happens.
const TICK: Duration = Duration::from_millis(100);

const EXAMPLES: &str = "\
Examples:
  midstream watch http://127.0.0.1:8080
  midstream watch --all http://127.0.0.1:8080
  midstream watch http://127.0.0.1:8080/streams/19a2f3c1b70-1

Exit codes: 0 done or Ctrl-C, 1 the gateway can't be reached or a verdict is not `complete`, 2 wrong use.";
