//! Every case of `corpus/` gives its expected events, however it is cut, its dialect given or recognised.

#[cfg(feature = "rules")]
use midstream::pattern::{Pack, Redaction, Rules};
use midstream::{Config, Event};
use midstream_testkit::{Case, bytewise, decode, two_way_cuts};

#[test]
fn every_case_gives_its_events() {
    let cases = Case::all();
    assert!(!cases.is_empty());
    let wrong: Vec<_> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn check(case: &Case) -> Result<(), String> {
    let name = case.folder.display();
    let given = Config { framing: case.framing, dialect: Some(case.dialect), ..Config::default() };
    let events = decode(&given, &case.body, &[]);
    let lines = json_lines(&events);
    let file = case.folder.join("events.jsonl");
    if std::env::var_os("MIDSTREAM_BLESS").is_some() {
        std::fs::write(&file, &lines).map_err(|error| format!("{name}: {error}"))?;
    }
    let expected = std::fs::read_to_string(&file).map_err(|error| format!("{name}: {error}"))?;
    if let Some((at, (found, expected))) = lines.lines().zip(expected.lines()).enumerate().find(|(_, (a, b))| a != b) {
        return Err(format!("{name}, event {at}:\n  expected {expected}\n  found    {found}"));
    }
    if lines != expected {
        return Err(format!("{name}: {} events, expected {}", lines.lines().count(), expected.lines().count()));
    }
    let recognised = Config { framing: case.framing, ..Config::default() };
    for cuts in two_way_cuts(case.body.len()).chain([bytewise(case.body.len())]) {
        if decode(&given, &case.body, &cuts) != events {
            return Err(format!("{name}: other events when cut at {cuts:?}"));
        }
    }
    if decode(&recognised, &case.body, &[]) != events {
        return Err(format!("{name}: other events when its dialect is to be recognised"));
    }
    Ok(())
}

fn json_lines(events: &[Event]) -> String {
    events.iter().map(|event| serde_json::to_string(event).expect("an event serialises") + "\n").collect()
}

/// What the packs find in the corpus stands in `guarded.jsonl`; where there is no such file they find nothing.
#[cfg(feature = "rules")]
#[test]
fn every_case_gives_its_events_under_the_packs_of_rules() {
    let redaction = Redaction::new(packs());
    let wrong: Vec<_> = Case::all().iter().filter_map(|case| check_guarded(case, &redaction).err()).collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// The packs that come with midstream, in the order in which the other homes of the engine load them.
#[cfg(feature = "rules")]
fn packs() -> Rules {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let read = |name| std::fs::read_to_string(folder.join(name)).expect("a pack can be read");
    let packs =
        ["secrets.toml", "pii.toml", "injection.toml"].map(|name| Pack::parse(&read(name)).expect("it is sound"));
    Rules::compile(&packs).expect("the packs can run")
}

#[cfg(feature = "rules")]
fn check_guarded(case: &Case, redaction: &Redaction) -> Result<(), String> {
    let name = case.folder.display();
    let plain = Config { framing: case.framing, dialect: Some(case.dialect), ..Config::default() };
    let guarded = Config { redaction: Some(redaction.clone()), ..plain.clone() };
    let events = decode(&guarded, &case.body, &[]);
    let found = events.iter().any(|event| matches!(event, Event::Match { .. }));
    let file = case.folder.join("guarded.jsonl");
    let lines = json_lines(&events);
    if std::env::var_os("MIDSTREAM_BLESS").is_some() && found {
        std::fs::write(&file, &lines).map_err(|error| format!("{name}: {error}"))?;
    }
    match std::fs::read_to_string(&file) {
        Ok(expected) if expected == lines => {}
        Ok(_) => return Err(format!("{name}: other events than in guarded.jsonl")),
        Err(_) if found => return Err(format!("{name}: expected guarded.jsonl, since rules match, found none")),
        Err(_) => return Ok(()),
    }
    if decode(&guarded, &case.body, &bytewise(case.body.len())) != events {
        return Err(format!("{name}: other events under rules, byte by byte"));
    }
    Ok(())
}
