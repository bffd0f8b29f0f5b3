//! How many rows there are, and how many more than before.

use crate::{harness::Service, sql};
use std::collections::BTreeMap;

/// Rows by table.
pub type Tables = BTreeMap<String, i64>;

impl Service {
    /// Runs a statement behind the service's back.
    pub fn execute(&self, statement: &str) {
        sql::execute(&self.db, statement);
    }

    /// How many rows there are: `count("keys WHERE ended_at IS NULL")`.
    pub fn count(&self, rows: &str) -> i64 {
        sql::number(&self.db, &format!("SELECT count(*) FROM {rows}"))
    }

    /// How many rows each table has.
    pub fn tables(&self) -> Tables {
        const TABLES: &str = "SELECT string_agg(table_name, ' ') FROM information_schema.tables \
                              WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
        let tables = sql::text(&self.db, TABLES);
        let tables: Tables =
            tables.split(' ').map(|table| (table.to_owned(), self.count(table))).collect();
        assert!(tables.len() > 8, "{tables:?}");
        tables
    }

    /// How many rows each table has more than before; tables that have not grown are left out.
    pub fn growth(&self, before: &Tables) -> Tables {
        let mut growth = self.tables();
        growth.iter_mut().for_each(|(table, rows)| *rows -= before[table]);
        growth.retain(|_, grown| *grown != 0);
        growth
    }
}
