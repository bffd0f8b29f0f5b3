//! Release builds hold the browser client in the binary (see `src/http/pages.rs`), so they must be
//! made again when the client is. Debug builds read it from the disk.

use std::{env, fs, io};

const CLIENT: &str = "client/dist";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none() {
        // Cargo can watch only what is there.
        fs::create_dir_all(CLIENT)?;
        println!("cargo::rerun-if-changed={CLIENT}");
    }
    Ok(())
}
