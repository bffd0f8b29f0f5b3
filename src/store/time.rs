//! Points in time by the database's clock, which all nodes share.

use diesel::{
    dsl::{AsExprOf, now, sql},
    expression::{SqlLiteral, UncheckedBind},
    pg::data_types::PgInterval,
    prelude::*,
    sql_types::{Interval, Timestamptz},
};
use std::time::Duration;

type Shifted = UncheckedBind<SqlLiteral<Timestamptz>, AsExprOf<PgInterval, Interval>>;

/// When the transaction began.
pub(super) fn present() -> AsExprOf<now, Timestamptz> {
    now.into_sql::<Timestamptz>()
}

/// That much later.
pub(super) fn after(delay: Duration) -> Shifted {
    sql("now() + ").bind::<Interval, _>(interval(delay))
}

/// That much earlier.
pub(super) fn ago(age: Duration) -> Shifted {
    sql("now() - ").bind::<Interval, _>(interval(age))
}

/// So many hours.
pub(super) const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

fn interval(time: Duration) -> PgInterval {
    PgInterval::from_microseconds(time.as_micros() as i64)
}
