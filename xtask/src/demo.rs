//! `cargo xtask demo`: from a fresh clone to streams on the screen.

use crate::{Stop, node, shell, www};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    match node::missing() {
        Some(missing) => println!("the web app {missing}; going on with the built-in page"),
        // Without a compiler for WebAssembly the gateway works all the same.
        None => {
            if let Err(why) = www::build() {
                println!("the web app could not be built ({why}); going on with the built-in page");
            }
        }
    }
    // Not the profile `dist`: whole-program optimisation takes minutes and shows nothing here.
    shell::run(shell::cargo().args(["build", "--release", "--package", "midstream-cli"])).map_err(Stop::Failed)?;
    println!("{}", guide(args));
    let mut serve = shell::cargo();
    serve.args(["run", "--quiet", "--release", "--package", "midstream-cli", "--", "serve"]).args(args);
    shell::become_command(&mut serve).map_err(Stop::Failed)
}

/// What to look at, at the address that `args` ask for.
fn guide(args: &[String]) -> String {
    let after = args.iter().skip_while(|arg| *arg != "--listen").nth(1).map(String::as_str);
    let address = after.or_else(|| args.iter().find_map(|arg| arg.strip_prefix("--listen="))).unwrap_or(ADDRESS);
    GUIDE.replace(ADDRESS, address)
}

const USAGE: &str = "cargo xtask demo [OPTION]...

Builds what is needed, some minutes the first time, and starts `midstream serve` with these options.";

const ADDRESS: &str = "127.0.0.1:8080";

const GUIDE: &str = r#"
Open            http://127.0.0.1:8080
and send a prompt there, or from another terminal:

  curl -N http://127.0.0.1:8080/v1/chat/completions -H 'content-type: application/json' \
    -d '{"model": "demo", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'

Watch it in a terminal:

  cargo run --release --package midstream-cli -- watch http://127.0.0.1:8080

Ctrl-C stops the demo.
"#;
