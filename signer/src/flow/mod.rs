//! What the service does, one verb a file.

pub mod call;
