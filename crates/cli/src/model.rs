//! Where the name tagger's model and the user's own names come from.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use midstream::Moment;
use midstream::entity::structured::Settings;
use midstream::entity::{Entities, EntityKind, Gazetteer, NameModel};
use midstream::relation::Relations;
use midstream::tagger::PosModel;

use crate::exit::Failure;

/// A list of the user's own names.
#[derive(Debug, Args)]
pub(crate) struct Names {
    /// Also find these names: lines `NAME` or CSV `NAME,TYPE,NORMALIZED`
    #[arg(long, value_name = "FILE")]
    gazetteer: Option<PathBuf>,

    /// Type of the names in the gazetteer that have none of their own
    #[arg(long, value_name = "TYPE", default_value = "TERM")]
    gazetteer_type: String,

    /// When the text was written, for dates such as `tomorrow` and `next Tuesday`: 2024-02-29; without it they have no
    /// normal form; in a graph, also when it became known. `Tuesday` by itself is any Tuesday, XXXX-WXX-2, with it or
    /// without
    #[arg(long, value_name = "MOMENT")]
    now: Option<Moment>,

    /// Read 3/4/2024 as 3 April
    #[arg(long)]
    day_first: bool,

    /// The calling code of the country whose national telephone numbers are meant: 1, 49
    #[arg(long, value_name = "DIGITS", value_parser = calling_code)]
    calling_code: Option<String>,
}

impl Names {
    /// The analysis that `model` (`standard`, `tiny`, `none` or a file) and the gazetteer make.
    pub(crate) fn entities(&self, model: &Path) -> Result<Entities, Failure> {
        let names = names(model)?;
        let gazetteer = match &self.gazetteer {
            None => None,
            Some(path) => {
                let wrong =
                    |message: &dyn std::fmt::Display| Failure::Input(format!("`{}`: {message}", path.display()));
                let list = String::from_utf8(bytes(path)?).map_err(|error| wrong(&error))?;
                let kind = EntityKind::new(&self.gazetteer_type);
                Some(Gazetteer::read(&list, &kind).map_err(|error| wrong(&error))?)
            }
        };
        let structured = Settings { now: self.now, day_first: self.day_first, calling_code: self.calling_code.clone() };
        Ok(Entities { names, gazetteer, structured: Some(structured), ..Entities::default() })
    }

    /// The analysis that finds relations between what `entities` finds.
    pub(crate) fn relations(entities: Entities) -> Result<Relations, Failure> {
        Ok(Relations { entities, parts_of_speech: parts_of_speech()?, max_words: None, max_phrase_bytes: None })
    }

    /// When the text was written, where that was said.
    pub(crate) fn now(&self) -> Option<Moment> {
        self.now
    }

    /// Whether there is a gazetteer.
    pub(crate) fn is_given(&self) -> bool {
        self.gazetteer.is_some()
    }
}

/// The analysis that `model` makes, without more.
pub(crate) fn entities(model: &Path) -> Result<Entities, Failure> {
    Ok(Entities { names: names(model)?, structured: Some(Settings::default()), ..Entities::default() })
}

/// The model that tells verbs from nouns.
pub(crate) fn parts_of_speech() -> Result<PosModel, Failure> {
    PosModel::read(PARTS_OF_SPEECH).map_err(|error| Failure::Input(format!("model for parts of speech: {error}")))
}

/// A country's calling code: one to three digits (E.164, section 6.2.1).
fn calling_code(text: &str) -> Result<String, String> {
    let is_code =
        matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() < 3 && rest.iter().all(u8::is_ascii_digit));
    if is_code { Ok(text.to_owned()) } else { Err("expected one to three digits, the first not 0: 1, 49".to_owned()) }
}

fn names(model: &Path) -> Result<Option<NameModel>, Failure> {
    Ok(match model.to_str() {
        Some("none") => None,
        Some("standard") => Some(read("standard", STANDARD)?),
        Some("tiny") => Some(read("tiny", TINY)?),
        _ => Some(read(&model.display().to_string(), &bytes(model)?)?),
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::Usage(format!("can't read `{}`: {error}", path.display())))
}

fn read(name: &str, bytes: &[u8]) -> Result<NameModel, Failure> {
    NameModel::read(bytes).map_err(|error| Failure::Usage(format!("model `{name}`: {error}")))
}

const STANDARD: &[u8] = include_bytes!("../../../models/names-standard.bin");
const PARTS_OF_SPEECH: &[u8] = include_bytes!("../../../models/parts-of-speech.bin");
const TINY: &[u8] = include_bytes!("../../../models/names-tiny.bin");
