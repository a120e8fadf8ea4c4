//! Percentages and quantities with units.

use super::amount::Amount;
use super::decimal::shifted;
use super::view::{List, Starts, View};
use super::{Kind, Match};

/// `5%`, `5.5 percent`.
pub(super) fn percent(view: &View<'_>, amount: &Amount) -> Option<Match> {
    let number = &amount.plain;
    let gap = view.spaces(number.end);
    let close = view.space(number.end);
    let permille = view.reads(close, "‰");
    if permille {
        return Some(Match::new(Kind::Percent, close + 3, Some(format!("{}%", shifted(&number.value, -1)))));
    }
    let end = if view.is(close, b'%') {
        close + 1
    } else {
        view.one_of(gap, PERCENT)
            .map(|(_, end)| end)
            .or_else(|| view.word(gap, "per").and_then(|end| view.word(view.spaces(end), "cent")))?
    };
    (!view.is_word(end)).then(|| Match::new(Kind::Percent, end, Some(format!("{}%", number.value))))
}

/// A number and a unit: the value and the unit's symbol.
pub(super) fn quantity(view: &View<'_>, amount: &Amount) -> Option<Match> {
    let number = amount.scaled();
    let close = amount.plain.end;
    // `a 5-mile run`
    let hyphened = view.is(number.end, b'-');
    let unit = if hyphened { number.end + 1 } else { view.space(number.end) };
    let first = view.get(unit).filter(|&byte| UNIT_STARTS.has(byte))?;
    let mut left = UNITS_BY_START[usize::from(first & 0x1F)];
    let may_be = std::iter::from_fn(|| {
        let unit = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(&UNITS[unit])
    });
    { may_be }.find_map(|(symbol, words)| {
        let exact = view.reads(unit, symbol) && !view.is_word(unit + symbol.len());
        // `5 in the` and `3 A` are no quantities: symbols that are words stand close or not at all.
        // `802.11ac`
        let is_close = unit == close && !["A", "J", "K", "t", "ac"].contains(symbol)
            || symbol.len() > 1 && *symbol != "in" && (*symbol != "ac" || unit > close)
            || !hyphened && ["m", "g", "L", "V", "W"].contains(symbol);
        if exact && is_close {
            let (rest, end) = per(view, unit + symbol.len());
            return Some(Match::new(Kind::Quantity, end, Some(format!("{} {symbol}{rest}", number.value))));
        }
        let end = view.one_of(unit, words)?.1;
        // `a 6-foot-tall man`
        (!hyphened || !view.is(end, b'-'))
            .then(|| Match::new(Kind::Quantity, end, Some(format!("{} {symbol}", number.value))))
    })
}

/// Whether this is the symbol of a unit: `kWh`, `mAh`.
pub(super) fn is_symbol(text: &[u8]) -> bool {
    UNITS.iter().any(|(symbol, _)| symbol.as_bytes() == text)
}

/// `5'10"`, `6 ft 2 in`: what people's heights are written as, in inches.
pub(super) fn feet_and_inches(view: &View<'_>, at: usize) -> Option<Match> {
    let (count, feet) = view.digits(at);
    let end = at + count;
    let (mark, marks, start) = match view.get(end)? {
        b'\'' => (true, ["\"", "''"].as_slice(), end + 1),
        0xE2 => (true, ["”", "″"].as_slice(), end + 3),
        b' ' => (false, [].as_slice(), view.spaces(view.one_of(end + 1, &["ft", "feet", "foot"])?.1)),
        _ => return None,
    };
    if mark && start == end + 3 && !["’", "′"].iter().any(|sign| view.reads(end, sign)) {
        return None;
    }
    let (count, inches) = view.digits(start);
    if !(1..=2).contains(&count) || inches > 11 {
        return None;
    }
    let close = start + count;
    let sign = || marks.iter().find(|sign| view.reads(close, sign));
    let end = if mark { close + sign()?.len() } else { view.one_of(view.spaces(close), &["inches", "inch", "in"])?.1 };
    Some(Match::new(Kind::Quantity, end, Some(format!("{} in", feet * 12 + inches))))
}

/// What a unit by its symbol, which ends here, is raised to or divided by, and one past that: `²`, `/s²`, `/kg`.
fn per(view: &View<'_>, mut end: usize) -> (String, usize) {
    let mut rest = String::new();
    let power = |rest: &mut String, at: usize| {
        let (sign, end) = match view.get(at) {
            Some(0xC2) if view.is(at + 1, 0xB2) => ("²", at + 2),
            Some(0xC2) if view.is(at + 1, 0xB3) => ("³", at + 2),
            Some(b'^') if view.is(at + 1, b'2') && !view.is_word(at + 2) => ("²", at + 2),
            Some(b'^') if view.is(at + 1, b'3') && !view.is_word(at + 2) => ("³", at + 2),
            _ => return at,
        };
        rest.push_str(sign);
        end
    };
    end = power(&mut rest, end);
    if view.is(end, b'/')
        && let Some((_, stop)) = view.one_in(end + 1, &PER).or_else(|| view.one_of(end + 1, PER_LETTERS))
    {
        rest += view.text(end, stop);
        end = power(&mut rest, stop);
    }
    (rest, end)
}

/// What amounts are divided by.
static PER: List =
    List::of(&["sec", "min", "hr", "hour", "day", "week", "month", "year", "yr", "kg", "mg", "dL", "mL", "cm", "mol"]);

const PER_LETTERS: &[&str] = &["s", "h", "d", "g", "L", "m", "K", "W"];

const PERCENT: &[&str] = &["percent", "pct", "Prozent", "pour cent", "por ciento", "per cento", "процентов"];

/// Units by symbol, and the words for them.
const UNITS: &[(&str, &[&str])] = &[
    ("km/h", &["kph", "kmh", "kilometers per hour", "kilometres per hour"]),
    ("mph", &["miles per hour"]),
    ("m/s", &["meters per second"]),
    ("km²", &["square kilometers", "square kilometres", "sq km"]),
    ("m²", &["square meters", "square metres", "sqm", "m2"]),
    ("ft²", &["square feet", "square foot", "sq ft", "sq. ft", "sqft"]),
    ("mi²", &["square miles", "square mile", "sq mi"]),
    ("m³", &["cubic meters", "cubic metres", "m3"]),
    ("km", &["kilometers", "kilometres", "kilometer", "kilometre"]),
    ("cm", &["centimeters", "centimetres", "centimeter", "centimetre"]),
    ("mmHg", &[]),
    ("mm", &["millimeters", "millimetres", "millimeter", "millimetre"]),
    ("µm", &["micrometers", "micrometres", "microns", "μm"]),
    ("nm", &["nanometers", "nanometres"]),
    ("m", &["meters", "metres", "meter", "metre"]),
    ("mi", &["miles", "mile"]),
    ("yd", &["yards", "yard"]),
    ("ft", &["feet", "foot"]),
    ("in", &["inches", "inch"]),
    ("kg", &["kilograms", "kilogram", "kilos", "kgs"]),
    ("mg", &["milligrams", "milligram"]),
    ("µg", &["micrograms", "μg", "mcg"]),
    ("g", &["grams", "gram"]),
    ("t", &["tons", "tonnes", "tonne"]),
    ("lb-ft", &["lb⋅ft", "foot-pounds", "pound-feet"]),
    ("lb", &["pounds", "lbs"]),
    ("fl oz", &["fluid ounces", "fluid ounce", "fl. oz"]),
    ("oz", &["ounces", "ounce"]),
    ("ml", &["milliliters", "millilitres", "mL"]),
    ("L", &["liters", "litres", "liter", "litre", "l"]),
    ("cup", &["cups"]),
    ("tbsp", &["tablespoons", "tablespoon", "tbsp"]),
    ("tsp", &["teaspoons", "teaspoon", "tsp"]),
    ("pt", &["pints", "pint"]),
    ("qt", &["quarts", "quart"]),
    ("gal", &["gallons", "gallon"]),
    ("ha", &["hectares"]),
    ("ac", &["acres", "acre"]),
    ("KB", &["kilobytes"]),
    ("MB", &["megabytes", "megabyte"]),
    ("GB", &["gigabytes", "gigabyte"]),
    ("TB", &["terabytes", "terabyte"]),
    ("PB", &["petabytes"]),
    ("KiB", &[]),
    ("MiB", &[]),
    ("GiB", &[]),
    ("TiB", &[]),
    ("Gbps", &["Gbit/s"]),
    ("Mbps", &["Mbit/s"]),
    ("MB/s", &[]),
    ("GB/s", &[]),
    ("bit", &["bits"]),
    ("byte", &["bytes"]),
    ("px", &["pixels", "pixel"]),
    ("GHz", &["gigahertz"]),
    ("MHz", &["megahertz"]),
    ("kHz", &["kilohertz"]),
    ("Hz", &["hertz"]),
    ("kWh", &["kilowatt-hours", "kilowatt hours"]),
    ("MWh", &[]),
    ("GW", &["gigawatts"]),
    ("MW", &["megawatts"]),
    ("kW", &["kilowatts"]),
    ("W", &["watts", "watt"]),
    ("kV", &[]),
    ("V", &["volts", "volt"]),
    ("mAh", &[]),
    ("mA", &[]),
    ("A", &["amps", "amperes"]),
    ("kJ", &["kilojoules"]),
    ("J", &["joules"]),
    ("kcal", &["calories"]),
    ("Pa", &["pascals"]),
    ("hPa", &[]),
    ("kPa", &[]),
    ("MPa", &[]),
    ("kN", &[]),
    ("rpm", &[]),
    ("ppm", &["parts per million"]),
    ("ppb", &["parts per billion"]),
    ("dpi", &[]),
    ("hp", &["horsepower"]),
    ("Wh", &["watt-hours"]),
    ("GWh", &[]),
    ("TWh", &[]),
    ("kB", &[]),
    ("kbps", &["kbit/s"]),
    ("ly", &["light-years", "light years"]),
    ("kn", &["knots"]),
    ("bar", &[]),
    ("psi", &[]),
    ("°C", &["degrees Celsius", "degrees C", "celsius", "℃", "° C", "Grad Celsius"]),
    ("°F", &["degrees Fahrenheit", "degrees F", "fahrenheit", "℉", "° F"]),
    ("K", &["kelvin"]),
    ("°", &["degrees", "degree"]),
    ("dB", &["decibels"]),
    ("mol", &["moles"]),
    ("mmol", &["millimoles"]),
    ("bpm", &["beats per minute"]),
    ("ppi", &[]),
    ("fps", &["frames per second"]),
    ("atm", &["atmospheres"]),
    ("mW", &["milliwatts"]),
    ("mV", &["millivolts"]),
    ("µl", &["microliters", "microlitres", "µL", "μL"]),
];

/// What each of them begins with, and all.
static STARTS_OF_UNITS: &[Starts] = &{
    let (mut starts, mut at) = ([Starts::NONE; UNITS.len()], 0);
    while at < UNITS.len() {
        starts[at] = Starts::NONE.with(UNITS[at].0).with_all(UNITS[at].1);
        at += 1;
    }
    starts
};

static UNIT_STARTS: Starts = Starts::all(STARTS_OF_UNITS);

/// For what a first byte has in its last five bits, which units begin with that, a bit each.
static UNITS_BY_START: [u128; 32] = {
    let (mut units, mut unit) = ([0; 32], 0);
    assert!(UNITS.len() <= 128);
    while unit < UNITS.len() {
        let mut byte = 0;
        while byte < 256 {
            if STARTS_OF_UNITS[unit].has(byte as u8) {
                units[byte & 0x1F] |= 1 << unit;
            }
            byte += 1;
        }
        unit += 1;
    }
    units
};
