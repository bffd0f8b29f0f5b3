//! The commands, one file each.

pub mod config;
pub mod generate_keypair;
pub mod verify;
