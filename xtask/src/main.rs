//! Development tasks: `cargo xtask TASK`. Each task is a file of its own; this is the table of them.

mod bench;
mod demo;
mod fuzz;
mod node;
mod shell;
mod test;
mod train_ner;
mod wasm;
mod www;

use std::process::ExitCode;

/// Something that `cargo xtask` does.
struct Task {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<(), Stop>,
}

/// Why a task did not do what it was asked to.
enum Stop {
    /// It was asked for something that does not exist: exit code 2.
    Usage(String),
    /// It failed: exit code 1.
    Failed(String),
}

const TASKS: &[Task] = &[
    Task {
        name: "demo",
        usage: "[SERVE OPTION]...",
        about: "builds everything and starts midstream with the built-in demo model",
        run: demo::run,
    },
    Task { name: "test", usage: "[PART]...", about: "runs all tests, or some parts of them", run: test::run },
    Task { name: "wasm", usage: "", about: "builds the WASM package into wasm/pkg", run: wasm::run },
    Task {
        name: "train-ner",
        usage: "[--check] DATA",
        about: "makes the model files of models/ anew from annotated texts (minutes)",
        run: train_ner::run,
    },
    Task { name: "www", usage: "", about: "builds the web app into wasm/www/dist", run: www::run },
    Task { name: "bench", usage: "wasm", about: "measures the WASM package beside its peers", run: bench::run },
    Task {
        name: "fuzz",
        usage: "SECONDS [TARGET]",
        about: "fuzzes one target, or each, for so many seconds",
        run: fuzz::run,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        print!("{}", guide());
        return ExitCode::from(2);
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) {
        print!("{}", guide());
        return ExitCode::SUCCESS;
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprint!("xtask: there is no task `{name}`\n\n{}", guide());
        return ExitCode::from(2);
    };
    match (task.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(message)) => {
            eprintln!("xtask: {name}: {message}");
            ExitCode::FAILURE
        }
        Err(Stop::Usage(message)) => {
            eprintln!("xtask: {name}: {message}\nusage: cargo xtask {name} {}", task.usage);
            ExitCode::from(2)
        }
    }
}

fn guide() -> String {
    let mut guide = "usage: cargo xtask TASK\n\n".to_owned();
    for task in TASKS {
        guide += &format!("  {:<28} {}\n", format!("{} {}", task.name, task.usage), task.about);
    }
    guide += "\nparts of `cargo xtask test`:\n\n";
    for part in test::PARTS {
        guide += &format!("  {:<28} {}\n", part.name, part.about);
    }
    guide
}
