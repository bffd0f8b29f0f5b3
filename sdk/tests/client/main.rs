//! The client of the public side against a stand-in for the service.

#![expect(clippy::unwrap_used, reason = "a test's helpers may panic as its tests may")]

mod calls;
mod refusals;
mod stand_in;
