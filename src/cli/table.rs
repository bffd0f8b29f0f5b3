//! Tables for people.

use crate::clock::Seconds;
use chrono::DateTime;

/// Left-aligned columns, two spaces between them.
pub fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let head = head.map(str::to_owned);
    let lines = || std::iter::once(&head).chain(rows);
    let widths: [usize; N] =
        std::array::from_fn(|n| lines().map(|line| line[n].chars().count()).max().unwrap_or(0));
    let line = |line: &[String; N]| {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    lines().map(line).collect()
}

/// A point in time, in UTC; `-` for none.
pub fn time(at: Option<Seconds>) -> String {
    let at = at.and_then(|at| DateTime::from_timestamp(at, 0));
    at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["ä".to_owned(), "x".to_owned()], ["long one".to_owned(), String::new()]];
        assert_eq!(table(["A", "B"], &rows), "A         B\nä         x\nlong one\n");
    }

    #[test]
    fn times_are_utc() {
        assert_eq!(time(Some(1_800_000_000)), "2027-01-15 08:00:00 UTC");
        assert_eq!(time(None), "-");
    }
}
