//! Builds `wasm/pkg` and, without what only some need, `wasm/pkg-core`: the module with SIMD and without, the JavaScript
//! beside it, what Node and bundlers need, and packs of rules.

mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use midstream::pattern::{Pack, Rules};
use toolchain::{TARGET, Toolchain};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("wasm: {message}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wasm");
    let toolchain = Toolchain::find()?;
    for package in PACKAGES {
        let pkg = wasm.join(package.folder);
        let simd = flavour(&wasm, toolchain, package, true)?;
        let plain = flavour(&wasm, toolchain, package, false)?;
        same_glue(&simd, &plain)?;
        replace(&simd, &pkg)?;
        copy(&plain.join(format!("{NAME}_bg.wasm")), &pkg.join(format!("{NAME}_bg.plain.wasm")))?;
        for file in ["node.js", "bundler.js", "package.json"] {
            copy(&wasm.join("entry").join(file), &pkg.join(file))?;
        }
        run(Command::new("node").args(["entry/finish.mjs", package.folder]).current_dir(&wasm))?;
    }
    fs::write(wasm.join("target/std"), toolchain.std()).map_err(|error| error.to_string())?;
    packs(&wasm)
}

/// A package that is built.
struct Package {
    /// Where it lies in `wasm`.
    folder: &'static str,
    /// What cargo is told of features, and how the engine is built.
    options: &'static [&'static str],
}

/// The whole engine, and the one that only decodes, for pages that count kilobytes.
const PACKAGES: &[Package] = &[
    Package { folder: "pkg", options: &[] },
    Package {
        folder: "pkg-core",
        options: &[
            "--no-default-features",
            "--features",
            "small-allocator",
            "--config",
            "profile.release.package.midstream.opt-level='z'",
        ],
    },
];

/// Compiles the packs of rules, which need no compiler then, into the package.
fn packs(wasm: &Path) -> Result<(), String> {
    let folder = wasm.join(PACKAGES[0].folder).join("rules");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, text) in PACKS {
        let pack = Pack::parse(text).map_err(|error| format!("the pack {name}: {error}"))?;
        let bytes = Rules::compile(&[pack]).map_err(|error| format!("the pack {name}: {error}"))?.to_bytes();
        fs::write(folder.join(format!("{name}.bin")), &bytes).map_err(|error| error.to_string())?;
        println!("{name:<36} {:>8} B", bytes.len());
    }
    Ok(())
}

const PACKS: &[(&str, &str)] = &[
    ("secrets", include_str!("../../../rules/secrets.toml")),
    ("pii", include_str!("../../../rules/pii.toml")),
    ("injection", include_str!("../../../rules/injection.toml")),
];

/// Builds, binds and optimises the module, with SIMD or without; returns the folder where it lies.
fn flavour(wasm: &Path, toolchain: Toolchain, package: &Package, simd: bool) -> Result<PathBuf, String> {
    // Other flags mean other artefacts throughout: one target folder for each.
    let target = wasm.join("target").join(if simd { "simd" } else { "plain" });
    let mut flags = toolchain::without_paths(wasm);
    flags.extend(toolchain.flags().iter().copied().map(String::from));
    if simd {
        flags.push("-Ctarget-feature=+simd128".into());
    }
    let mut build = toolchain.build();
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")).env_remove("RUSTFLAGS");
    run(build.current_dir(wasm).args(package.options).arg("--target-dir").arg(&target))?;
    let out = target.join(package.folder);
    let module = target.join(TARGET).join("release").join(format!("{NAME}.wasm"));
    Bindgen::new()
        .input_path(module)
        .omit_default_module_path(false)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(true)
                .remove_name_section(false)
                .demangle(false)
                .remove_producers_section(true)
                .generate(&out)
        })
        .map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    let bound = out.join(format!("{NAME}_bg.wasm"));
    let bytes = fs::read(&bound).map_err(|error| format!("{}: {error}", bound.display()))?;
    let size = size_without_names(&bytes).ok_or_else(|| format!("{}: no module", bound.display()))?;
    fs::write(target.join(format!("raw-size-{}", package.folder)), size.to_string())
        .map_err(|error| error.to_string())?;
    let mut optimise = Command::new("node");
    optimise.arg("node_modules/binaryen/bin/wasm-opt").args(PASSES).args(FEATURES).arg(&bound).arg("-o").arg(&bound);
    if simd {
        optimise.arg("--enable-simd");
    }
    run(optimise.current_dir(wasm))?;
    Ok(out)
}

/// How long a module is without the names in it.
fn size_without_names(module: &[u8]) -> Option<usize> {
    let (mut size, mut at) = (module.len(), HEADER);
    while at < module.len() {
        let start = at;
        let kind = module[at];
        at += 1;
        let length = number(module, &mut at)?;
        let end = at.checked_add(length)?;
        if kind == 0 {
            let name = number(module, &mut at)?;
            if module.get(at..at.checked_add(name)?)? == b"name" {
                size -= end - start;
            }
        }
        at = end;
    }
    Some(size)
}

/// A number of seven bits a byte, the lowest first.
fn number(module: &[u8], at: &mut usize) -> Option<usize> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = *module.get(*at)?;
        *at += 1;
        number |= usize::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Both flavours must fit the same JavaScript, since which one is loaded is only known then.
fn same_glue(simd: &Path, plain: &Path) -> Result<(), String> {
    let glue = |folder: &Path| fs::read_to_string(folder.join(format!("{NAME}.js"))).map_err(|error| error.to_string());
    if glue(simd)? == glue(plain)? {
        Ok(())
    } else {
        Err("the builds with and without SIMD want different JavaScript".into())
    }
}

fn replace(from: &Path, to: &Path) -> Result<(), String> {
    if to.exists() {
        fs::remove_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    copy_all(from, to)
}

fn copy_all(from: &Path, to: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", from.display());
    fs::create_dir_all(to).map_err(told)?;
    for entry in fs::read_dir(from).map_err(told)? {
        let entry = entry.map_err(told)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy_all(&entry.path(), &target)? } else { copy(&entry.path(), &target)? }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("can't run {command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

/// What a module begins with: what it is and in which version.
const HEADER: usize = 8;
const NAME: &str = "lean_agentic_wasm";
/// Control flow is taken apart and built anew, which leaves less of it; then everything is made small three times. Functions
/// stand in the order of their names, so that what is alike stands together, which compresses better; then the names go.
const PASSES: &[&str] =
    &["--flatten", "--rereloop", "-Oz", "-Oz", "-Oz", "--reorder-functions-by-name", "--strip-debug"];
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
