//! Every case of `corpus/` gives its expected events, however it is cut, its dialect given or recognised.

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
