//! The regular expressions of rules: one dialect for the compiler, the tests and the reference.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

/// Reads one of a rule's patterns.
///
/// # Errors
///
/// It can't be parsed, can match part of a character, or has look-around (`^`, `$`, `\b`), which the rule's `boundary`,
/// `before` and `after` stand for.
pub fn parse(pattern: &str, unicode: bool, case_insensitive: bool) -> Result<Hir, String> {
    let mut parser = ParserBuilder::new()
        .unicode(unicode)
        .utf8(true)
        .case_insensitive(case_insensitive)
        .nest_limit(NEST_LIMIT)
        .build();
    let hir = parser.parse(pattern).map_err(|error| told(&error))?;
    if hir.properties().look_set().is_empty() {
        Ok(hir)
    } else {
        Err("expected no `^`, `$`, `\\b` or other look-around; use `boundary`, `before` or `after`".into())
    }
}

/// Deeper nesting of groups is an error; bounds the parser's work.
const NEST_LIMIT: u32 = 64;

/// The error's essence on one line; regex-syntax draws pictures of several lines.
fn told(error: &regex_syntax::Error) -> String {
    use regex_syntax::hir::ErrorKind::InvalidUtf8;
    match error {
        regex_syntax::Error::Parse(error) => {
            format!("can't read the pattern at byte {}: {}", error.span().start.offset, error.kind())
        }
        regex_syntax::Error::Translate(error) if matches!(error.kind(), InvalidUtf8) => {
            let at = error.span().start.offset;
            format!("the pattern at byte {at} can match part of a character; write a range of ASCII or set `unicode`")
        }
        regex_syntax::Error::Translate(error) => {
            format!("can't read the pattern at byte {}: {}", error.span().start.offset, error.kind())
        }
        other => other.to_string().replace('\n', " "),
    }
}
