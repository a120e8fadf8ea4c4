//! The binary `midstream`: one file a command, each a thin host of the engine or of the gateway.

mod analyze;
mod decode;
mod entities;
mod exit;
mod frames;
mod graph;
mod host;
mod input;
mod interrupt;
mod model;
mod output;
mod packs;
mod reading;
mod redact;
mod relations;
mod replay;
mod rules;
mod serve;
mod server;
mod texts;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::{Failure, Outcome};

/// Real-time LLM streaming with inflight analysis
#[derive(Parser)]
#[command(name = "midstream", version, after_help = EXIT_CODES, after_long_help = GUIDE)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Frames(frames::Frames),
    Decode(decode::Decode),
    Analyze(analyze::Analyze),
    Entities(entities::EntitiesCommand),
    Graph(graph::Graph),
    Redact(redact::Redact),
    Relations(relations::RelationsCommand),
    Replay(replay::Replay),
    Rules(rules::RulesCommand),
    Serve(serve::Serve),
    Watch(watch::Watch),
}

fn main() -> ExitCode {
    exit::code(run(Cli::parse().command))
}

fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Frames(frames) => frames.run(),
        Command::Decode(decode) => decode.run(),
        Command::Analyze(analyze) => analyze.run(),
        Command::Entities(entities) => entities.run(),
        Command::Graph(graph) => graph.run(),
        Command::Redact(redact) => redact.run(),
        Command::Relations(relations) => relations.run(),
        Command::Replay(replay) => replay.run(),
        Command::Rules(rules) => rules.run(),
        Command::Serve(serve) => serve.run(),
        Command::Watch(watch) => watch.run(),
    }
}

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 the input is bad or a verdict is negative, 2 wrong use.
Results go to standard output, messages to standard error. `-` is standard input.";

const GUIDE: &str = "\
Examples:
  See what an API really sends, frame by frame:
    curl -sN https://api.example.com/v1/chat/completions -d @request.json | midstream frames -

  The same stream in midstream's own language of events, as it arrives:
    curl -sN https://api.example.com/v1/chat/completions -d @request.json | midstream decode -

  What a recording amounts to:
    midstream decode --final answer.sse | jq .choices[0].text

  Every stream of an application, live in a browser and in the terminal:
    midstream serve --upstream openai=https://api.openai.com
    OPENAI_BASE_URL=http://127.0.0.1:8080/v1 your-application
    midstream watch --all http://127.0.0.1:8080

  Without any key, with the built-in demo model:
    midstream serve

Exit codes:
  0  done
  1  the input is bad or a verdict is negative: a file can't be read, a frame is broken,
     a stream was truncated or failed
  2  wrong use: an unknown option, a value that makes no sense

Results go to standard output, messages to standard error. `-` is standard input.
`midstream COMMAND --help` has more examples.";
