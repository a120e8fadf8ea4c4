"""Graphs that midstream exports, read and written again by networkx, oxigraph and Graphviz.

Arguments: the binary `midstream`, a graph in CSV, a folder for files. Runs under unittest; nothing waits for long.
"""

import csv
import io
import pathlib
import subprocess
import sys
import unittest

import networkx
import pyoxigraph

BINARY, GRAPH, FOLDER = (pathlib.Path(argument) for argument in sys.argv[1:4])
SECONDS = 60


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=SECONDS, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def export(source, to, *options):
    """`source` in the format `to`."""
    return run(BINARY, "graph", "export", "--format", to, *options, source)


def written(name, text):
    path = FOLDER / name
    path.write_text(text, encoding="utf-8")
    return path


def content(text):
    """What a CSV says, whatever the numbers of nodes and edges and their order."""
    rows = list(csv.DictReader(io.StringIO(text)))
    named = {row["id"]: (row["name"], row["kind"]) for row in rows if row["record"] == "node"}
    end = lambda row, which: named.get(row[which], "")
    rest = [column for column in rows[0] if column not in ("id", "source", "target")]
    return sorted((str(end(row, "source")), str(end(row, "target")), *(row[column] for column in rest)) for row in rows)


CSV = export(GRAPH, "csv", "--from", "csv")
ROWS = list(csv.DictReader(io.StringIO(CSV)))
EDGES = [row for row in ROWS if row["record"] == "edge"]
NODES = [row for row in ROWS if row["record"] == "node"]


class Exchange(unittest.TestCase):
    def comes_back(self, path, to):
        self.assertEqual(content(export(path, "csv", "--from", to)), content(CSV))

    def test_networkx_reads_graphml_and_what_it_writes_comes_back(self):
        path = written("graph.graphml", export(GRAPH, "graphml"))
        graph = networkx.read_graphml(path, force_multigraph=True)
        self.assertEqual((graph.number_of_nodes(), graph.number_of_edges()), (len(NODES), len(EDGES)))
        for row in NODES:
            self.assertEqual(graph.nodes[row["id"]]["name"], row["name"])
        for row in EDGES:
            read = graph.edges[row["source"], row["target"], row["id"]]
            self.assertEqual((read["predicate"], read["recorded_at"]), (row["predicate"], row["recorded_at"]))
            self.assertEqual((read["confidence"], read["start"]), (float(row["confidence"]), int(row["start"])))
            self.assertEqual(read.get("negated", False), row["negated"] == "true")
        again = FOLDER / "networkx.graphml"
        networkx.write_graphml(graph, again)
        self.comes_back(again, "graphml")

    def test_oxigraph_reads_n_quads_and_json_ld_alike_and_what_it_writes_comes_back(self):
        stores = []
        for to, kind in [("nquads", pyoxigraph.RdfFormat.N_QUADS), ("jsonld", pyoxigraph.RdfFormat.JSON_LD)]:
            store = pyoxigraph.Store()
            store.load(export(GRAPH, to).encode(), format=kind)
            stores.append(store)
        self.assertEqual(set(map(str, stores[0])), set(map(str, stores[1])))
        question = """PREFIX m: <urn:midstream:>
            SELECT ?who ?since WHERE { GRAPH ?edge { ?subject ?says ?object } ?edge m:predicate "leads" ; m:valid_from ?since .
            ?subject m:name ?who . ?object m:name "Brix" }"""
        found = [(one["who"].value, one["since"].value) for one in stores[0].query(question)]
        self.assertEqual(found, [("Ann", "2010-01-01T00:00:00Z")])
        again = FOLDER / "oxigraph.nq"
        stores[0].dump(str(again), format=pyoxigraph.RdfFormat.N_QUADS)
        self.comes_back(again, "nquads")

    def test_graphviz_draws_dot_and_what_it_writes_comes_back(self):
        path = written("graph.dot", export(GRAPH, "dot"))
        drawn = run("dot", "-Tsvg", path)
        for row in NODES:
            self.assertIn(row["name"], drawn)
        self.comes_back(written("canonical.dot", run("dot", "-Tcanon", path)), "dot")

    def test_every_format_comes_back(self):
        for to in ["jsonld", "nquads", "graphml", "dot", "cypher", "csv"]:
            with self.subTest(to):
                self.comes_back(written(f"own.{to}", export(GRAPH, to)), to)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
