//! What the service does, one verb a file. [`execute::execute`] is the way in.

pub mod answer;
pub mod authorize;
mod cache;
pub mod call;
mod create;
mod delete;
pub mod execute;
mod get;
mod list;
mod locks;
mod patch;
mod replace;
pub mod service;
pub mod session;
mod write;
