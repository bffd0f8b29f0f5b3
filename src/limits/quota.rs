use std::{fmt, time::Duration};

/// What one caller has left after a call. Its text is the value of the `RateLimit` field:
/// `"second";r=4;t=1, "minute";r=59;t=60` (draft-ietf-httpapi-ratelimit-headers, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Of the calls per second.
    pub second: Left,
    /// Of the calls per minute; `None` for a caller that is not counted on its own.
    pub minute: Option<Left>,
}

/// What is left of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Calls that may still come.
    pub calls: u32,
    /// Whole seconds until all of them may come again.
    pub resets_in: Duration,
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#""second";{}"#, self.second)?;
        self.minute.map_or(Ok(()), |minute| write!(f, r#", "minute";{minute}"#))
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r={};t={}", self.calls, self.resets_in.as_secs())
    }
}
