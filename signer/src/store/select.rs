//! A list's query as SQL: what it finds, in its order, page by page.
//!
//! Members are compared as jsonb, so that 3 is not "3"; what is not there is unlike and greater
//! than anything, as [`domain::query::memory`](crate::domain::query::memory) has it too.

pub mod history;
pub mod objects;
mod statement;

use self::statement::{Rows, Statement};
use super::Tx;
use crate::{
    domain::query::{
        ListQuery,
        filter::{Comparison, Field, Filter, Test},
        sort::Sort,
        token::Token,
    },
    error::Result,
};
use diesel::{RunQueryDsl, query_dsl::LoadQuery, sql_types::BigInt};
use serde_json::Value;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<R> {
    /// What is on it.
    pub rows: Vec<R>,
    /// Whether there is another one behind it.
    pub more: bool,
}

/// Where the entries of a list are found, and their members.
struct Source {
    /// What makes a row, after SELECT.
    columns: &'static str,
    /// FROM and WHERE; more conditions follow.
    from: Statement,
    /// The id, as text.
    id: &'static str,
    /// Where a member is found.
    member: fn(&str) -> Place,
}

/// Where a member is found: always jsonb.
enum Place {
    /// Among the members of this.
    In(&'static str),
    /// It is this.
    Is(&'static str),
}

impl Source {
    /// The rows of a page.
    fn page<T, R>(self, tx: &mut Tx, query: &ListQuery, limit: usize) -> Result<Page<R>>
    where
        Rows<T>: for<'q> LoadQuery<'q, Tx, R>,
    {
        let mut select = Statement::default();
        select.sql("SELECT ").sql(self.columns);
        self.found(&mut select, query);
        if let Some(token) = &query.token {
            select.sql(" AND ");
            self.behind(&mut select, &query.sort, token);
        }
        let mut separator = " ORDER BY ";
        for sort in &query.sort {
            self.field(select.sql(separator), &sort.field);
            select.sql(if sort.descending { " DESC" } else { " ASC" });
            separator = ", ";
        }
        // One more, to know of another page without counting.
        select.sql(" LIMIT ").number(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
        let mut rows: Vec<R> = select.rows::<T>().load::<R>(tx)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Page { rows, more })
    }

    /// How many rows there are, on all pages.
    fn count(self, tx: &mut Tx, query: &ListQuery) -> Result<i64> {
        let mut select = Statement::default();
        self.found(select.sql("SELECT count(*)"), query);
        Ok(select.rows::<BigInt>().get_result(tx)?)
    }

    /// FROM and WHERE.
    fn found(&self, select: &mut Statement, query: &ListQuery) {
        select.append(&self.from);
        for filter in &query.filters {
            select.sql(" AND ");
            match &filter.field {
                Field::Id => own(select, self.id, filter),
                Field::LastModified => own(select, "last_modified", filter),
                Field::Path(path) => self.member(select, path, &filter.test),
            }
        }
    }

    /// What comes after the end of the page before.
    fn behind(&self, select: &mut Statement, sort: &[Sort], token: &Token) {
        let Some((first, rest)) = sort.split_first() else {
            select.sql("FALSE");
            return;
        };
        let value = token.value(&first.field);
        select.sql("(");
        match (value, first.descending) {
            (None, false) => _ = select.sql("FALSE"),
            (None, true) => {
                self.field(select, &first.field);
                select.sql(" IS NOT NULL");
            }
            (Some(value), true) => {
                self.field(select, &first.field);
                operand(select.sql(" < "), &first.field, value);
            }
            (Some(value), false) => {
                if matches!(first.field, Field::Path(_)) {
                    self.field(select, &first.field);
                    select.sql(" IS NULL OR ");
                }
                self.field(select, &first.field);
                operand(select.sql(" > "), &first.field, value);
            }
        }
        select.sql(" OR ");
        self.field(select, &first.field);
        match value {
            None => _ = select.sql(" IS NULL"),
            Some(value) => operand(select.sql(" = "), &first.field, value),
        }
        select.sql(" AND ");
        self.behind(select, rest, token);
        select.sql(")");
    }

    fn field(&self, select: &mut Statement, field: &Field) {
        match field {
            Field::Id => _ = select.sql(self.id),
            Field::LastModified => _ = select.sql("last_modified"),
            Field::Path(path) => self.path(select, path, " -> "),
        }
    }

    /// A member, the last step to it by this operator.
    fn path(&self, select: &mut Statement, path: &[String], last: &'static str) {
        let Some((name, rest)) = path.split_first() else { return };
        let steps = match (self.member)(name) {
            Place::In(whole) => {
                select.sql(whole);
                path
            }
            Place::Is(member) => {
                select.sql(member);
                rest
            }
        };
        for (left, step) in (0..steps.len()).rev().zip(steps) {
            select.sql(if left == 0 { last } else { " -> " }).text(step);
        }
        if steps.is_empty() && last == " ->> " {
            // The whole of a jsonb as text, without quotes.
            select.sql(" #>> '{}'");
        }
    }

    /// A condition on a member. What is not there is NULL.
    fn member(&self, select: &mut Statement, path: &[String], test: &Test) {
        let or_missing = |select: &mut Statement| {
            self.path(select.sql("("), path, " -> ");
            select.sql(" IS NULL OR ");
            self.path(select, path, " -> ");
        };
        match test {
            Test::Is(comparison @ (Comparison::Not | Comparison::Min | Comparison::Gt), value) => {
                or_missing(select);
                select.sql(operator(*comparison)).json(value).sql(")");
            }
            Test::Is(comparison, value) => {
                self.path(select, path, " -> ");
                select.sql(operator(*comparison)).json(value);
            }
            Test::In(values) => {
                self.path(select, path, " -> ");
                select.sql(" = ANY (").jsons(values.clone()).sql(")");
            }
            Test::Exclude(values) => {
                or_missing(select);
                select.sql(" <> ALL (").jsons(values.clone()).sql("))");
            }
            Test::Like(form) => {
                self.path(select, path, " ->> ");
                select.sql(" ILIKE ").text(pattern(form));
            }
            Test::Has(has) => {
                self.path(select, path, " -> ");
                select.sql(if *has { " IS NOT NULL" } else { " IS NULL" });
            }
            Test::Contains(values) => {
                self.path(select, path, " -> ");
                select.sql(" @> ").json(&Value::Array(values.clone()));
            }
            Test::ContainsAny(values) => {
                // PostgreSQL may look at the elements before it looks at the type.
                self.path(
                    select.sql("EXISTS (SELECT FROM jsonb_array_elements(CASE jsonb_typeof("),
                    path,
                    " -> ",
                );
                self.path(select.sql(") WHEN 'array' THEN "), path, " -> ");
                select.sql(" END) element WHERE element = ANY (").jsons(values.clone()).sql("))");
            }
        }
    }
}

/// A condition on the id or the time, which are columns of their own and never NULL.
fn own(select: &mut Statement, column: &'static str, filter: &Filter) {
    match &filter.test {
        Test::Is(_, Value::Null) => _ = select.sql("FALSE"),
        Test::Is(comparison, value) => {
            operand(select.sql(column).sql(operator(*comparison)), &filter.field, value);
        }
        Test::In(values) => {
            operands(select.sql(column).sql(" = ANY ("), &filter.field, values);
        }
        Test::Exclude(values) => {
            operands(select.sql(column).sql(" <> ALL ("), &filter.field, values);
        }
        Test::Like(form) => _ = select.sql(column).sql(" ILIKE ").text(pattern(form)),
        Test::Has(has) => _ = select.sql(if *has { "TRUE" } else { "FALSE" }),
        // Neither is a list.
        Test::Contains(_) | Test::ContainsAny(_) => _ = select.sql("FALSE"),
    }
}

/// A value of the field's type.
fn operand(select: &mut Statement, field: &Field, value: &Value) {
    match field {
        Field::Id => select.text(value.as_str().unwrap_or_default()),
        Field::LastModified => select.number(value.as_i64().unwrap_or_default()),
        Field::Path(_) => select.json(value),
    };
}

/// Values of the field's type, and a parenthesis.
fn operands(select: &mut Statement, field: &Field, values: &[Value]) {
    if *field == Field::LastModified {
        select.numbers(values.iter().filter_map(Value::as_i64).collect());
    } else {
        select.texts(values.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    }
    select.sql(")");
}

fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Lt => " < ",
        Comparison::Max => " <= ",
        Comparison::Eq => " = ",
        Comparison::Not => " <> ",
        Comparison::Min => " >= ",
        Comparison::Gt => " > ",
    }
}

/// A form in which `*` stands for anything, as a pattern of SQL; one without stands for what
/// contains it.
fn pattern(form: &str) -> String {
    let escaped = form.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    if form.contains('*') { escaped.replace('*', "%") } else { format!("%{escaped}%") }
}

#[cfg(test)]
mod tests;
