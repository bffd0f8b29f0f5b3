//! What the service does, one verb a file.

pub mod call;
pub mod service;
pub mod session;
