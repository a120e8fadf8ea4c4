//! The binary as people and programs use it: real processes, pipes and files.

mod analyze;
mod bad_input;
mod command;
mod decode;
mod entities;
mod frames;
mod graph;
mod help;
mod relations;
mod replay;
mod rules;
mod serve;
mod server;
mod watch;
