//! Signatures, against independent implementations.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

mod autograph;
mod canonical;
mod keys;
mod kinto;
mod python;
mod vectors;
mod verify;
