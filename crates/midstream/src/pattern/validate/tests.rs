//! Published examples of national numbers, and what one changed digit makes of them.

use super::Validator;

#[test]
fn published_numbers_are_accepted_and_changed_ones_are_not() {
    for (name, values) in [
        ("us-ssn", &["536-90-4399"][..]),
        ("us-itin", &["912-90-3456"]),
        ("us-routing", &["111000025", "021000021"]),
        ("uk-nino", &["AB 12 34 56 C", "jg121316a"]),
        ("uk-nhs", &["943 476 5919"]),
        ("de-tax-id", &["86 095 742 719", "65929970489"]),
        ("de-id-card", &["L01X00T471", "T220001293"]),
        ("fr-nir", &["2 55 08 14 168 025 38"]),
        ("es-dni", &["12345678Z", "X1234567L", "54362315-K"]),
        ("it-fiscal-code", &["RSSMRA85T10A562S", "rccmnl83s18d969h"]),
        ("nl-bsn", &["1112.22.333", "123456782"]),
        ("be-national", &["85.07.30-033 28"]),
        ("pl-pesel", &["44051401359"]),
        ("se-personnummer", &["811228-9874", "19670919-9530"]),
        ("fi-hetu", &["131052-308T"]),
        ("no-fodselsnummer", &["151086 95088"]),
        ("dk-cpr", &["211062-5629"]),
        ("pt-nif", &["501 964 843"]),
        ("ch-ahv", &["756.9217.0769.85"]),
        ("at-svnr", &["1237 010180"]),
        ("ie-pps", &["6433435F", "6433435OA"]),
        ("cz-rodne-cislo", &["710319/2745"]),
        ("bg-egn", &["752316 926 3"]),
        ("ro-cnp", &["1630615123457"]),
        ("hr-oib", &["33392005961"]),
        ("ee-isikukood", &["36805280109"]),
        ("tr-kimlik", &["17291716060"]),
        ("ru-snils", &["112-233-445 95"]),
        ("ru-inn", &["7707083893", "500100732259"]),
        ("ca-sin", &["123-456-782"]),
        ("br-cpf", &["390.533.447-05"]),
        ("br-cnpj", &["16.727.230/0001-97"]),
        ("ar-cuit", &["20-05536168-2"]),
        ("cl-rut", &["12.531.909-2"]),
        ("mx-curp", &["BOXW310820HNERXN09"]),
        ("au-tfn", &["123 456 782"]),
        ("au-medicare", &["2123 45670 1"]),
        ("in-aadhaar", &["2341 2341 2346"]),
        ("cn-resident", &["360426199101010071", "11010519491231002X"]),
        ("jp-my-number", &["1234 5678 9018"]),
        ("kr-rrn", &["971013-9019902"]),
        ("za-id", &["7503305044089"]),
        ("sg-nric", &["S1234567D"]),
        ("hk-id", &["A123456(3)"]),
        ("tw-id", &["A123456789"]),
        ("th-id", &["1-2345-67890-12-1"]),
        ("il-id", &["123456782"]),
    ] {
        let validator = Validator::NAMES.iter().find(|(known, _)| *known == name).expect(name).1;
        for value in values {
            assert!(validator.accepts(value.as_bytes()), "{name}: {value}");
            assert!(
                !validator.accepts(&value.as_bytes()[1..]) || name == "us-itin",
                "{name}: {value} without its first"
            );
            // No check digit, only ranges.
            if !["us-ssn", "us-itin", "uk-nino", "dk-cpr"].contains(&name) {
                let at = value.bytes().rposition(|byte| byte.is_ascii_digit()).expect("digits");
                let mut changed = value.as_bytes().to_vec();
                changed[at] = if changed[at] == b'9' { b'0' } else { changed[at] + 1 };
                assert!(!validator.accepts(&changed) || name == "au-medicare", "{name}: {value} with a digit changed");
            }
        }
    }
    for (name, value) in [
        ("us-ssn", "666-12-3456"),
        ("us-ssn", "123-00-3456"),
        ("uk-nino", "QQ123456C"),
        ("uk-nino", "GB123456A"),
        ("dk-cpr", "321062-5629"),
        ("us-itin", "912-66-3456"),
        ("br-cpf", "111.111.111-11"),
    ] {
        let validator = Validator::NAMES.iter().find(|(known, _)| *known == name).expect(name).1;
        assert!(!validator.accepts(value.as_bytes()), "{name}: {value}");
    }
}

#[test]
fn no_value_makes_a_check_fail_to_answer() {
    let values: [&[u8]; 9] = [
        b"",
        b"0",
        b"-",
        b"AAAAAAAAAAAAAAAAAA",
        b"\xFF\xFE",
        b"00000000000000000000000000000000000",
        b"A1",
        b"{\xC3\xA9}",
        &[b'9'; 4096],
    ];
    for (name, validator) in Validator::NAMES {
        for value in values {
            // What it says is tested above; here it has to come back.
            let told = validator.accepts(value);
            assert!(!(told && value.is_empty()), "{name} accepts nothing at all");
        }
    }
}
