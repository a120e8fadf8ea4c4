//! What the parts in JavaScript need: Node with npm, a folder's packages, a browser.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::shell;

/// Why Node can't be used here; `None` where it can.
pub(crate) fn missing() -> Option<String> {
    let wanted = format!("needs Node {OLDEST} or newer with npm (https://nodejs.org)");
    if shell::find("npm").is_none() {
        return Some(wanted);
    }
    let Some(version) = shell::output(shell::command("node", Path::new(".")).arg("--version")) else {
        return Some(wanted);
    };
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST => None,
        _ => Some(format!("{wanted}, found {version}")),
    }
}

/// Installs the packages of `folder` as its lock file has them, unless they are there.
pub(crate) fn install(folder: &Path) -> Result<(), String> {
    let modified = |file: PathBuf| file.metadata().and_then(|metadata| metadata.modified()).ok();
    let wanted = modified(folder.join("package-lock.json"));
    let present: Option<SystemTime> = modified(folder.join("node_modules/.package-lock.json"));
    if present.is_some() && present >= wanted {
        return Ok(());
    }
    shell::run(shell::command("npm", folder).args(["ci", "--no-audit", "--no-fund"]))
}

/// Runs a script of the `package.json` in `folder`, with `environment` added to ours.
pub(crate) fn script(folder: &Path, name: &str, environment: &[(&str, &Path)]) -> Result<(), String> {
    let mut npm = shell::command("npm", folder);
    npm.args(["run", name]).envs(environment.iter().copied());
    shell::run(&mut npm)
}

/// A Chromium, installed where that is possible.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    let known = || CHROMIUMS.iter().find_map(|name| shell::find(name));
    match known() {
        Some(found) => Ok(found),
        None => {
            shell::install(&["chromium"])?;
            known().ok_or("Debian's chromium is installed and not on the PATH".to_owned())
        }
    }
}

/// The oldest major version that is tested.
const OLDEST: u32 = 20;
const CHROMIUMS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
