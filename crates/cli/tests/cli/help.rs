//! The help teaches.

use crate::command::run;

#[test]
fn the_help_names_every_command_and_the_exit_codes() {
    let run = run(["--help"]);
    assert_eq!(run.code, 0);
    for command in COMMANDS {
        assert!(run.stdout.contains(&format!("\n  {command} ")), "{command} is missing in:\n{}", run.stdout);
    }
    assert!(run.stdout.contains("Exit codes:"));
    assert!(!run.stdout.contains('\u{1B}'), "colours in a pipe");
}

#[test]
fn the_help_of_every_command_has_examples_and_its_exit_codes() {
    for command in COMMANDS {
        let run = run([command, "--help"]);
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("Examples:\n  "), "{command}");
        assert!(run.stdout.contains("\nExit codes: 0 "), "{command}");
        assert!(run.stdout.contains(&format!("midstream {command} ")), "{command}");
    }
}

const COMMANDS: [&str; 9] =
    ["frames", "decode", "analyze", "entities", "graph", "relations", "replay", "serve", "watch"];
