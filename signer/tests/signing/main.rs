//! Signatures, against independent implementations.

mod autograph;
mod canonical;
mod keys;
mod kinto;
mod python;
mod vectors;
mod verify;
