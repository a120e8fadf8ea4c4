//! Whether a value looks like a secret: made by a machine, or a password that is none of the usual stand-ins.

use super::base64;

/// At least one digit of ASCII and one letter, or a character beyond ASCII.
pub(super) fn digit_and_letter(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit) && value.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
}

/// Looks drawn at random: an unbroken run of letters and digits changes its kind of character often enough. Names,
/// versions, dates, paths and calls change at a few places only.
///
/// Of n random characters of Base64 or `[0-9a-z]` more than a quarter follow one of the other kind, in hexadecimal nearly
/// half; an eighth is asked for, and three changes in a short run. Runs of all three kinds (digits, lower and upper case)
/// also count where half of them changes.
pub(super) fn random(value: &[u8]) -> bool {
    value.split(|byte| !byte.is_ascii_alphanumeric()).any(|run| {
        let digits = changes(run, u8::is_ascii_digit);
        let long = digits >= if run.len() < 16 { 3 } else { 2 } && digits * 8 >= run.len();
        let cases = changes(run, u8::is_ascii_lowercase).max(changes(run, u8::is_ascii_uppercase)) + digits;
        let mixed = digits >= 1 && run.iter().any(u8::is_ascii_lowercase) && run.iter().any(u8::is_ascii_uppercase);
        let often = (run.len() >= 16 || digits >= 2) && cases * 2 > run.len();
        run.len() >= 7 && (run.len() >= 8 && long || mixed && often)
    })
}

/// How often neighbours differ in whether they are of a kind.
fn changes(run: &[u8], kind: impl Fn(&u8) -> bool) -> usize {
    run.windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1])).count()
}

/// A password someone may really have: no variable, call or template, none of the words that stand for one, and more
/// than one kind of characters.
pub(super) fn password(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let opens = value.first().is_some_and(|byte| matches!(byte, b'$' | b'{' | b'<' | b'%' | b'[' | b'(' | b'*' | b'&'));
    if opens || STAND_INS.iter().any(|word| lower == word.as_bytes()) || PARTS.iter().any(|part| has(&lower, part)) {
        return false;
    }
    let name = value.iter().position(|byte| !byte.is_ascii_alphanumeric() && !joins(byte));
    let closes = value.last().is_some_and(|last| matches!(last, b'(' | b')' | b']'));
    let is_call = name.is_some_and(|end| {
        let is_type = value[end + 1..].iter().all(u8::is_ascii_digit);
        end > 0 && matches!(value[end], b'(' | b'[') && (closes || is_type)
    });
    let is_name = value.iter().all(|byte| byte.is_ascii_alphabetic() || joins(byte));
    !is_call && !is_name && !is_field(&lower) && kinds(value) >= 2
}

/// The name of a field for passwords, which has a digit or two at its end: `password2`, `confirm_password1`.
fn is_field(lower: &[u8]) -> bool {
    let digits = lower.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let is_name = lower.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    digits < 3 && is_name && (has(lower, "password") || has(lower, "passwd"))
}

/// Characters of three kinds at least: lower case, upper case, digits, punctuation other than in names.
pub(super) fn three_kinds(value: &[u8]) -> bool {
    kinds(value) >= 3
}

fn kinds(value: &[u8]) -> usize {
    let has = |kind: fn(&u8) -> bool| usize::from(value.iter().any(kind));
    let marks = |byte: &u8| byte.is_ascii_punctuation() && !joins(byte);
    has(|byte| byte.is_ascii_lowercase() || !byte.is_ascii())
        + has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_digit)
        + has(marks)
}

/// Joins the parts of a name.
fn joins(byte: &u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.' | b'/')
}

fn has(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Words that stand for a password.
const STAND_INS: [&str; 14] = [
    "pass",
    "password",
    "password1",
    "passwd",
    "secret",
    "token",
    "test123",
    "foo",
    "bar",
    "none",
    "null",
    "true",
    "false",
    "string",
];

/// What no password has in it but code and templates do.
const PARTS: [&str; 13] = ["${", "#{", "{{", "%(", "()", "<%", "$(", "env[", "env.", "://", "...", "\\n", "%s"];

/// A JSON Web Token's first two parts: Base64 of JSON objects, the first with `alg` or `typ` in it (RFC 7519, 7.2).
pub(super) fn jwt(value: &[u8]) -> bool {
    let mut parts = value.split(|&byte| byte == b'.');
    let mut object = || {
        let text = base64::decode(parts.next()?)?;
        let trimmed = text.trim_ascii();
        (trimmed.starts_with(b"{") && trimmed.ends_with(b"}")).then_some(text)
    };
    let (header, payload) = (object(), object());
    let named = |header: &[u8]| header.windows(5).any(|window| window == b"\"alg\"" || window == b"\"typ\"");
    header.is_some_and(|header| named(&header)) && payload.is_some()
}

/// Base64 of `user:password` in printable characters (RFC 7617).
pub(super) fn basic_auth(value: &[u8]) -> bool {
    base64::decode(value).is_some_and(|text| {
        text.len() > 2
            && text.contains(&b':')
            && std::str::from_utf8(&text).is_ok_and(|text| !text.contains(char::is_control))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_values_are_told_from_names() {
        for value in
            ["0afae57f3ccfd9d7f5767067", "q3Vt8wYz1Xb7Rc4Jd9", "key_9a8b7c6d5e", "dafa7817-e246-48f3-91a7-e87653d587b8"]
        {
            assert!(random(value.as_bytes()), "{value}");
        }
        for value in [
            "X25519.KeyPair",
            "rc0.13.0_20230412_0712-SNAPSHOT",
            "kVK_Return.u16",
            "NRG0-Hermes-INTERNAL-API",
            "cmp2-qat-1208358310",
            "x64-uwp=fail",
            "getTokenFromCache2",
            "utf8mb4_unicode_ci",
            "ultraPictureBox1",
        ] {
            assert!(!random(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn passwords_are_told_from_stand_ins() {
        for value in
            ["P@ssw0rd$1", "hunter2", "j0hn-doe", "correct horse 7", "hunter(42)!", "password123", "Password1!"]
        {
            assert!(password(value.as_bytes()), "{value}");
        }
        for value in [
            "password",
            "${DB_PASS}",
            "getpass.getpass()",
            "config.password",
            "db_password",
            "<secret>",
            "%(pw)s",
            "hash2(plain)",
            "confirm_password2",
            "argv[1]",
            "VARCHAR(255",
        ] {
            assert!(!password(value.as_bytes()), "{value}");
        }
        assert!(three_kinds(b"q3Vt8wYz") && three_kinds(b"hunter-42!") && !three_kinds(b"hunter-42"));
    }

    #[test]
    fn tokens_are_read() {
        assert!(jwt(b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0"));
        assert!(!jwt(b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJh"), "the payload is cut off");
        assert!(!jwt(b"eyJhIjoxfQ.eyJzdWIiOiJhIn0"), "no algorithm");
        assert!(basic_auth(b"YWRhOnNlY3JldA==") && basic_auth(b"YWRhOnNlY3JldA"));
        assert!(!basic_auth(b"cmVhbG0x") && !basic_auth(b"realm"));
    }
}
