//! The HTTP side: what comes in becomes calls, what goes out are answers.

pub mod problem;
#[cfg(test)]
mod problem_tests;
pub mod routes;
