//! What the service does, one verb a file. [`execute::execute`] is the way in.

pub mod answer;
pub mod authorize;
pub mod auto_create;
mod cache;
pub mod call;
mod changeset;
mod create;
mod delete;
pub mod execute;
mod get;
pub mod groups;
mod hello;
mod history;
pub mod in_use;
mod list;
mod locks;
pub mod monitor;
mod patch;
mod permissions;
pub mod publish;
mod replace;
pub mod review;
pub mod service;
pub mod session;
pub mod settle;
mod visible;
mod write;
