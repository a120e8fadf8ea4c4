//! `midstream graph query`: one question, its answer as JSON lines.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use midstream::graph::{AsOf, Direction, Edge, Graph, MENTIONED_WITH, MENTIONS, Moment, Node, NodeId, Ways};

use super::read::{From, read};
use crate::exit::{Failure, Outcome, tell};
use crate::output::Output;

/// Ask a graph: answers are JSON lines, edges or nodes; exits with 1 where there is no answer
#[derive(Debug, Args)]
pub(super) struct Query {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// The edges of a node, the one that was recorded last first, where it is only mentioned behind the rest
    Neighbours {
        #[command(flatten)]
        from: From,
        /// The graph, a text or a stream; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The node's name, in any case and without accents, or words of it that no other node has
        name: String,
        #[command(flatten)]
        kind: Kind,
        /// Edges of which it is the subject (out), the object (in), or both
        #[arg(long, default_value = "both")]
        direction: Way,
        #[command(flatten)]
        when: When,
    },
    /// The edges of a shortest way between two nodes
    Path {
        #[command(flatten)]
        from: From,
        /// The graph, a text or a stream; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The name of the node where it begins, in any case
        name: String,
        /// The name of the node where it ends
        to: String,
        #[command(flatten)]
        kind: Kind,
        /// How long the way may be
        #[arg(long, value_name = "N", default_value_t = 8)]
        max_steps: usize,
        /// A predicate along which it does not go; may be given again
        #[arg(long, value_name = "PREDICATE", default_value = MENTIONS)]
        except: Vec<String>,
        #[command(flatten)]
        when: When,
    },
    /// All edges that held at a moment
    AsOf {
        #[command(flatten)]
        from: From,
        /// The graph, a text or a stream; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// When it was so: 2024-02-29T12:00:00Z, or a day, month or year (2024-02-29, 2024-02, 2024), which is its first moment
        #[arg(value_parser = moment)]
        moment: Moment,
        /// As it was known at this moment
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        recorded: Option<Moment>,
    },
    /// Everything that was ever recorded of a node, oldest first, names that stand beside it and mentions last
    History {
        #[command(flatten)]
        from: From,
        /// The graph, a text or a stream; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The node's name, in any case and without accents, or words of it that no other node has
        name: String,
        #[command(flatten)]
        kind: Kind,
    },
    /// Nodes by name, the best fit first
    Search {
        #[command(flatten)]
        from: From,
        /// The graph, a text or a stream; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A part of the name, in any case and without accents
        text: String,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
}

/// At which time.
#[derive(Debug, Args)]
struct When {
    /// Only what was so at this moment: 2024-02-29T12:00:00Z, or a day, month or year (2024-02-29, 2024-02, 2024), which is its
    /// first moment
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    as_of: Option<Moment>,

    /// As it was known at this moment
    #[arg(long, value_name = "MOMENT", value_parser = moment, requires = "as_of")]
    recorded: Option<Moment>,
}

/// Which of several nodes of the same name.
#[derive(Debug, Args)]
struct Kind {
    /// The node's kind, where several have the name
    #[arg(long)]
    kind: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    Out,
    In,
    Both,
}

impl Query {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let mut output = Output::new();
        let mut found = 0;
        match self.question {
            Question::Neighbours { from, file, name, kind, direction, when } => {
                let graph = read(&from, [&file])?;
                let node = node(&graph, &name, &kind)?;
                let direction = match direction {
                    Way::Out => Direction::Out,
                    Way::In => Direction::In,
                    Way::Both => Direction::Both,
                };
                for edge in said_first(graph.neighbours(node, direction, when.as_of())) {
                    output.line(&edge)?;
                    found += 1;
                }
            }
            Question::Path { from, file, name, to, kind, max_steps, except, when } => {
                let graph = read(&from, [&file])?;
                let ends = [node(&graph, &name, &kind)?, node(&graph, &to, &kind)?];
                let except: Vec<_> = except.iter().map(String::as_str).collect();
                let ways = Ways { max_steps, max_nodes: graph.node_count(), as_of: when.as_of(), except: &except };
                if ends[0] == ends[1] {
                    let name = graph.node(ends[0]).map_or("", |node| node.name());
                    tell(&format_args!("both are `{name}`: no step leads there"));
                }
                if let Some(steps) = graph.path(ends[0], ends[1], &ways) {
                    for edge in steps.iter().filter_map(|step| graph.edge(step.edge)) {
                        output.line(&edge)?;
                    }
                    found += 1;
                }
            }
            Question::AsOf { from, file, moment, recorded } => {
                let graph = read(&from, [&file])?;
                let as_of = AsOf { valid: moment, recorded: recorded.unwrap_or(Moment::MAX) };
                for edge in graph.edges(Some(as_of)) {
                    output.line(&edge)?;
                    found += 1;
                }
            }
            Question::History { from, file, name, kind } => {
                let graph = read(&from, [&file])?;
                for edge in said_first(graph.node_history(node(&graph, &name, &kind)?)) {
                    output.line(&edge)?;
                    found += 1;
                }
            }
            Question::Search { from, file, text, limit } => {
                let graph = read(&from, [&file])?;
                for node in graph.search(&text, limit) {
                    output.line(&node)?;
                    found += 1;
                }
            }
        }
        output.flush()?;
        if found == 0 {
            tell(&"nothing found");
        }
        Ok(if found == 0 { Outcome::Bad } else { Outcome::Good })
    }
}

/// What is said before what is only named together, and that before what a stream mentions.
fn said_first<'a>(edges: impl IntoIterator<Item = Edge<'a>>) -> Vec<Edge<'a>> {
    let mut edges: Vec<_> = edges.into_iter().collect();
    edges.sort_by_key(|edge| [MENTIONED_WITH, MENTIONS].iter().position(|last| edge.predicate() == *last));
    edges
}

impl When {
    fn as_of(&self) -> Option<AsOf> {
        self.as_of.map(|valid| AsOf { valid, recorded: self.recorded.unwrap_or(Moment::MAX) })
    }
}

/// A moment; of a year or a month the first one.
fn moment(text: &str) -> Result<Moment, String> {
    let is_date = text.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    match text.split('-').count() {
        1 if is_date => format!("{text}-01-01").parse(),
        2 if is_date => format!("{text}-01").parse(),
        _ => text.parse(),
    }
    .map_err(|_: String| format!("expected a year, a month, a date or an RFC 3339 date and time, found `{text}`"))
}

/// The one node that this name may mean.
fn node(graph: &Graph, name: &str, kind: &Kind) -> Result<NodeId, Failure> {
    let wanted = kind.kind.as_deref();
    let found = graph.meant(name, wanted);
    let list = |nodes: &[Node<'_>]| {
        let more = if nodes.len() > LISTED { ", ..." } else { "" };
        let names: Vec<_> = nodes.iter().take(LISTED).map(|node| format!("`{}`", node.name())).collect();
        format!("{}{more}", names.join(", "))
    };
    match (&found[..], wanted) {
        ([node], _) => Ok(node.id()),
        ([], Some(kind)) => Err(Failure::Input(format!("expected a node `{name}` of kind `{kind}`, found none"))),
        ([], None) => {
            let like = graph.search(name, LISTED);
            let like = if like.is_empty() { "none".to_owned() } else { list(&like) };
            Err(Failure::Input(format!("expected a node `{name}`, found {like}")))
        }
        (several, None) if several.iter().all(|node| node.name() == several[0].name()) => {
            let kinds: Vec<_> = several.iter().map(|node| node.kind()).collect();
            Err(Failure::Usage(format!(
                "several nodes are called `{name}`; say with --kind which ({})",
                kinds.join(", ")
            )))
        }
        (several, _) => Err(Failure::Usage(format!("several nodes may be `{name}`: say which ({})", list(several)))),
    }
}

/// How many names a message lists at most.
const LISTED: usize = 5;
