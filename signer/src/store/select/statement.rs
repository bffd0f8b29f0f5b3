//! SQL whose text is all our own, with the values that belong to it.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Jsonb, Text},
};
use serde_json::Value;
use std::marker::PhantomData;

/// A statement in the making. Text that is known only at run time cannot become SQL.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Statement(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Sql(&'static str),
    Text(String),
    Number(i64),
    Json(Value),
    Texts(Vec<String>),
    Numbers(Vec<i64>),
    Jsons(Vec<Value>),
}

impl Statement {
    /// Goes on with SQL.
    pub fn sql(&mut self, sql: &'static str) -> &mut Self {
        self.push(Piece::Sql(sql))
    }

    /// Goes on with a text.
    pub fn text(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(Piece::Text(text.into()))
    }

    /// Goes on with a bigint.
    pub fn number(&mut self, number: i64) -> &mut Self {
        self.push(Piece::Number(number))
    }

    /// Goes on with a jsonb.
    pub fn json(&mut self, json: &Value) -> &mut Self {
        self.push(Piece::Json(json.clone()))
    }

    /// Goes on with a text[].
    pub fn texts(&mut self, texts: Vec<String>) -> &mut Self {
        self.push(Piece::Texts(texts))
    }

    /// Goes on with a bigint[].
    pub fn numbers(&mut self, numbers: Vec<i64>) -> &mut Self {
        self.push(Piece::Numbers(numbers))
    }

    /// Goes on with a jsonb[].
    pub fn jsons(&mut self, jsons: Vec<Value>) -> &mut Self {
        self.push(Piece::Jsons(jsons))
    }

    /// Goes on with what another one has.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        self.0.extend_from_slice(&other.0);
        self
    }

    fn push(&mut self, piece: Piece) -> &mut Self {
        self.0.push(piece);
        self
    }

    /// The statement as a query that gives rows of these types.
    pub fn rows<T>(self) -> Rows<T> {
        Rows { pieces: self.0, types: PhantomData }
    }
}

/// A whole statement, and the SQL types of its rows.
pub(super) struct Rows<T> {
    pieces: Vec<Piece>,
    types: PhantomData<T>,
}

impl<T> QueryFragment<Pg> for Rows<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // There are as many statements as there are queries.
        out.unsafe_to_cache_prepared();
        for piece in &self.pieces {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Piece::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Piece::Json(json) => out.push_bind_param::<Jsonb, _>(json)?,
                Piece::Texts(texts) => out.push_bind_param::<Array<Text>, _>(texts)?,
                Piece::Numbers(numbers) => out.push_bind_param::<Array<BigInt>, _>(numbers)?,
                Piece::Jsons(jsons) => out.push_bind_param::<Array<Jsonb>, _>(jsons)?,
            }
        }
        Ok(())
    }
}

impl<T> QueryId for Rows<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> Query for Rows<T> {
    type SqlType = T;
}

impl<T> RunQueryDsl<PgConnection> for Rows<T> {}
