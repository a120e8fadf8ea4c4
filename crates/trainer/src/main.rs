//! Makes the model files of midstream's taggers, the same bytes from the same data.

mod corpora;
mod crf;
mod lists;
mod made;
mod names;
mod pack;
mod pos;
mod score;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["names", data, lists, out, settings @ ..] => {
            names::train(&PathBuf::from(data), &PathBuf::from(lists), &PathBuf::from(out), settings)
        }
        ["pos", data, out, settings @ ..] => pos::train(&PathBuf::from(data), &PathBuf::from(out), settings),
        ["score", data, model] => score::run(&PathBuf::from(data), &PathBuf::from(model)),
        _ => {
            eprintln!(
                "usage: midstream-trainer names DATA LISTS OUT [NAME=VALUE]... | pos DATA OUT [NAME=VALUE]... | score DATA MODEL"
            );
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("midstream-trainer: {message}");
            ExitCode::FAILURE
        }
    }
}
