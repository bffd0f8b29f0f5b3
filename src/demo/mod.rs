//! `notary demo`: the whole service without any configuration.

pub mod postgres;
pub mod smtp_sink;
