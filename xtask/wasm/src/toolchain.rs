//! A compiler for wasm32, however the machine has it.

use std::path::Path;
use std::process::{Command, Stdio};

/// Something that builds for [`TARGET`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The compiler in use, which builds the standard library from its source.
    Source,
    /// The compiler in use has the target's standard library, but not its source.
    Installed,
    /// Debian's packaged compiler, which builds the standard library from its source.
    Debian,
}

impl Toolchain {
    /// Finds one, adding by rustup what is missing where that works. A standard library that is built from source is
    /// built for size, and a broken invariant in it stops the module without text or place of a message that nobody
    /// sees: the module is a sixteenth smaller.
    pub(crate) fn find() -> Result<Self, String> {
        if aborts_immediately() && (has_source() || (runs("rustup", &["component", "add", "rust-src"]) && has_source()))
        {
            return Ok(Self::Source);
        }
        let debian = || [DEBIAN_RUSTC, DEBIAN_CARGO, DEBIAN_LINKER].iter().all(|file| Path::new(file).exists());
        Self::choose(has_target, || runs("rustup", &["target", "add", TARGET]), debian)
    }

    /// The first that is there: the target beside the compiler in use, the same after `add`, Debian's.
    fn choose(
        has_target: impl Fn() -> bool,
        add: impl FnOnce() -> bool,
        debian: impl FnOnce() -> bool,
    ) -> Result<Self, String> {
        if has_target() || (add() && has_target()) {
            return Ok(Self::Installed);
        }
        if debian() {
            return Ok(Self::Debian);
        }
        Err(format!(
            "no compiler for {TARGET}: try `rustup target add {TARGET}`, or on Debian `apt-get install rustc-web \
             cargo-web rust-web-src lld-22`"
        ))
    }

    /// A `cargo build` for the target.
    pub(crate) fn build(self) -> Command {
        let mut cargo = match self {
            Self::Source | Self::Installed => Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into())),
            Self::Debian => {
                let mut cargo = Command::new(DEBIAN_CARGO);
                let path = std::env::var("PATH").unwrap_or_default();
                cargo
                    .env("PATH", format!("/usr/bin:{path}"))
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
                cargo
            }
        };
        cargo.args(["build", "--release", "--target", TARGET]);
        if self.is_from_source() {
            cargo.env("RUSTC_BOOTSTRAP", "1").env("CARGO_PROFILE_RELEASE_PANIC", "immediate-abort").args([
                "-Zpanic-immediate-abort",
                "-Zbuild-std=std",
                "-Zbuild-std-features=optimize_for_size",
            ]);
        }
        cargo
    }

    /// Flags for the compiler.
    pub(crate) fn flags(self) -> &'static [&'static str] {
        if self.is_from_source() { &["-Zlocation-detail=none"] } else { &[] }
    }

    /// Where the standard library comes from: the sizes that are recorded differ by it.
    pub(crate) fn std(self) -> &'static str {
        if self.is_from_source() { "source" } else { "installed" }
    }

    fn is_from_source(self) -> bool {
        self != Self::Installed
    }
}

/// Flags that keep this machine's folders out of the messages in the module, so that it is the same everywhere.
pub(crate) fn without_paths(wasm: &Path) -> Vec<String> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output();
    let sysroot =
        output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let root = wasm.canonicalize().ok().and_then(|wasm| Some(wasm.parent()?.display().to_string()));
    [Some(sysroot), home.ok(), root]
        .into_iter()
        .flatten()
        .filter(|folder| !folder.is_empty())
        .map(|folder| format!("--remap-path-prefix={folder}="))
        .collect()
}

fn has_target() -> bool {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

fn has_source() -> bool {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output();
    output.is_ok_and(|output| {
        let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml").exists()
    })
}

/// Whether the compiler in use knows panics that only stop the program, as 1.91 and later do.
fn aborts_immediately() -> bool {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned());
    let minor = version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    version.starts_with("rustc 1.") && minor.is_some_and(|minor| minor >= 91)
}

fn runs(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-22";

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_compiler_in_use_goes_first_then_what_rustup_adds_then_debians() {
        let never = || -> bool { panic!("asked for no reason") };
        assert!(matches!(Toolchain::choose(|| true, never, never), Ok(Toolchain::Installed)));
        let added = Cell::new(false);
        let add = || {
            added.set(true);
            true
        };
        assert!(matches!(Toolchain::choose(|| added.get(), add, never), Ok(Toolchain::Installed)));
        assert!(matches!(Toolchain::choose(|| false, || false, || true), Ok(Toolchain::Debian)));
        // What rustup says it has added counts only where it is there.
        assert!(matches!(Toolchain::choose(|| false, || true, || true), Ok(Toolchain::Debian)));
    }

    #[test]
    fn where_there_is_nothing_one_line_says_what_to_install() {
        let words = Toolchain::choose(|| false, || false, || false).unwrap_err();
        assert_eq!(words.lines().count(), 1);
        for part in
            ["rustup target add wasm32-unknown-unknown", "apt-get install rustc-web cargo-web rust-web-src lld-22"]
        {
            assert!(words.contains(part), "{words}");
        }
    }
}
