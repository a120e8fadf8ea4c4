//! Checks of a match beyond its shape: checksums, ranges, entropy. No regular expressions, no allocation in proportion
//! to anything but the value; part of the WASM.
//!
//! Each takes the matched bytes as they stand in the text, separators and all, and says whether they can be what the rule
//! looks for.

#![allow(clippy::manual_is_multiple_of, reason = "checks stand as their sources write them")]

mod base64;
mod coins;
mod digits;
mod entropy;
mod europe;
mod numbers;
mod secrets;
#[cfg(test)]
mod tests;
mod world;

pub use entropy::entropy_millibits;

macro_rules! validators {
    ($($name:literal $variant:ident $doc:literal $check:path),* $(,)?) => {
        /// A check by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Validator {
            $(#[doc = $doc] $variant),*
        }

        impl Validator {
            /// All validators with their names in files. The order is that of the compact format: new ones go to the end.
            pub const NAMES: &[(&str, Self)] = &[$(($name, Self::$variant)),*];

            /// Whether `value` can be what it looks like.
            #[must_use]
            pub fn accepts(self, value: &[u8]) -> bool {
                match self {
                    $(Self::$variant => $check(value)),*
                }
            }
        }
    };
}

validators! {
    "luhn" Luhn "The Luhn check digit over all digits (ISO/IEC 7812-1, annex B)." digits::luhn,
    "digit-and-letter" DigitAndLetter "At least one digit and one letter of ASCII." secrets::digit_and_letter,
    "random" Random "Looks drawn at random, unlike names, versions and paths." secrets::random,
    "password" Password "A password someone may have: no variable, call, template or stand-in." secrets::password,
    "jwt" Jwt "The first two parts of a JSON Web Token (RFC 7519)." secrets::jwt,
    "basic-auth" BasicAuth "Base64 of `user:password` (RFC 7617)." secrets::basic_auth,
    "card" Card "A payment card's issuer, length and Luhn digit (ISO/IEC 7812)." numbers::card,
    "iban" Iban "An IBAN's length by country and check digits (ISO 13616, ISO 7064 MOD 97-10)." numbers::iban,
    "ipv4" Ipv4 "An IPv4 address in dotted decimal." numbers::ipv4,
    "ipv6" Ipv6 "An IPv6 address (RFC 4291)." numbers::ipv6,
    "date" Date "A date that the calendar has." numbers::date,
    "phone-international" PhoneInternational "A telephone number with a country code (ITU-T E.164)." numbers::phone_international,
    "phone-national" PhoneNational "A telephone number in national form." numbers::phone_national,
    "phone-nanp" PhoneNanp "A telephone number of the North American plan." numbers::phone_nanp,
    "base58check" Base58check "Base58Check, as in Bitcoin's addresses." coins::base58check,
    "bech32" Bech32 "Bech32 or Bech32m (BIP-173, BIP-350)." coins::bech32,
    "eip55" Eip55 "An Ethereum address (EIP-55)." coins::eip55,
    "uk-nino" UkNino "UK national insurance number." europe::uk_nino,
    "uk-nhs" UkNhs "UK NHS number." europe::uk_nhs,
    "de-tax-id" DeTaxId "German tax id." europe::de_tax_id,
    "de-id-card" DeIdCard "German identity card or passport number with its check digit." europe::de_id_card,
    "fr-nir" FrNir "French social security number." europe::fr_nir,
    "es-dni" EsDni "Spanish DNI and NIE." europe::es_dni,
    "it-fiscal-code" ItFiscalCode "Italian codice fiscale." europe::it_fiscal_code,
    "nl-bsn" NlBsn "Dutch BSN." europe::nl_bsn,
    "be-national" BeNational "Belgian national number." europe::be_national,
    "pl-pesel" PlPesel "Polish PESEL." europe::pl_pesel,
    "se-personnummer" SePersonnummer "Swedish personnummer." europe::se_personnummer,
    "fi-hetu" FiHetu "Finnish henkilotunnus." europe::fi_hetu,
    "no-fodselsnummer" NoFodselsnummer "Norwegian fodselsnummer." europe::no_fodselsnummer,
    "dk-cpr" DkCpr "Danish CPR number." europe::dk_cpr,
    "pt-nif" PtNif "Portuguese NIF." europe::pt_nif,
    "ch-ahv" ChAhv "Swiss AHV number." europe::ch_ahv,
    "at-svnr" AtSvnr "Austrian social security number." europe::at_svnr,
    "ie-pps" IePps "Irish PPS number." europe::ie_pps,
    "cz-rodne-cislo" CzRodneCislo "Czech and Slovak rodne cislo." europe::cz_rodne_cislo,
    "bg-egn" BgEgn "Bulgarian EGN." europe::bg_egn,
    "ro-cnp" RoCnp "Romanian CNP." europe::ro_cnp,
    "hr-oib" HrOib "Croatian OIB." europe::hr_oib,
    "ee-isikukood" EeIsikukood "Estonian and Lithuanian personal code." europe::ee_isikukood,
    "tr-kimlik" TrKimlik "Turkish identity number." europe::tr_kimlik,
    "ru-snils" RuSnils "Russian SNILS." europe::ru_snils,
    "ru-inn" RuInn "Russian INN of a person." europe::ru_inn,
    "us-ssn" UsSsn "US social security number." world::us_ssn,
    "us-itin" UsItin "US taxpayer number of those without an SSN." world::us_itin,
    "us-routing" UsRouting "US bank routing number." world::us_routing,
    "ca-sin" CaSin "Canadian social insurance number." world::ca_sin,
    "br-cpf" BrCpf "Brazilian CPF." world::br_cpf,
    "br-cnpj" BrCnpj "Brazilian CNPJ." world::br_cnpj,
    "ar-cuit" ArCuit "Argentine CUIT or CUIL." world::ar_cuit,
    "cl-rut" ClRut "Chilean RUT." world::cl_rut,
    "mx-curp" MxCurp "Mexican CURP." world::mx_curp,
    "au-tfn" AuTfn "Australian tax file number." world::au_tfn,
    "au-medicare" AuMedicare "Australian Medicare card." world::au_medicare,
    "in-aadhaar" InAadhaar "Indian Aadhaar number." world::in_aadhaar,
    "cn-resident" CnResident "Chinese resident identity number." world::cn_resident,
    "jp-my-number" JpMyNumber "Japanese My Number." world::jp_my_number,
    "kr-rrn" KrRrn "Korean resident registration number." world::kr_rrn,
    "za-id" ZaId "South African identity number." world::za_id,
    "sg-nric" SgNric "Singapore NRIC and FIN." world::sg_nric,
    "hk-id" HkId "Hong Kong identity card." world::hk_id,
    "tw-id" TwId "Taiwanese identity number." world::tw_id,
    "th-id" ThId "Thai identity number." world::th_id,
    "il-id" IlId "Israeli identity number." world::il_id,
    "ae-id" AeId "Identity number of the Emirates." world::ae_id,
    "three-kinds" ThreeKinds "Characters of three kinds: lower case, upper case, digits, punctuation." secrets::three_kinds,
    "mac" Mac "An EUI-48 or EUI-64 (IEEE 802): 12 or 16 hexadecimal digits." numbers::mac,
}
