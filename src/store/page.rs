//! A page of a longer list.

/// Some rows, and whether others come after them.
#[derive(Clone, Debug)]
pub struct Page<T> {
    rows: Vec<T>,
    more: bool,
}

impl<T> Page<T> {
    /// Of up to `most + 1` rows, the first `most`.
    pub(super) fn cut(mut rows: Vec<T>, most: i64) -> Self {
        let more = rows.len() as i64 > most;
        rows.truncate(most as usize);
        Self { rows, more }
    }

    /// The row after which the next page begins; `None` on the last page.
    pub fn next(&self) -> Option<&T> {
        self.rows.last().filter(|_| self.more)
    }

    /// The rows, in order.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The rows themselves.
    pub fn into_rows(self) -> Vec<T> {
        self.rows
    }
}
