//! Graphs as SQLite databases: a snapshot that can be asked in SQL.
//!
//! `node` and `edge` have a row each and the columns that every format writes; `functional` lists the functional
//! predicates. Moments are RFC 3339 texts, yes and no 1 and 0; what is not there is NULL.

use std::fmt::Write;

use midstream::graph::table::{EDGE_COLUMNS, NODE_COLUMNS, Row, Tables, Type, Value};
use midstream::graph::{Graph, Settings};
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{Connection, Error, Statement, ToSql};

/// How a database begins.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";

/// The graph as a database file.
pub(super) fn write(graph: &Graph) -> Result<Vec<u8>, Error> {
    let mut database = Connection::open_in_memory()?;
    database.execute_batch(&schema())?;
    let transaction = database.transaction()?;
    for predicate in &graph.settings().functional {
        transaction.execute("INSERT INTO functional VALUES (?1)", [predicate])?;
    }
    {
        let mut node = transaction.prepare(&insert("node", &["id"], NODE_COLUMNS))?;
        let mut edge = transaction.prepare(&insert("edge", &["id", "subject", "object"], EDGE_COLUMNS))?;
        for row in graph.rows() {
            let mut head = vec![row.id];
            head.extend(row.ends.iter().flatten());
            match row.ends {
                Some(_) => put(&mut edge, &head, EDGE_COLUMNS, &row)?,
                None => put(&mut node, &head, NODE_COLUMNS, &row)?,
            }
        }
    }
    transaction.commit()?;
    Ok(database.serialize("main")?.to_vec())
}

/// The graph of a database that [`write`] made, or one with its tables. Limits are those of `settings`; functional predicates
/// those of the database.
pub(super) fn read(file: &[u8], settings: Settings) -> Result<Graph, String> {
    let mut tables = Tables::default();
    let functional = collect(file, &mut tables).map_err(|error| format!("expected a database of a graph: {error}"))?;
    tables.graph(Settings { functional, ..settings }).map_err(|error| error.to_string())
}

/// Hands the rows to `tables` and returns the functional predicates.
fn collect(file: &[u8], tables: &mut Tables) -> Result<Vec<String>, String> {
    let plain = |error: Error| error.to_string();
    check_length(file)?;
    let mut database = Connection::open_in_memory().map_err(plain)?;
    database.deserialize_read_exact("main", file, file.len(), true).map_err(plain)?;
    let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(plain)?;
    if !(OLDEST..=VERSION).contains(&version) {
        return Err(format!("expected user_version {VERSION}, found {version}"));
    }
    let node_columns = if version == OLDEST { &NODE_COLUMNS[..NODE_COLUMNS.len() - 1] } else { NODE_COLUMNS };
    let state: String = database.pragma_query_value(None, "quick_check", |row| row.get(0)).map_err(plain)?;
    if state != "ok" {
        return Err(format!("the file is damaged: {}", state.replace('\n', ", ")));
    }
    let mut nodes = database.prepare(&select("node", &["id"], node_columns)).map_err(plain)?;
    let mut rows = nodes.query([]).map_err(plain)?;
    while let Some(row) = rows.next().map_err(plain)? {
        tables.node(row.get(0).map_err(plain)?, texts(row, 1, node_columns).map_err(plain)?);
    }
    let mut edges = database.prepare(&select("edge", &["id", "subject", "object"], EDGE_COLUMNS)).map_err(plain)?;
    let mut rows = edges.query([]).map_err(plain)?;
    while let Some(row) = rows.next().map_err(plain)? {
        let number = |at| row.get::<_, u32>(at).map_err(plain);
        tables.edge(number(0)?, [number(1)?, number(2)?], texts(row, 3, EDGE_COLUMNS).map_err(plain)?);
    }
    let mut functional = database.prepare("SELECT predicate FROM functional ORDER BY rowid").map_err(plain)?;
    let predicates = functional.query_map([], |row| row.get(0)).map_err(plain)?;
    predicates.collect::<Result<_, _>>().map_err(plain)
}

/// Checks that the file is as long as its header says (SQLite's file format, section 1.3): SQLite reads one that was cut off.
fn check_length(file: &[u8]) -> Result<(), String> {
    let page = file.get(16..18).map_or(0, |bytes| match u16::from_be_bytes([bytes[0], bytes[1]]) {
        1 => 65_536,
        size => u64::from(size),
    });
    let pages = file.get(28..32).map_or(0, |bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    let (expected, found) = (page * u64::from(pages), file.len() as u64);
    if file.len() < HEADER || expected > found || page > 0 && found % page > 0 {
        let expected = expected.max(HEADER as u64);
        return Err(format!("the file is damaged: it should have {expected} bytes, but has {found}"));
    }
    Ok(())
}

/// The values of a row from column `first` on, as text.
fn texts(row: &rusqlite::Row<'_>, first: usize, columns: Columns) -> Result<Vec<(String, String)>, Error> {
    let mut texts = Vec::new();
    for (at, (name, kind)) in (first..).zip(columns.iter().chain(&[USED])) {
        let text = match (row.get_ref(at)?, kind) {
            (ValueRef::Null, _) => continue,
            (ValueRef::Integer(is), Type::Boolean) => (is != 0).to_string(),
            (ValueRef::Integer(number), _) => number.to_string(),
            (ValueRef::Real(number), _) => number.to_string(),
            _ => row.get(at)?,
        };
        texts.push(((*name).to_owned(), text));
    }
    Ok(texts)
}

fn put(statement: &mut Statement<'_>, head: &[u32], columns: Columns, row: &Row<'_>) -> Result<(), Error> {
    for (at, number) in (1..).zip(head) {
        statement.raw_bind_parameter(at, number)?;
    }
    for (at, (name, _)) in (head.len() + 1..).zip(columns.iter().chain(&[USED])) {
        let value = row.values.iter().find(|(known, _)| known == name).map(|(_, value)| Bound(value));
        statement.raw_bind_parameter(at, value)?;
    }
    statement.raw_execute().map(drop)
}

/// A value as SQLite keeps it.
struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Integer(number) => match i64::try_from(*number) {
                Ok(number) => number.into(),
                Err(_) => ToSqlOutput::Owned(Cell::Text(number.to_string())),
            },
            Value::Decimal(number) => (f64::from(*number) / 10_000.0).into(),
            Value::Boolean(is) => (*is).into(),
            Value::Moment(moment) => ToSqlOutput::Owned(Cell::Text(moment.to_string())),
        })
    }
}

fn schema() -> String {
    let mut schema = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};\n");
    schema += "CREATE TABLE functional (predicate TEXT NOT NULL);\n";
    let node = "id INTEGER PRIMARY KEY";
    let ends = "subject INTEGER NOT NULL REFERENCES node, object INTEGER NOT NULL REFERENCES node";
    for (table, head, columns) in
        [("node", node.to_owned(), NODE_COLUMNS), ("edge", format!("{node}, {ends}"), EDGE_COLUMNS)]
    {
        write!(schema, "CREATE TABLE {table} ({head}").expect("a String takes every write");
        for (name, kind) in columns.iter().chain(&[USED]) {
            let kind = match kind {
                Type::Text | Type::Moment => "TEXT",
                Type::Integer | Type::Boolean => "INTEGER",
                Type::Decimal => "REAL",
            };
            write!(schema, ", \"{name}\" {kind}").expect("a String takes every write");
        }
        schema += ");\n";
    }
    schema
        + "CREATE INDEX name ON node (name); CREATE INDEX subject ON edge (subject); CREATE INDEX object ON edge (object);"
}

fn insert(table: &str, head: &[&str], columns: Columns) -> String {
    let places = vec!["?"; head.len() + columns.len() + 1].join(", ");
    format!("INSERT INTO {table} ({}) VALUES ({places})", names(head, columns))
}

fn select(table: &str, head: &[&str], columns: Columns) -> String {
    format!("SELECT {} FROM {table} ORDER BY rowid", names(head, columns))
}

fn names(head: &[&str], columns: Columns) -> String {
    let columns = columns.iter().chain(&[USED]).map(|(name, _)| *name);
    let names: Vec<_> = head.iter().copied().chain(columns).map(|name| format!("\"{name}\"")).collect();
    names.join(", ")
}

type Columns = &'static [(&'static str, Type)];

const USED: (&str, Type) = ("use_rank", Type::Integer);
/// How long a database's header is.
const HEADER: usize = 100;
const VERSION: i64 = 2;
/// Without `next_ids`.
const OLDEST: i64 = 1;
/// `midg`
const APPLICATION: i64 = 0x6D69_6467;
