//! `notary demo --walkthrough`: plays a user and a service against the demo, and shows every
//! request and answer.

mod acts;
mod show;
mod user;
mod wire;

pub use show::Style;

use super::{Demo, smtp_sink::SmtpSink};
use crate::{clock::Clock, random::Random};
use acts::Play;
use data_encoding::HEXLOWER;
use notary_sdk::{DeriveError, PasswordError};
use std::sync::Arc;
use wire::Wire;

/// What the play needs of a demo.
pub struct Stage {
    public_uri: String,
    admin_uri: String,
    admin_secret: String,
    sink: Arc<SmtpSink>,
    clock: Clock,
    random: Random,
}

/// Why the play was broken off.
#[derive(Debug, thiserror::Error)]
pub enum Stumble {
    /// Another answer than the protocol wants.
    #[error("`{request}` should have been answered with {expected}, but was with {got}")]
    Unexpected {
        /// Method and URL.
        request: String,
        /// Status, and the name of the problem if any.
        expected: String,
        /// The same of the answer.
        got: String,
    },
    /// No answer.
    #[error("`{0}` was not answered")]
    NoAnswer(String),
    /// The answer lacks something.
    #[error("the answer of /salt is not usable")]
    Salt,
    /// No key can be made of it.
    #[error(transparent)]
    Derivation(#[from] DeriveError),
    /// Our passwords are none.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The service sent no mail.
    #[error("no mail came for {0}")]
    NoMail(String),
}

impl Stage {
    /// The stage that a demo is.
    pub fn new(demo: &Demo, clock: Clock, random: Random) -> Self {
        Self {
            public_uri: demo.public_uri.clone(),
            admin_uri: demo.admin_uri.clone(),
            admin_secret: demo.admin_secret.clone(),
            sink: demo.sink.clone(),
            clock,
            random,
        }
    }

    /// The whole play. `print` gets its text, piece by piece.
    ///
    /// # Errors
    /// [`Stumble`] at the first answer that is not the expected one.
    pub async fn play(&self, style: Style, print: impl FnMut(&str)) -> Result<(), Stumble> {
        let mut play = Play::new(self, Wire::new(style, print));
        let run = HEXLOWER.encode(&self.random.bytes::<4>());
        let first = play.sign_up(&format!("ada-{run}@example.org")).await?;
        let second = play.change_password(&first).await?;
        let third = play.change_address(&second, &format!("ada-{run}@example.net")).await?;
        play.disable(&third).await?;
        play.end();
        Ok(())
    }
}
