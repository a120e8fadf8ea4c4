//! `cargo xtask demo`: from a fresh clone to streams on the screen.

use crate::{Stop, node, shell, www};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    match node::missing() {
        Some(missing) => println!("the web app {missing}; going on with the built-in page"),
        None => www::build().map_err(Stop::Failed)?,
    }
    // Not the profile `dist`: whole-program optimisation takes minutes and shows nothing here.
    shell::run(shell::cargo().args(["build", "--release", "--package", "midstream-cli"])).map_err(Stop::Failed)?;
    println!("{GUIDE}");
    let mut serve = shell::cargo();
    serve.args(["run", "--quiet", "--release", "--package", "midstream-cli", "--", "serve"]).args(args);
    shell::become_command(&mut serve).map_err(Stop::Failed)
}

const GUIDE: &str = r#"
Open            http://127.0.0.1:8080
and send a prompt there, or from another terminal:

  curl -N http://127.0.0.1:8080/v1/chat/completions -H 'content-type: application/json' \
    -d '{"model": "demo", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'

Watch it in a terminal:

  cargo run --release --package midstream-cli -- watch http://127.0.0.1:8080

Ctrl-C stops the demo.
"#;
