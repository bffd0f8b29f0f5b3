//! What the service does: one verb a file. Handlers call these; these call domain and store.

mod authenticate;
pub mod block;
pub mod confirm;
pub mod disable;
mod floor;
mod place;
mod recall;
pub mod replace;
pub mod replay;
pub mod salt;
pub mod signup;
pub mod status;
pub mod unblock;
pub mod verify;
