//! The client side of Notary: accounts without shared secrets.
//!
//! A user's password becomes a P-384 key on the user's own machine; the service only ever sees
//! the public half, and JWTs that the key signed.
//!
//! | you are | you need |
//! |---|---|
//! | a program with users | [`Notary`]: sign up, confirm, unlock, change, disable |
//! | a user calling a service | [`Notary::claims_for`] and [`Unlocked::sign`] |
//! | a service being called | [`VerifyClient`]: is this JWT good, and whose is it? |
//!
//! Beneath, one file per step: `password` (NFKC) → `oprf` (RFC 9497) → `derive` (Argon2id, HKDF,
//! with the parameters of `kdf`) → `key` (P-384, ES384), whose public half travels as a strict
//! `jwk` named by a `kid`; `token` makes JWTs; `wire` holds the bodies, `problem` the errors,
//! `http` what the two clients share; `ambient` is the one place of clock and randomness.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use notary_sdk::{Expect, Notary, Password, VerifyClient};
//! use std::time::Duration;
//!
//! // The user's side.
//! let notary = Notary::new("https://notary.example".parse()?)?;
//! let password = Password::new("correct horse battery staple")?;
//! let key = notary.choose("foo@bar.com", &password).await?;
//! notary.sign_up(&key).await?;
//! notary.confirm(&key, "the token from the mail").await?;
//! let jwt = key.sign(&notary.claims_for(&key, "https://shop.example", 300));
//!
//! // The shop's side.
//! let admin = "http://127.0.0.1:8081".parse()?;
//! let secret = std::env::var("NOTARY_ADMIN_SECRET")?;
//! let notary = VerifyClient::new(admin, &secret, Duration::from_secs(2))?;
//! let user = notary.verify(&jwt, &Expect::audience("https://shop.example")).await?;
//! println!("{} is here", user.address);
//! # Ok(())
//! # }
//! ```

mod ambient;
mod client;
mod derive;
mod http;
mod jwk;
mod kdf;
mod key;
mod kid;
mod oprf;
mod password;
mod problem;
mod token;
mod unlock;
#[cfg(test)]
mod vectors;
mod verify;
mod wire;

pub use ambient::Ambient;
pub use client::{Confirmation, Error, Notary};
pub use derive::{DeriveError, derive_key};
pub use jwk::Jwk;
pub use kdf::{Argon2id, Kdf, KdfError, OPRF_SUITE};
pub use key::{KeyError, PublicKey, SigningKey};
pub use kid::{is_kid, kid};
pub use oprf::{Blinding, OprfError, POINT_LENGTH};
pub use password::{Password, PasswordError};
pub use problem::{Problem, TransportError};
pub use token::{Claims, ReservedClaim, USER_LIFETIME, digest, sign};
pub use unlock::Unlocked;
pub use verify::{Account, Cause, Expect, SetupError, Verified, VerifyClient, VerifyError};
pub use wire::{
    Confirmed, Discovery, Endpoints, Limits, PasswordRules, SaltAnswer, SaltRequest, Status,
};
