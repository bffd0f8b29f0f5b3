//! The `notary-signer` command.

fn main() {}
