//! The commands, one file each.

pub mod generate_keypair;
pub mod verify;
