//! The model files are the ones that the model card describes.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

#[test]
fn the_card_has_the_size_and_the_hash_of_each_model_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let card = fs::read_to_string(folder.join("README.md")).expect("there is a card");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("there is a folder")
        .map(|file| file.expect("it is readable").file_name().into_string().expect("a UTF-8 name"))
        .filter(|name| name.ends_with(".bin"))
        .collect();
    files.sort();
    assert_eq!(files, ["names-standard.bin", "names-tiny.bin", "parts-of-speech.bin"]);
    for name in files {
        let bytes = fs::read(folder.join(&name)).expect("it is readable");
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let row = card.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("`{name}` has no row in the card"));
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[3].replace(',', ""), bytes.len().to_string(), "bytes of `{name}`");
        assert!(card.contains(&format!("{hash}  {name}")), "expected `{hash}  {name}` in the card");
    }
}
