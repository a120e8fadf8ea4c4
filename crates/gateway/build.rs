//! Has the gateway built again when the web app that it takes in was.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Only in a checkout: a packaged crate has no web app beside it.
    if !Path::new(APP).join("package.json").is_file() {
        return;
    }
    let dist = Path::new(APP).join("dist");
    // Cargo takes a folder that is missing for one that has changed, in every build. An empty one is none to it, and
    // means the same to the gateway.
    if dist.is_dir() || std::fs::create_dir(&dist).is_ok() {
        println!("cargo:rerun-if-changed={}", dist.display());
    }
}

/// Where the web app lies, from here.
const APP: &str = "../../wasm/www";
