//! Values that have a form: what is found, what is left alone, and that it does not matter how the text is cut.

use midstream::Moment;
use midstream::entity::structured::{Found, Kind, Settings, Structured};
use midstream_testkit::{assert_any_cut_reads_the_same, bytewise, pieces, shared_data};
use proptest::prelude::*;

fn settings() -> Settings {
    // A Thursday.
    Settings { now: "2024-02-29T12:00:00Z".parse().ok(), ..Settings::default() }
}

fn find(text: &str, settings: Settings) -> Vec<Found> {
    let mut structured = Structured::new(settings);
    let mut found = Vec::new();
    structured.push(text, &mut found);
    structured.finish(&mut found);
    found
}

/// `KIND text = normal form` of each value.
fn told(text: &str) -> Vec<String> {
    let line = |found: &Found| {
        let value = &text[found.start as usize..found.end as usize];
        format!("{} {value} = {}", found.kind.name(), found.normalized.as_deref().unwrap_or("?"))
    };
    find(text, settings()).iter().map(line).collect()
}

/// A text, and what is to be found in it.
const CASES: &[(&str, &[&str])] = &[
    // Addresses
    ("Mail Ada.Lovelace+x@Example.CO.UK.", &["EMAIL Ada.Lovelace+x@Example.CO.UK = Ada.Lovelace+x@example.co.uk"]),
    ("请联系foo@bar.com。谢谢", &["EMAIL foo@bar.com = foo@bar.com"]),
    (
        "anna.o'neil@example.com to='a@b.org'",
        &["EMAIL anna.o'neil@example.com = anna.o'neil@example.com", "EMAIL a@b.org = a@b.org"],
    ),
    (
        "\"john doe\"@example.com, \"john.doe\"@Example.com; \"he said\", {\"a\": \"b@c.de\"}, \"x\"@, \"quoted",
        &[
            "EMAIL \"john doe\"@example.com = \"john doe\"@example.com",
            "EMAIL \"john.doe\"@Example.com = \"john.doe\"@example.com",
            "EMAIL b@c.de = b@c.de",
        ],
    ),
    ("<mailto:a@b.org>, 'c@d.net'", &["EMAIL a@b.org = a@b.org", "EMAIL c@d.net = c@d.net"]),
    ("@handle a@b user@localhost x@y.1", &[]),
    ("<anna@Exämple.de> почта@пример.com", &["EMAIL anna@Exämple.de = anna@exämple.de"]),
    (
        "See https://Example.com/A(b)?q=1#x, or (http://x.org/y).",
        &["URL https://Example.com/A(b)?q=1#x = https://example.com/A(b)?q=1#x", "URL http://x.org/y = http://x.org/y"],
    ),
    (
        "www.example.museum and example.com/a, not e.g. main.rs or i.e. this.",
        &["URL www.example.museum = www.example.museum", "URL example.com/a = example.com/a"],
    ),
    ("“https://example.org/wiki/Zürich”", &["URL https://example.org/wiki/Zürich = https://example.org/wiki/Zürich"]),
    (
        "[docs](https://a.dev/b) **https://c.io**",
        &["URL https://a.dev/b = https://a.dev/b", "URL https://c.io = https://c.io"],
    ),
    (
        "10.0.0.1, 192.168.0.0/16 2001:DB8::1 ::1 256.1.1.1",
        &[
            "IP 10.0.0.1 = 10.0.0.1",
            "IP 192.168.0.0/16 = 192.168.0.0/16",
            "IP 2001:DB8::1 = 2001:db8::1",
            "IP ::1 = ::1",
        ],
    ),
    // Codes
    (
        "id 123E4567-e89b-12d3-a456-426614174000",
        &["UUID 123E4567-e89b-12d3-a456-426614174000 = 123e4567-e89b-12d3-a456-426614174000"],
    ),
    ("d41d8cd98f00b204e9800998ecf8427e", &["HASH d41d8cd98f00b204e9800998ecf8427e = d41d8cd98f00b204e9800998ecf8427e"]),
    (
        "Pay to GB82 WEST 1234 5698 7654 32 now, or DE89370400440532013000.",
        &[
            "IBAN GB82 WEST 1234 5698 7654 32 = GB82WEST12345698765432",
            "IBAN DE89370400440532013000 = DE89370400440532013000",
        ],
    ),
    (
        "card 4111 1111 1111 1111 or 378282246310005",
        &["CARD 4111 1111 1111 1111 = 4111111111111111", "CARD 378282246310005 = 378282246310005"],
    ),
    ("no card: 4111111111111112", &["NUMBER 4111111111111112 = 4111111111111112"]),
    // Dates
    (
        "On 2024-02-29 at 12:30, 2024-02-29T12:30:05.250+01:00 and 2024/3/1.",
        &[
            "DATE 2024-02-29 = 2024-02-29",
            "TIME 12:30 = 12:30",
            "DATE 2024-02-29T12:30:05.250+01:00 = 2024-02-29T12:30:05.250+01:00",
            "DATE 2024/3/1 = 2024-03-01",
        ],
    ),
    (
        "3/4/2024 13/4/2024 4/13/2024 5.3.2024 2/30/2024",
        &[
            "DATE 3/4/2024 = 2024-03-04",
            "DATE 13/4/2024 = 2024-04-13",
            "DATE 4/13/2024 = 2024-04-13",
            "DATE 5.3.2024 = 2024-03-05",
        ],
    ),
    (
        "March 5, 2024; 5 March 2024; 5th of May; Sept. 2023; Oct 31",
        &[
            "DATE March 5, 2024 = 2024-03-05",
            "DATE 5 March 2024 = 2024-03-05",
            "DATE 5th of May = XXXX-05-05",
            "DATE Sept. 2023 = 2023-09",
            "DATE Oct 31 = XXXX-10-31",
        ],
    ),
    (
        "Monday, 4 March 2024, then Tuesday, tomorrow, last Friday, next month",
        &[
            "DATE Monday, 4 March 2024 = 2024-03-04",
            "DATE Tuesday = XXXX-WXX-2",
            "DATE tomorrow = 2024-03-01",
            "DATE last Friday = 2024-02-23",
            "DATE next month = 2024-03",
        ],
    ),
    (
        "3 days ago, 2 months ago, a 2010 film, in 1999 and the 1990s (1984) from 2001 to 2005",
        &[
            "DATE 3 days ago = 2024-02-26",
            "DATE 2 months ago = 2023-12-29",
            "DATE 2010 = 2010",
            "DATE 1999 = 1999",
            "DATE 1990s = 199X",
            "DATE 1984 = 1984",
            "DATE 2001 = 2001",
            "DATE 2005 = 2005",
        ],
    ),
    (
        "the day after tomorrow, \"The day before yesterday\", day after tomorrow; the day after, the day, the",
        &[
            "DATE the day after tomorrow = 2024-03-02",
            "DATE The day before yesterday = 2024-02-27",
            "DATE day after tomorrow = 2024-03-02",
        ],
    ),
    // Told from now.
    (
        "In three days, in 3 weeks, in 10 minutes, in an hour; in two weeks' time, in 2020, in the end, in tears",
        &[
            "DATE In three days = 2024-03-03",
            "DATE in 3 weeks = 2024-03-21",
            "DATE in 10 minutes = 2024-02-29T12:10",
            "DATE in an hour = 2024-02-29T13:00",
            "DATE in two weeks' time = 2024-03-14",
            "DATE 2020 = 2020",
        ],
    ),
    (
        "built in three days, finished in 3 weeks, expected in 3 weeks, the first in 20 years, in 3 days of work",
        &[
            "DURATION three days = P3D",
            "DURATION 3 weeks = P3W",
            "DATE in 3 weeks = 2024-03-21",
            "DURATION 20 years = P20Y",
            "DURATION 3 days = P3D",
        ],
    ),
    (
        "10 minutes ago, two hours ago, a week from now, an hour ago, 30 seconds from now; a year earlier, a well, an eye",
        &[
            "DATE 10 minutes ago = 2024-02-29T11:50",
            "DATE two hours ago = 2024-02-29T10:00",
            "DATE a week from now = 2024-03-07",
            "DATE an hour ago = 2024-02-29T11:00",
            "DATE 30 seconds from now = 2024-02-29T12:00:30",
            "DATE a year earlier = ?",
        ],
    ),
    (
        "quarter past five, half past ten, a quarter to six, at ten to six, 10 past 5, twenty past nine in the evening",
        &[
            "TIME quarter past five = 05:15",
            "TIME half past ten = 10:30",
            "TIME quarter to six = 05:45",
            "TIME ten to six = 05:50",
            "TIME 10 past 5 = 05:10",
            "TIME twenty past nine in the evening = 21:20",
        ],
    ),
    ("ten to six, five to ten people, at five to ten men, half past, a quarter to one third, the quarter past", &[]),
    (
        "7:30 in the evening, 10 o'clock at night, 8AM-5PM, 9:00-17:00, 14:00 UTC, 12:00 GMT+2, 10:30Z; 12:30-45",
        &[
            "TIME 7:30 in the evening = 19:30",
            "TIME 10 o'clock at night = 22:00",
            "TIME 8AM = 08:00",
            "TIME 5PM = 17:00",
            "TIME 9:00 = 09:00",
            "TIME 17:00 = 17:00",
            "TIME 14:00 UTC = 14:00Z",
            "TIME 12:00 GMT+2 = 12:00+02:00",
            "TIME 10:30Z = 10:30Z",
        ],
    ),
    (
        "2024-W05, 2024-W05-3, 2024-W54, 20240229T120000Z, 20240230T120000Z, 2024-05-01T10:00:00-0700, \
         2024-05-01 10:00 +0200, 2024-02-29 14:30 UTC+2",
        &[
            "DATE 2024-W05 = 2024-W05",
            "DATE 2024-W05-3 = 2024-W05-3",
            "DATE 20240229T120000Z = 2024-02-29T12:00:00Z",
            "DATE 2024-05-01T10:00:00-0700 = 2024-05-01T10:00:00-07:00",
            "DATE 2024-05-01 10:00 +0200 = 2024-05-01T10:00+02:00",
            "DATE 2024-02-29 14:30 UTC+2 = 2024-02-29T14:30+02:00",
        ],
    ),
    (
        "May 5 to 7, 2024; May 5–7; Oct 3rd to 5th; 5-7 May 2024, 5 to 7 of May; June 30-31, 3 to 5 days, 5 to 7",
        &[
            "DATE May 5 to 7, 2024 = 2024-05-05/2024-05-07",
            "DATE May 5–7 = XXXX-05-05/XXXX-05-07",
            "DATE Oct 3rd to 5th = XXXX-10-03/XXXX-10-05",
            "DATE 5-7 May 2024 = 2024-05-05/2024-05-07",
            "DATE 5 to 7 of May = XXXX-05-05/XXXX-05-07",
            "DURATION 3 = P3D",
            "DURATION 5 days = P5D",
            "NUMBER 5 = 5",
            "NUMBER 7 = 7",
        ],
    ),
    ("at 5 pm, 5:30 a.m. or 23:59:59", &["TIME 5 pm = 17:00", "TIME 5:30 a.m. = 05:30", "TIME 23:59:59 = 23:59:59"]),
    ("It may march on; we sat in the sun; this is mine; 25:99", &[]),
    (
        "for 3 days, 90 minutes, 1h30m, 2 hours and 15 minutes, 20ms, PT5M",
        &[
            "DURATION 3 days = P3D",
            "DURATION 90 minutes = PT90M",
            "DURATION 1h30m = PT1H30M",
            "DURATION 2 hours and 15 minutes = PT2H15M",
            "DURATION 20ms = PT0.02S",
            "DURATION PT5M = PT5M",
        ],
    ),
    // Amounts
    (
        "$5, €1,000.50, 5 million dollars, USD 3.5bn, 12 EUR, 5€, -$3, 99 cents",
        &[
            "MONEY $5 = USD 5",
            "MONEY €1,000.50 = EUR 1000.50",
            "MONEY 5 million dollars = USD 5000000",
            "MONEY USD 3.5bn = USD 3500000000",
            "MONEY 12 EUR = EUR 12",
            "MONEY 5€ = EUR 5",
            "MONEY -$3 = USD -3",
            "MONEY 99 cents = USD 0.99",
        ],
    ),
    (
        "£3m, $2.5m, US$3mn, $5b, 4m EUR, EUR 1.234,56, 3m long, 1.234, 56",
        &[
            "MONEY £3m = GBP 3000000",
            "MONEY $2.5m = USD 2500000",
            "MONEY US$3mn = USD 3000000",
            "MONEY $5b = USD 5000000000",
            "MONEY 4m EUR = EUR 4000000",
            "MONEY EUR 1.234,56 = EUR 1234.56",
            "QUANTITY 3m = 3 m",
            "NUMBER 1.234 = 1.234",
            "NUMBER 56 = 56",
        ],
    ),
    // As India groups thousands, as spaces do, as Switzerland does.
    (
        "₹1,50,000, $1,00,000, Rs. 500, Rs 1,500, Rs.12,34,567.50; 1,50,000 rupees, 5 lakh rupees and ₹2 crore",
        &[
            "MONEY ₹1,50,000 = INR 150000",
            "MONEY $1,00,000 = USD 100000",
            "MONEY Rs. 500 = INR 500",
            "MONEY Rs 1,500 = INR 1500",
            "MONEY Rs.12,34,567.50 = INR 1234567.50",
            "MONEY 1,50,000 rupees = INR 150000",
            "MONEY 5 lakh rupees = INR 500000",
            "MONEY ₹2 crore = INR 20000000",
        ],
    ),
    (
        "EUR 1 234,56, EUR\u{a0}1\u{a0}234,56 and 1\u{202f}234,56\u{a0}€; 12 345 678 SEK, 5\u{a0}%, 20\u{202f}km",
        &[
            "MONEY EUR 1 234,56 = EUR 1234.56",
            "MONEY EUR\u{a0}1\u{a0}234,56 = EUR 1234.56",
            "MONEY 1\u{202f}234,56\u{a0}€ = EUR 1234.56",
            "MONEY 12 345 678 SEK = SEK 12345678",
            "PERCENT 5\u{a0}% = 5%",
            "QUANTITY 20\u{202f}km = 20 km",
        ],
    ),
    (
        "CHF 1'234.50, CHF 1’234’567 and 1'234.50 CHF, CHF 5.-, CHF 20.– now",
        &[
            "MONEY CHF 1'234.50 = CHF 1234.50",
            "MONEY CHF 1’234’567 = CHF 1234567",
            "MONEY 1'234.50 CHF = CHF 1234.50",
            "MONEY CHF 5.- = CHF 5",
            "MONEY CHF 20.– = CHF 20",
        ],
    ),
    // As spaces group thousands where no currency says so: groups of three, not beside other numbers.
    (
        "40 000 km around, 384 400 km away, -40 000 km, 1 000 000 people, 384 400 inhabitants, 10 000; 12\u{a0}345 kg",
        &[
            "QUANTITY 40 000 km = 40000 km",
            "QUANTITY 384 400 km = 384400 km",
            "QUANTITY -40 000 km = -40000 km",
            "NUMBER 1 000 000 = 1000000",
            "NUMBER 384 400 = 384400",
            "NUMBER 10 000 = 10000",
            "QUANTITY 12\u{a0}345 kg = 12345 kg",
        ],
    ),
    (
        "in 2020 300 people, in 2020 10 000 people; | 384 400 | 12 |\n100 200 300\nGET /x 200 153 ms, 200 512 \"-\"",
        &[
            "DATE 2020 = 2020",
            "NUMBER 300 = 300",
            "DATE 2020 = 2020",
            "NUMBER 10 000 = 10000",
            "NUMBER 384 400 = 384400",
            "NUMBER 12 = 12",
            "NUMBER 100 = 100",
            "NUMBER 200 = 200",
            "NUMBER 300 = 300",
            "NUMBER 200 153 = 200153",
            "NUMBER 200 = 200",
            "NUMBER 512 = 512",
        ],
    ),
    // Currencies with their hundredths, and signs in words.
    (
        "5 euros and 50 cents, two dollars and fifty cents, 3 pounds 20 pence, 5 pounds and 3 ounces, $5 and 150 cents",
        &[
            "MONEY 5 euros and 50 cents = EUR 5.50",
            "MONEY two dollars and fifty cents = USD 2.50",
            "MONEY 3 pounds 20 pence = GBP 3.20",
            "QUANTITY 5 pounds = 5 lb",
            "QUANTITY 3 ounces = 3 oz",
            "MONEY $5 = USD 5",
            "MONEY 150 cents = USD 1.5",
        ],
    ),
    (
        "minus 5 dollars, minus $5, minus five degrees, minus 20 %, to minus 5, −5 °C, (–3), −€5; 10 minus 5, x minus 5",
        &[
            "MONEY minus 5 dollars = USD -5",
            "MONEY minus $5 = USD -5",
            "QUANTITY minus five degrees = -5 °",
            "PERCENT minus 20 % = -20%",
            "NUMBER minus 5 = -5",
            "QUANTITY −5 °C = -5 °C",
            "NUMBER –3 = -3",
            "MONEY −€5 = EUR -5",
            "NUMBER 10 = 10",
            "NUMBER 5 = 5",
            "NUMBER 5 = 5",
        ],
    ),
    (
        "50p, 99¢, 1080p, 0.5‰, 12 fl oz, 3 fluid ounces",
        &[
            "MONEY 50p = GBP 0.5",
            "MONEY 99¢ = USD 0.99",
            "PERCENT 0.5‰ = 0.05%",
            "QUANTITY 12 fl oz = 12 fl oz",
            "QUANTITY 3 fluid ounces = 3 fl oz",
        ],
    ),
    // Two numbers, or none that is known.
    (
        "I paid $5 100 times, 12 apples for £3 400 times; $1,2345; Mrs. 5, the Rs, 1 234 and 12, 50, 000",
        &[
            "MONEY $5 = USD 5",
            "NUMBER 100 = 100",
            "NUMBER 12 = 12",
            "MONEY £3 = GBP 3",
            "NUMBER 400 = 400",
            "NUMBER 5 = 5",
            "NUMBER 1 = 1",
            "NUMBER 234 = 234",
            "NUMBER 12 = 12",
            "NUMBER 50 = 50",
            "NUMBER 000 = 000",
        ],
    ),
    (
        "5%, 5.5 percent, 1,234.5 1.234.567,8 1e-3 0xFF -4 10k",
        &[
            "PERCENT 5% = 5%",
            "PERCENT 5.5 percent = 5.5%",
            "NUMBER 1,234.5 = 1234.5",
            "NUMBER 1.234.567,8 = 1234567.8",
            "NUMBER 1e-3 = 0.001",
            "NUMBER 0xFF = 255",
            "NUMBER -4 = -4",
            "NUMBER 10k = 10000",
        ],
    ),
    (
        "5 km, 3.5GB, 20 °C, 6 feet, 60 mph",
        &[
            "QUANTITY 5 km = 5 km",
            "QUANTITY 3.5GB = 3.5 GB",
            "QUANTITY 20 °C = 20 °C",
            "QUANTITY 6 feet = 6 ft",
            "QUANTITY 60 mph = 60 mph",
        ],
    ),
    (
        "v1.2.3-rc.1, version 2.0, 1.2.3, GPT-4, COVID-19, the 3rd, 7B, x86-64",
        &["VERSION v1.2.3-rc.1 = 1.2.3-rc.1", "VERSION 2.0 = 2.0", "VERSION 1.2.3 = 1.2.3", "NUMBER 7B = 7000000000"],
    ),
    // Numbers in words
    (
        "Two hours; three million dollars (twenty percent of it), half a million and HALF A MILLION euros",
        &[
            "DURATION Two hours = PT2H",
            "MONEY three million dollars = USD 3000000",
            "PERCENT twenty percent = 20%",
            "NUMBER half a million = 500000",
            "MONEY HALF A MILLION euros = EUR 500000",
        ],
    ),
    (
        "one hundred and twenty-five euros, twenty-five hundred; nine hundred ninety-nine trillion and one",
        &[
            "MONEY one hundred and twenty-five euros = EUR 125",
            "NUMBER twenty-five hundred = 2500",
            "NUMBER nine hundred ninety-nine trillion and one = 999000000000001",
        ],
    ),
    (
        "one thousand two hundred and three, two million five hundred thousand dollars, two dozen kilos, a half million",
        &[
            "NUMBER one thousand two hundred and three = 1203",
            "MONEY two million five hundred thousand dollars = USD 2500000",
            "QUANTITY two dozen kilos = 24 kg",
            "NUMBER a half million = 500000",
        ],
    ),
    (
        "two and a half hours, 5 and a half million dollars, half an hour, two point five percent, one point two billion",
        &[
            "DURATION two and a half hours = PT2.5H",
            "MONEY 5 and a half million dollars = USD 5500000",
            "DURATION half an hour = PT0.5H",
            "PERCENT two point five percent = 2.5%",
            "NUMBER one point two billion = 1200000000",
        ],
    ),
    (
        "two hours and thirty minutes, 1 hour and ten seconds; two weeks ago, a hundred and twenty days' leave; zero percent",
        &[
            "DURATION two hours and thirty minutes = PT2H30M",
            "DURATION 1 hour and ten seconds = PT1H10S",
            "DATE two weeks ago = 2024-02-15",
            "DURATION a hundred and twenty days = P120D",
            "PERCENT zero percent = 0%",
        ],
    ),
    (
        "between one hundred and two thousand dollars, one hundred and two hundred, 5 hundred dollars",
        &[
            "MONEY one hundred = USD 100",
            "MONEY two thousand dollars = USD 2000",
            "NUMBER one hundred = 100",
            "NUMBER two hundred = 200",
            "MONEY 5 hundred dollars = USD 500",
        ],
    ),
    // Small words in prose, words in a row that are no one number, and ordinals.
    ("The one. One day we may; two of them, at one point five men left, on one foot, one bit", &[]),
    ("one two three, nineteen eighty-four, nineteen eighty-four dollars, five one hundred dollar bills", &[]),
    ("twenty-first, the twenty second man, one hundred and first, one hundred second, two thirds, the second", &[]),
    (
        "two-year-old, a two hundred-strong crowd, twenty-odd, thanks a million, a hundred reasons, half of it, half",
        &[],
    ),
    (
        "one of us, two US officials, five bar stools, two won, a few hundred dollars, twenty\n\nthousand, two. Hours",
        &[],
    ),
    // Text is wrapped at any space.
    (
        "on November 1,\n1960, for twenty\r\nthousand dollars, 3\n  million people, 5\n\nkilometres",
        &[
            "DATE November 1,\n1960 = 1960-11-01",
            "MONEY twenty\r\nthousand dollars = USD 20000",
            "NUMBER 3\n  million = 3000000",
            "NUMBER 5 = 5",
        ],
    ),
    (
        "two_hours() twohours tenfold a thousandth one million_x",
        &["CODE two_hours() = two_hours()", "CODE million_x = million_x"],
    ),
    // Telephones
    (
        "+1 (415) 555-2671, (415) 555-2671 x12, 415-555-2671, 0044 20 7946 0958",
        &[
            "PHONE +1 (415) 555-2671 = +14155552671",
            "PHONE (415) 555-2671 x12 = 4155552671;ext=12",
            "PHONE 415-555-2671 = 4155552671",
            "PHONE 0044 20 7946 0958 = +442079460958",
        ],
    ),
    (
        "Tel: 79460958, +41 (0)44 668 18 00, SSN 460-89-9847",
        &["PHONE 79460958 = 79460958", "PHONE +41 (0)44 668 18 00 = +41446681800"],
    ),
    (
        "030/1234567, call 089 / 12 34 56 78, +49 30/1234567, 01/02/2024, 05/2024, 100/200000; +999 123456789, +1 115 555 2671",
        &[
            "PHONE 030/1234567 = 0301234567",
            "PHONE 089 / 12 34 56 78 = 08912345678",
            "PHONE +49 30/1234567 = +49301234567",
            "DATE 01/02/2024 = 2024-01-02",
            "NUMBER +999 = 999",
            "NUMBER 123456789 = 123456789",
            "NUMBER +1 = 1",
            "NUMBER 115 = 115",
            "NUMBER 555 = 555",
            "NUMBER 2671 = 2671",
        ],
    ),
    // Code
    (
        "run /usr/bin/env, ~/x.txt, ./a/b, C:\\Users\\me, src/main.rs, and/or, 1/2",
        &[
            "PATH /usr/bin/env = /usr/bin/env",
            "PATH ~/x.txt = ~/x.txt",
            "PATH ./a/b = ./a/b",
            "PATH C:\\Users\\me = C:\\Users\\me",
            "PATH src/main.rs = src/main.rs",
        ],
    ),
    (
        "`max_len`, getName, std::fmt, f(), a.b(), MAX_SIZE but iPhone, YouTube, e-mail, __",
        &[
            "CODE max_len = max_len",
            "CODE getName = getName",
            "CODE std::fmt = std::fmt",
            "CODE f() = f()",
            "CODE a.b() = a.b()",
            "CODE MAX_SIZE = MAX_SIZE",
        ],
    ),
    (
        "1.2.3.4.5 is no address, 1.000.000 no version, 0044 0532 0130 01 no telephone",
        &[
            "NUMBER 1.000.000 = 1000000",
            "NUMBER 0044 = 0044",
            "NUMBER 0532 = 0532",
            "NUMBER 0130 = 0130",
            "NUMBER 01 = 01",
        ],
    ),
    // Other languages.
    (
        "20 Prozent auf 5 Millionen Euro, 1,5 Mio. €, 2 Mrd. Euro; 5 millions d'euros, 3 millones de euros, 5 млн рублей",
        &[
            "PERCENT 20 Prozent = 20%",
            "MONEY 5 Millionen Euro = EUR 5000000",
            "MONEY 1,5 Mio. € = EUR 1500000",
            "MONEY 2 Mrd. Euro = EUR 2000000000",
            "MONEY 5 millions d'euros = EUR 5000000",
            "MONEY 3 millones de euros = EUR 3000000",
            "MONEY 5 млн рублей = RUB 5000000",
        ],
    ),
    (
        "売上は500万円、1億人、2024年12月31日、2024年5月、12月1日、2024年。2024년 12월 31일 14:30",
        &[
            "MONEY 500万円 = JPY 5000000",
            "NUMBER 1億 = 100000000",
            "DATE 2024年12月31日 = 2024-12-31",
            "DATE 2024年5月 = 2024-05",
            "DATE 12月1日 = XXXX-12-01",
            "DATE 2024年 = 2024",
            "DATE 2024년 12월 31일 14:30 = 2024-12-31T14:30",
        ],
    ),
    (
        "Am 3. Oktober 2024, le 1er mai 2024, el 3 de octubre de 2024 14:30, 5 marzo 2024; 3 mars, 30 février 2024, 3. Mai",
        &[
            "DATE 3. Oktober 2024 = 2024-10-03",
            "DATE 1er mai 2024 = 2024-05-01",
            "DATE 3 de octubre de 2024 14:30 = 2024-10-03T14:30",
            "DATE 5 marzo 2024 = 2024-03-05",
            "NUMBER 3 = 3",
            "NUMBER 30 = 30",
            "NUMBER 2024 = 2024",
            "DATE 3. Mai = XXXX-05-03",
        ],
    ),
    (
        "Am 3. Mai um 15 Uhr, im März 2024, in 3 Tagen, vor 2 Wochen, heute; 2 Stunden und 30 Minuten, die Maite 2024",
        &[
            "DATE 3. Mai = XXXX-05-03",
            "TIME 15 Uhr = 15:00",
            "DATE März 2024 = 2024-03",
            "DATE in 3 Tagen = 2024-03-03",
            "DATE vor 2 Wochen = 2024-02-15",
            "DATE heute = 2024-02-29",
            "DURATION 2 Stunden und 30 Minuten = PT2H30M",
            "NUMBER 2024 = 2024",
        ],
    ),
    (
        "En mayo de 2024, hace 3 días, il y a 2 heures, dans 3 jours, mars 2024, hoy, demain, 3 años, 5 $ for it, 5 $x",
        &[
            "DATE mayo de 2024 = 2024-05",
            "DATE hace 3 días = 2024-02-26",
            "DATE il y a 2 heures = 2024-02-29T10:00",
            "DATE dans 3 jours = 2024-03-03",
            "DATE mars 2024 = 2024-03",
            "DATE hoy = 2024-02-29",
            "DATE demain = 2024-03-01",
            "DURATION 3 años = P3Y",
            "MONEY 5 $ = USD 5",
            "NUMBER 5 = 5",
        ],
    ),
    // Decades are no seconds, centuries no decades.
    (
        "the 90s, the '90s, 90s, the 1800s and 1980s, the 2000s, the 19th century, 5th century BC, an 18th-century house",
        &[
            "DATE 90s = 199X",
            "DURATION 90s = PT90S",
            "DATE 1800s = 18XX",
            "DATE 1980s = 198X",
            "DATE 2000s = 200X",
            "DATE 19th century = 18XX",
            "DATE 5th century = ?",
            "DATE 18th-century = 17XX",
        ],
    ),
    ("[01/May/2024:10:00:00 +0000] \"GET", &["DATE 01/May/2024:10:00:00 +0000 = 2024-05-01T10:00:00+00:00"]),
    (
        "44 BC, 300 AD, 1 BC, 12 ad; 3.000 Euro, EUR 1.299, 1.299 BTC, 0.999 €, $3.499, 20 dólares, $.50, $-5, $1 000",
        &[
            "DATE 44 BC = -0043",
            "DATE 300 AD = 0300",
            "DATE 1 BC = 0000",
            "NUMBER 12 = 12",
            "MONEY 3.000 Euro = EUR 3000",
            "MONEY EUR 1.299 = EUR 1299",
            "MONEY 1.299 BTC = BTC 1.299",
            "MONEY 0.999 € = EUR 0.999",
            "MONEY $3.499 = USD 3.499",
            "MONEY 20 dólares = USD 20",
            "MONEY $.50 = USD 0.50",
            "MONEY $-5 = USD -5",
            "MONEY $1 000 = USD 1000",
        ],
    ),
    (
        "180°C/350°F, 5 km/3 mi; a/5 km, 3² and 1⁄x; com.example.App, io.example.com, net.org",
        &[
            "QUANTITY 180°C = 180 °C",
            "QUANTITY 350°F = 350 °F",
            "QUANTITY 5 km = 5 km",
            "QUANTITY 3 mi = 3 mi",
            "URL io.example.com = io.example.com",
            "URL net.org = net.org",
        ],
    ),
    // Fractions, powers of ten, and other ways to write numbers.
    (
        "1/2 cup, ½ cup, 2 1/2 cups, 1½ hours, 33⅓%, 10 1/4 miles, ratio 1/2, 9/10 people; 16/32 GB; 12 1/2/2024",
        &[
            "QUANTITY 1/2 cup = 0.5 cup",
            "QUANTITY ½ cup = 0.5 cup",
            "QUANTITY 2 1/2 cups = 2.5 cup",
            "DURATION 1½ hours = PT1.5H",
            "PERCENT 33⅓% = 33.333333%",
            "QUANTITY 10 1/4 miles = 10.25 mi",
            "NUMBER 12 = 12",
            "DATE 1/2/2024 = 2024-01-02",
        ],
    ),
    (
        "6.022 × 10^23, 3x10^8, 5 * 10^{3}, 6×10²³, 10⁻⁹, 10^6; .5, 0b1010, 0o17, 1_000_000; 2^32, x^2, 3 x 10 cm",
        &[
            "NUMBER 6.022 × 10^23 = 602200000000000000000000",
            "NUMBER 3x10^8 = 300000000",
            "NUMBER 5 * 10^{3} = 5000",
            "NUMBER 6×10²³ = 600000000000000000000000",
            "NUMBER 10⁻⁹ = 0.000000001",
            "NUMBER 10^6 = 1000000",
            "NUMBER .5 = 0.5",
            "NUMBER 0b1010 = 10",
            "NUMBER 0o17 = 15",
            "NUMBER 1_000_000 = 1000000",
            "NUMBER 3 = 3",
            "QUANTITY 10 cm = 10 cm",
        ],
    ),
    // Units by signs apart from the number, of powers and shares, and joined by a hyphen.
    (
        "10 m, 5 V, 9.8 m/s², 9.8 m/s^2, 5 cm³, 5 mol/L, 100 m2, 5 sq ft, 5° C, 3 μm, 2 TB/s, 5 kg/person",
        &[
            "QUANTITY 10 m = 10 m",
            "QUANTITY 5 V = 5 V",
            "QUANTITY 9.8 m/s² = 9.8 m/s²",
            "QUANTITY 9.8 m/s^2 = 9.8 m/s²",
            "QUANTITY 5 cm³ = 5 cm³",
            "QUANTITY 5 mol/L = 5 mol/L",
            "QUANTITY 100 m2 = 100 m²",
            "QUANTITY 5 sq ft = 5 ft²",
            "QUANTITY 5° C = 5 °C",
            "QUANTITY 3 μm = 3 µm",
            "QUANTITY 2 TB/s = 2 TB/s",
            "QUANTITY 5 kg = 5 kg",
        ],
    ),
    (
        "a 3-day trip, a 10-minute walk, 10-km run, 5'10\" tall, 6 ft 2 in; a 5-year-old, 6-foot-tall, a 2-in-1, 3-D",
        &[
            "DURATION 3-day = P3D",
            "DURATION 10-minute = PT10M",
            "QUANTITY 10-km = 10 km",
            "QUANTITY 5'10\" = 70 in",
            "QUANTITY 6 ft 2 in = 74 in",
        ],
    ),
    (
        "Python 3.12, 2.0-beta, Go 1.5 km, pi is 3.14",
        &["VERSION 3.12 = 3.12", "VERSION 2.0-beta = 2.0-beta", "QUANTITY 1.5 km = 1.5 km", "NUMBER 3.14 = 3.14"],
    ),
    (
        r"C:\Program Files (x86)\App\a.exe and D:/data/x.csv, C:\a or E:\b, s://x; fe80::1%eth0, [2001:db8::1]:8080",
        &[
            r"PATH C:\Program Files (x86)\App\a.exe = C:\Program Files (x86)\App\a.exe",
            "PATH D:/data/x.csv = D:/data/x.csv",
            r"PATH C:\a = C:\a",
            r"PATH E:\b = E:\b",
            "IP fe80::1%eth0 = fe80::1%eth0",
            "IP 2001:db8::1 = 2001:db8::1",
        ],
    ),
    (
        "`FooBar`, `foo(x)`, `self.x`, `print(\"hi\")`, `obj->run()`; `foo`, `foo bar`, ```Rust, `OpenAI",
        &[
            "CODE FooBar = FooBar",
            "CODE foo(x) = foo(x)",
            "CODE self.x = self.x",
            "CODE print(\"hi\") = print(\"hi\")",
            "CODE obj->run() = obj->run()",
        ],
    ),
    // Ranges: what is counted stands behind their ends, and counts for both.
    (
        "50-60% in 2-3 days or 10-20 km for $3-5 million, $1-2, 5-10 €, $2m-3m; 2024-05-06 kg",
        &[
            "PERCENT 50 = 50%",
            "PERCENT 60% = 60%",
            "DURATION 2 = P2D",
            "DURATION 3 days = P3D",
            "QUANTITY 10 = 10 km",
            "QUANTITY 20 km = 20 km",
            "MONEY $3 = USD 3000000",
            "MONEY 5 million = USD 5000000",
            "MONEY $1 = USD 1",
            "MONEY 2 = USD 2",
            "MONEY 5 = EUR 5",
            "MONEY 10 € = EUR 10",
            "MONEY $2m = USD 2000000",
            "MONEY 3m = USD 3000000",
            "DATE 2024-05-06 = 2024-05-06",
        ],
    ),
    (
        "€3–5 bn, 5 to 10 million dollars, between 5 and 10 %, $3 to $5 million, two or three weeks, 5 bis 10 Prozent",
        &[
            "MONEY €3 = EUR 3000000000",
            "MONEY 5 bn = EUR 5000000000",
            "MONEY 5 = USD 5000000",
            "MONEY 10 million dollars = USD 10000000",
            "PERCENT 5 = 5%",
            "PERCENT 10 % = 10%",
            "MONEY $3 = USD 3000000",
            "MONEY $5 million = USD 5000000",
            "DURATION two = P2W",
            "DURATION three weeks = P3W",
            "PERCENT 5 = 5%",
            "PERCENT 10 Prozent = 10%",
        ],
    ),
    (
        "10 000 to 20 000 km, 5 million – 8 million €, −10 to −5 °C, 2-3 days ago, 2/3 days, 3/4 hour, 3/4 hours",
        &[
            "QUANTITY 10 000 = 10000 km",
            "QUANTITY 20 000 km = 20000 km",
            "MONEY 5 million = EUR 5000000",
            "MONEY 8 million € = EUR 8000000",
            "QUANTITY −10 = -10 °C",
            "QUANTITY −5 °C = -5 °C",
            "DATE 2 = 2024-02-27",
            "DURATION 3 days = P3D",
            "DURATION 2 = P2D",
            "DURATION 3 days = P3D",
            "DURATION 3/4 hour = PT0.75H",
            "DURATION 3 = PT3H",
            "DURATION 4 hours = PT4H",
        ],
    ),
    // The first number of no range.
    (
        "5€-10€, 10-5 km, 5 and 10 km, 500 to 1 million dollars, 5 to 10 people, 2020 to 2024 km, $10-5, $5-10%, 10 - 20 km",
        &[
            "MONEY 5€ = EUR 5",
            "MONEY 10€ = EUR 10",
            "QUANTITY 5 km = 5 km",
            "NUMBER 5 = 5",
            "QUANTITY 10 km = 10 km",
            "NUMBER 500 = 500",
            "MONEY 1 million dollars = USD 1000000",
            "NUMBER 5 = 5",
            "NUMBER 10 = 10",
            "QUANTITY 2020 = 2020 km",
            "QUANTITY 2024 km = 2024 km",
            "MONEY $10 = USD 10",
            "MONEY $5 = USD 5",
            "PERCENT 10% = 10%",
            "NUMBER 10 = 10",
            "QUANTITY 20 km = 20 km",
        ],
    ),
    (
        "5 k€, 3 M€, €5 bn, 5 bn €, 500 Kč, 14h30, 2h30, 25h30, an hour and a half, a day and a half, 2 hours and a half, 5 k, a \
         microsecond",
        &[
            "MONEY 5 k€ = EUR 5000",
            "MONEY 3 M€ = EUR 3000000",
            "MONEY €5 bn = EUR 5000000000",
            "MONEY 5 bn € = EUR 5000000000",
            "MONEY 500 Kč = CZK 500",
            "TIME 14h30 = 14:30",
            "DURATION 2h30 = PT2H30M",
            "DURATION an hour and a half = PT1.5H",
            "DURATION a day and a half = P1.5D",
            "DURATION 2 hours and a half = PT2.5H",
            "NUMBER 5 = 5",
        ],
    ),
    // Parts of years, years of what happened in them, and days that there are not.
    (
        "H1 2024, FY2023, FY 2024, FY23, Q3'24, Q3 FY2024, 2024 Q3, 2024-H1; H3 2024, H1N1, FYI 2024",
        &[
            "DATE H1 2024 = 2024-H1",
            "DATE FY2023 = 2023",
            "DATE FY 2024 = 2024",
            "DATE FY23 = 2023",
            "DATE Q3'24 = 2024-Q3",
            "DATE Q3 FY2024 = 2024-Q3",
            "DATE 2024 Q3 = 2024-Q3",
            "DATE 2024-H1 = 2024-H1",
            "NUMBER 2024 = 2024",
            "NUMBER 2024 = 2024",
        ],
    ),
    (
        "the 2020 election, the 1996 Atlanta Olympics, 2008 financial crisis; the 2000 season tickets, the 1850 Germans,          1201 election posters",
        &[
            "DATE 2020 = 2020",
            "DATE 1996 = 1996",
            "DATE 2008 = 2008",
            "NUMBER 2000 = 2000",
            "NUMBER 1850 = 1850",
            "NUMBER 1201 = 1201",
        ],
    ),
    (
        "30 February 2024, 31st of April, February 30, 2024, 30. Februar 2024, 31 September; at 5:30 March 2024",
        &[
            "NUMBER 30 = 30",
            "DATE 2024 = 2024",
            "NUMBER 30 = 30",
            "NUMBER 2024 = 2024",
            "NUMBER 30 = 30",
            "NUMBER 2024 = 2024",
            "NUMBER 31 = 31",
            "TIME 5:30 = 05:30",
            "DATE March 2024 = 2024-03",
        ],
    ),
    // Numbers that count nothing: of houses, of items and headings.
    ("221B Baker Street, 7B models, 7 US soldiers", &["NUMBER 7B = 7000000000", "NUMBER 7 = 7"]),
    (
        "1. First\n2) Second\n  3. Third\n## 4. Heading\n**5. Bold**\n> **6.** Quoted\nIt is\n7.\nIt is 8. Yes\n9. 10 km",
        &["NUMBER 7 = 7", "NUMBER 8 = 8", "QUANTITY 10 km = 10 km"],
    ),
    (
        "Q3 2024, at noon, ten o'clock, five o'clock or 5 o’clock, midnight; Midnight, Q5, QA; 2024-02-29 14:30 UTC",
        &[
            "DATE Q3 2024 = 2024-Q3",
            "TIME noon = 12:00",
            "TIME ten o'clock = 10:00",
            "TIME five o'clock = 05:00",
            "TIME 5 o’clock = 05:00",
            "TIME midnight = 00:00",
            "DATE 2024-02-29 14:30 UTC = 2024-02-29T14:30Z",
        ],
    ),
    // Ranges of years.
    (
        "1990-2000, 1990–2000, 1995-97, (1912–1954), (1909-1909), (1912 – 1954), the 2024–25 season, 2023/24, 1999/00, 2011-12",
        &[
            "DATE 1990 = 1990",
            "DATE 2000 = 2000",
            "DATE 1990 = 1990",
            "DATE 2000 = 2000",
            "DATE 1995 = 1995",
            "DATE 97 = 1997",
            "DATE 1912 = 1912",
            "DATE 1954 = 1954",
            "DATE 1909 = 1909",
            "DATE 1909 = 1909",
            "DATE 1912 = 1912",
            "DATE 1954 = 1954",
            "DATE 2024 = 2024",
            "DATE 25 = 2025",
            "DATE 2023 = 2023",
            "DATE 24 = 2024",
            "DATE 1999 = 1999",
            "DATE 00 = 2000",
            "DATE 2011-12 = 2011-12",
        ],
    ),
    (
        "pages 1901-1910, 1500-2000 calories, 2000-2500 rpm, 1600–1700 people, 555-1990-2000, 2024-0117, 2000 - 1990, 1985–1990 km",
        &[
            "QUANTITY 1500 = 1500 kcal",
            "QUANTITY 2000 calories = 2000 kcal",
            "QUANTITY 2000 = 2000 rpm",
            "QUANTITY 2500 rpm = 2500 rpm",
            "NUMBER 1600 = 1600",
            "NUMBER 1700 = 1700",
            "NUMBER 2000 = 2000",
            "NUMBER 1990 = 1990",
            "QUANTITY 1985 = 1985 km",
            "QUANTITY 1990 km = 1990 km",
        ],
    ),
    (
        "AD 476, c. 1452, mid-2021, en 2022, Dec. '24, May '68",
        &[
            "DATE 476 = 0476",
            "DATE 1452 = 1452",
            "DATE 2021 = 2021",
            "DATE 2022 = 2022",
            "DATE Dec. '24 = 2024-12",
            "DATE May '68 = 1968-05",
        ],
    ),
    // Holidays that have one date, and short names of days before a date.
    (
        "Christmas 2020, Christmas Eve 2021, New Year's Day 2022, New Year’s Eve, 1999, Halloween 2023, Valentine's Day 2024",
        &[
            "DATE Christmas 2020 = 2020-12-25",
            "DATE Christmas Eve 2021 = 2021-12-24",
            "DATE New Year's Day 2022 = 2022-01-01",
            "DATE New Year’s Eve, 1999 = 1999-12-31",
            "DATE Halloween 2023 = 2023-10-31",
            "DATE Valentine's Day 2024 = 2024-02-14",
        ],
    ),
    (
        "Merry Christmas! New York 2020, Easter 2020; Thu, 29 Feb 2024 12:00:00 GMT, Fri. 5 March 2021, the Sun, Sat 10am; tonight",
        &[
            "NUMBER 2020 = 2020",
            "NUMBER 2020 = 2020",
            "DATE Thu, 29 Feb 2024 12:00:00 GMT = 2024-02-29T12:00:00Z",
            "DATE Fri. 5 March 2021 = 2021-03-05",
            "TIME 10am = 10:00",
            "DATE tonight = 2024-02-29",
        ],
    ),
    // Zones by name, where one offset is meant; points in times of day; what races are run in.
    (
        "5:30 pm EST, 9:00 CET, 3 PM CST, 10 a.m. ET, 5 pm pst; 2024-02-29 14:30 PDT",
        &[
            "TIME 5:30 pm EST = 17:30-05:00",
            "TIME 9:00 CET = 09:00+01:00",
            "TIME 3 PM = 15:00",
            "TIME 10 a.m. = 10:00",
            "TIME 5 pm = 17:00",
            "DATE 2024-02-29 14:30 PDT = 2024-02-29T14:30-07:00",
        ],
    ),
    (
        "10.15pm, 9.15 a.m., 22.15 Uhr, 14.30; 15:20.48, 1:23.456; 下午2:30, 오후 3:15, 上午9:00",
        &[
            "TIME 10.15pm = 22:15",
            "TIME 9.15 a.m. = 09:15",
            "TIME 22.15 Uhr = 22:15",
            "NUMBER 14.30 = 14.30",
            "DURATION 15:20.48 = PT15M20.48S",
            "DURATION 1:23.456 = PT1M23.456S",
            "TIME 2:30 = 14:30",
            "TIME 3:15 = 15:15",
            "TIME 9:00 = 09:00",
        ],
    ),
    // Lengths of time whose symbols stand apart, and what commas join.
    (
        "2 h 30 min, 3 d 4 h, 2 h 5 m, 8 h, 9.58 s, 1980 s, à 14 h 30, 360-s",
        &[
            "DURATION 2 h 30 min = PT2H30M",
            "DURATION 3 d 4 h = P3DT4H",
            "DURATION 2 h 5 m = PT2H5M",
            "DURATION 8 h = PT8H",
            "DURATION 9.58 s = PT9.58S",
            "NUMBER 1980 = 1980",
            "NUMBER 14 = 14",
            "NUMBER 30 = 30",
        ],
    ),
    (
        "9 days, 3 hours, 14 minutes and 47 seconds; 3 hours, 90 minutes; 13.8 billion years, 5k ms",
        &[
            "DURATION 9 days, 3 hours, 14 minutes and 47 seconds = P9DT3H14M47S",
            "DURATION 3 hours = PT3H",
            "DURATION 90 minutes = PT90M",
            "DURATION 13.8 billion years = P13800000000Y",
            "DURATION 5k ms = PT5S",
        ],
    ),
    // Pounds that are paid; symbols of units, which are no code; what a range multiplies.
    (
        "He paid ten thousand pounds, lost twenty pounds; it costs 500 pounds. He bought 5 pounds of flour; 80 pounds",
        &[
            "MONEY ten thousand pounds = GBP 10000",
            "QUANTITY twenty pounds = 20 lb",
            "MONEY 500 pounds = GBP 500",
            "QUANTITY 5 pounds = 5 lb",
            "QUANTITY 80 pounds = 80 lb",
        ],
    ),
    (
        "in kWh and mAh; 5.6 mmol/L, 500 lb-ft, 72 bpm, 802.11ac, 0.5 ac, 1 Tbsp; react@18.2.0; 2001:db8:::1",
        &[
            "QUANTITY 5.6 mmol/L = 5.6 mmol/L",
            "QUANTITY 500 lb-ft = 500 lb-ft",
            "QUANTITY 72 bpm = 72 bpm",
            "QUANTITY 0.5 ac = 0.5 ac",
            "QUANTITY 1 Tbsp = 1 tbsp",
            "VERSION 18.2.0 = 18.2.0",
        ],
    ),
    (
        "3.4 to 4.1 million, 70–85 million people, 5-10k users",
        &[
            "NUMBER 3.4 = 3400000",
            "NUMBER 4.1 million = 4100000",
            "NUMBER 70 = 70000000",
            "NUMBER 85 million = 85000000",
            "NUMBER 5 = 5000",
            "NUMBER 10k = 10000",
        ],
    ),
    (
        "1-800-555-0199, 1 (877) 555 0123, (212) 555-0147, ext. 22",
        &[
            "PHONE 1-800-555-0199 = +18005550199",
            "PHONE 1 (877) 555 0123 = +18775550123",
            "PHONE (212) 555-0147, ext. 22 = 2125550147;ext=22",
        ],
    ),
    (
        "1兆2000億円, 3万5000人, 1조 2000억 원, 940만 명, 1万; В 2023 году, v roce 2021; 1.150,– € warm, $7.5 M, $5 B-movie, 5 US-Dollar",
        &[
            "MONEY 1兆2000億円 = JPY 1200000000000",
            "NUMBER 3万5000 = 35000",
            "MONEY 1조 2000억 원 = KRW 1200000000000",
            "NUMBER 940만 = 9400000",
            "NUMBER 1万 = 10000",
            "DATE 2023 = 2023",
            "DATE 2021 = 2021",
            "MONEY 1.150,– € = EUR 1150",
            "MONEY $7.5 M = USD 7500000",
            "MONEY $5 = USD 5",
            "MONEY 5 US-Dollar = USD 5",
        ],
    ),
    (
        "- **Released**: 2015; Established: 1867, | Year | 2015 |, released 2015 files, Total: 2015; Q2 of 2023, 17:00h, 60 fps",
        &[
            "DATE 2015 = 2015",
            "DATE 1867 = 1867",
            "DATE 2015 = 2015",
            "NUMBER 2015 = 2015",
            "NUMBER 2015 = 2015",
            "DATE Q2 of 2023 = 2023-Q2",
            "TIME 17:00h = 17:00",
            "QUANTITY 60 fps = 60 fps",
        ],
    ),
    (
        "in '99, class of ’05, the '99 edition, of '69'; the years 1998 through 2003; PHP 8.2, PHP 500, macOS",
        &[
            "DATE 99 = 1999",
            "DATE 05 = 2005",
            "NUMBER 99 = 99",
            "NUMBER 69 = 69",
            "DATE 1998 = 1998",
            "DATE 2003 = 2003",
            "VERSION 8.2 = 8.2",
            "MONEY PHP 500 = PHP 500",
        ],
    ),
    (
        "in 3 hours 12 minutes, 2:50 min/km, 5,730 ± 40 years, 4.5 ± 0.2 g",
        &[
            "DURATION 3 hours 12 minutes = PT3H12M",
            "DURATION 2:50 min = PT2M50S",
            "DURATION 5,730 = P5730Y",
            "DURATION 40 years = P40Y",
            "QUANTITY 4.5 = 4.5 g",
            "QUANTITY 0.2 g = 0.2 g",
        ],
    ),
    (
        "_Charles Babbage_ and _emphasis_, but _private, __init__ and _under_score",
        &["CODE _private = _private", "CODE __init__ = __init__", "CODE _under_score = _under_score"],
    ),
];

#[test]
fn what_is_found_and_what_is_left_alone() {
    let mut wrong = Vec::new();
    for (text, expected) in CASES {
        let found = told(text);
        if found != *expected {
            wrong.push(format!("{text}\n  expected {expected:#?}\n  found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn settings_say_what_the_text_does_not() {
    let one = |text, settings| find(text, settings)[0].normalized.clone();
    let day_first = Settings { day_first: true, ..Settings::default() };
    assert_eq!(one("3/4/2024", day_first).as_deref(), Some("2024-04-03"));
    assert_eq!(one("tomorrow", Settings::default()), None);
    let code = |code: &str| Settings { calling_code: Some(code.into()), ..Settings::default() };
    assert_eq!(one("415-555-2671", code("1")).as_deref(), Some("+14155552671"));
    assert_eq!(one("020 7946 0958", code("44")).as_deref(), Some("+442079460958"));
    assert_eq!(one("030/1234567", code("49")).as_deref(), Some("+49301234567"));
    assert_eq!(one("089 / 12 34 56 78", code("49")).as_deref(), Some("+498912345678"));
    assert_eq!(one("tel. 06 6982 1234", code("39")).as_deref(), Some("+390669821234"));
    let now = Settings { now: Some(Moment::from_date(2024, 12, 30).unwrap()), ..Settings::default() };
    assert_eq!(one("this week", now.clone()).as_deref(), Some("2025-W01"));
    assert_eq!(one("last year", now).as_deref(), Some("2023"));
}

#[test]
fn a_word_without_end_is_skipped_and_what_follows_is_found() {
    let text = format!("{} 5% {}@b.org 6%", "x1".repeat(500_000), "a".repeat(70_000));
    let mut structured = Structured::new(Settings::default());
    let mut found = Vec::new();
    for piece in text.as_bytes().chunks(1000) {
        structured.push(std::str::from_utf8(piece).unwrap(), &mut found);
    }
    structured.finish(&mut found);
    assert_eq!(found.iter().map(|found| found.kind).collect::<Vec<_>>(), [Kind::Percent, Kind::Percent]);
}

#[test]
fn a_value_is_final_when_the_words_behind_it_are_there() {
    let mut structured = Structured::new(Settings::default());
    let mut found = Vec::new();
    structured.push("Write to ada@example.org", &mut found);
    assert_eq!((found.len(), structured.settled()), (0, 9));
    structured.push(" now", &mut found);
    assert_eq!(found.len(), 1);
    structured.push(" and pay 5 million", &mut found);
    assert_eq!(found.len(), 1);
    structured.push(" euros in", &mut found);
    structured.push(" cash.", &mut found);
    assert_eq!((found.len(), found[1].kind), (2, Kind::Money));
}

fn in_pieces(pieces: &[&str]) -> Vec<Found> {
    let mut structured = Structured::new(settings());
    let mut found = Vec::new();
    for piece in pieces {
        structured.push(piece, &mut found);
    }
    structured.finish(&mut found);
    found
}

#[test]
fn cutting_a_text_differently_changes_nothing() {
    let text: String = CASES.iter().map(|(text, _)| format!("{text}\n")).collect();
    let whole = find(&text, settings());
    assert!(whole.len() > 60);
    assert_eq!(in_pieces(&pieces(&text, &bytewise(text.len()))), whole, "byte by byte");
    for (text, _) in CASES {
        assert_any_cut_reads_the_same(text, in_pieces);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_ordered_spans_on_its_characters_however_it_is_cut(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..12),
        noise in "\\PC{0,6}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let text = format!("{}{noise}", words.concat());
        let found = find(&text, settings());
        let mut end = 0;
        for found in &found {
            prop_assert!(end <= found.start && found.start < found.end);
            end = found.end;
            prop_assert!(text.get(found.start as usize..found.end as usize).is_some());
        }
        let cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        prop_assert_eq!(in_pieces(&pieces(&text, &cuts)), found);
    }
}

const WORDS: &[&str] = &[
    "5",
    " ",
    "  ",
    "12",
    "2024",
    "-",
    "/",
    ".",
    ",",
    ":",
    "(",
    ")",
    "+",
    "@",
    "a",
    "March",
    "Mon",
    "km",
    "%",
    "$",
    "€",
    "USD",
    "million",
    "and",
    "of",
    "in",
    "th",
    "T",
    "Z",
    "am",
    "p.m.",
    "x",
    "v1",
    "com",
    "http://",
    "www.",
    "_",
    "::",
    "\n",
    "é",
    "東",
    "”",
    "GB82",
    "WEST",
    "1234",
    "days",
    "ago",
    "per",
    "cent",
    "0",
    "e",
    "P3D",
    "\\",
    "one",
    "two",
    "twenty",
    "hundred",
    "thousand",
    "half",
    "point",
    "second",
    "first",
    "hours",
    "dollars",
    "Rs",
    "\u{a0}",
    "'",
    "234",
    "~",
    "ext",
    "phone",
    "4111 1111 1111 1111",
    "h",
    "30",
    "m",
    "minus",
    "–",
    "−",
    "‰",
    " 000",
    "the day ",
    "after tomorrow",
    "an hour",
    "week",
    "from now",
    "past",
    "to",
    "at ",
    "quarter",
    "\"",
    "\"@b.org",
    "W05",
    "½",
    "×",
    "10^",
    "²",
    "'",
    "feet",
    "in",
    "90s",
    "century",
    "Mai",
    "de ",
    "vor ",
    "Tagen",
    "C:",
    "Files",
    "`",
    "foo(",
    "cents",
    "in the evening",
    "or",
    "between",
    "and a half",
    "1. ",
    "FY",
    "Q3",
    "30 February",
    "m€",
    "election",
    "Christmas ",
    "New Year's Day ",
    "1990",
    "97",
    "EST",
    ":30",
    "ext. 2",
    "pounds",
    "paid ",
    "Thu",
    "tonight",
    "万",
    "兆",
    "±",
    "下午",
    "AD ",
    "2 h ",
    "min",
];

/// Exact spans on the development half of presidio-research's synthetic set.
#[test]
fn the_bars_hold_on_the_development_set() {
    let Some(data) = shared_data() else { return };
    let records: serde_json::Value =
        serde_json::from_slice(&std::fs::read(data.join("pii/presidio_synth_dev.json")).unwrap()).unwrap();
    let shows = std::env::var_os("MIDSTREAM_SHOW").is_some();
    for (kind, name, bar) in [
        (Kind::Email, "EMAIL_ADDRESS", 0.98),
        (Kind::Url, "DOMAIN_NAME", 0.98),
        (Kind::Ip, "IP_ADDRESS", 0.98),
        (Kind::Iban, "IBAN_CODE", 0.98),
        (Kind::Card, "CREDIT_CARD", 0.98),
        (Kind::Phone, "PHONE_NUMBER", 0.90),
        (Kind::Date, "DATE_TIME", 0.85),
    ] {
        let (mut right, mut found_all, mut gold_all) = (0, 0, 0);
        for record in records.as_array().unwrap() {
            let text = record["full_text"].as_str().unwrap();
            let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let byte = |span: &serde_json::Value, name: &str| offsets[span[name].as_u64().unwrap() as usize] as u64;
            let gold: Vec<(u64, u64)> = record["spans"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|span| span["entity_type"] == name)
                .map(|span| (byte(span, "start_position"), byte(span, "end_position")))
                .collect();
            let found: Vec<(u64, u64)> = find(text, Settings::default())
                .iter()
                .filter(|found| found.kind == kind)
                .map(|found| (found.start, found.end))
                .collect();
            right += found.iter().filter(|span| gold.contains(span)).count();
            found_all += found.len();
            gold_all += gold.len();
            if shows && found != gold {
                let of = |spans: &[(u64, u64)]| {
                    spans.iter().map(|&(start, end)| &text[start as usize..end as usize]).collect::<Vec<_>>()
                };
                println!("{name}: gold {:?} found {:?} in {text:?}", of(&gold), of(&found));
            }
        }
        let f1 = 2.0 * right as f64 / (found_all + gold_all) as f64;
        println!("{name}: F1 {f1:.3} ({right} right of {found_all} found and {gold_all} there)");
        assert!(f1 >= bar || shows, "{name}: F1 {f1:.3} is below {bar}");
    }
}
