//! Mail that leaves the service: what a letter says, and the two ways it can travel.
//!
//! The outbox decides when a [`Letter`] goes and how often it is tried; this module renders it
//! and hands it over once. A [`Letter`] names everything it depends on, so that trying again
//! sends the same bytes with the same `Message-ID`.

mod catalogue;
mod failure;
mod guard;
mod message;
mod relay;
pub mod smtp;
pub mod webhook;

use std::{fmt, str::FromStr};

use uuid::Uuid;

pub use failure::{MailConfigError, SendError};

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A first sign-up: carries the token that confirms it.
    Signup,
    /// A new password: carries the token that confirms it.
    Password,
    /// A new address, to the present one: carries one of the two tokens.
    AddressOld,
    /// A new address, to the new one: carries the other token.
    AddressNew,
    /// Somebody signed up with an address that has an account.
    AlreadyRegistered,
    /// The password has changed.
    NoticePasswordChanged,
    /// The address has changed; goes to the old one and names the new one.
    NoticeAddressChanged,
    /// The account has been disabled.
    NoticeDisabled,
}

/// A text that names no [`Purpose`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a mail's purpose")]
pub struct UnknownPurpose;

impl Purpose {
    /// Every purpose, once.
    pub const ALL: [Self; 8] = [
        Self::Signup,
        Self::Password,
        Self::AddressOld,
        Self::AddressNew,
        Self::AlreadyRegistered,
        Self::NoticePasswordChanged,
        Self::NoticeAddressChanged,
        Self::NoticeDisabled,
    ];

    /// The name in links, in webhook calls and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Password => "password",
            Self::AddressOld => "address_old",
            Self::AddressNew => "address_new",
            Self::AlreadyRegistered => "already_registered",
            Self::NoticePasswordChanged => "password_changed",
            Self::NoticeAddressChanged => "address_changed",
            Self::NoticeDisabled => "disabled",
        }
    }

    /// Whether letters of this purpose carry a confirmation token; the others carry none.
    pub const fn carries_token(self) -> bool {
        matches!(self, Self::Signup | Self::Password | Self::AddressOld | Self::AddressNew)
    }
}

impl FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(name: &str) -> Result<Self, UnknownPurpose> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name).ok_or(UnknownPurpose)
    }
}

/// One mail, ready to be rendered. Debug output names neither addresses nor the token.
#[derive(Clone)]
pub struct Letter {
    /// The outbox row; the same in every attempt, and so is the `Message-ID` made of it.
    pub id: Uuid,
    /// What it is about.
    pub purpose: Purpose,
    /// The recipient's canonical address, delivered as stored.
    pub to: String,
    /// The canonical address that the letter speaks of: the `sub` of the confirmation JWT, the
    /// new address in [`Purpose::NoticeAddressChanged`].
    pub account: String,
    /// The confirmation token, base64url without padding, 43 characters.
    pub token: Option<String>,
    /// When the token ends, seconds since the Unix epoch; 0 without a token.
    pub expires_at: i64,
    /// When the outbox row was written, seconds since the Unix epoch.
    pub written_at: i64,
}

impl Letter {
    /// The token, present exactly where the purpose calls for one.
    fn token(&self) -> Result<Option<&str>, SendError> {
        if self.purpose.carries_token() == self.token.is_some() {
            Ok(self.token.as_deref())
        } else {
            Err(SendError::Permanent("purpose and token do not fit together".into()))
        }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// How letters leave the service.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a process has one")]
pub enum Transport {
    /// Rendered by us, handed to a mail server.
    Smtp(smtp::Smtp),
    /// Handed to an external mailer, which writes the mail itself.
    Webhook(webhook::Webhook),
}

impl Transport {
    /// Sends the letter once; `now` (seconds since the Unix epoch) dates a webhook's signature.
    ///
    /// # Errors
    /// [`SendError::Temporary`] where a later attempt can succeed, [`SendError::Permanent`] where
    /// the letter itself was refused. After a timeout the letter may have arrived all the same.
    pub async fn send(&self, letter: &Letter, now: i64) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Webhook(webhook) => webhook.send(letter, now).await,
        }
    }

    /// Whether the other side answers. Nothing is sent to anybody.
    ///
    /// # Errors
    /// Always [`SendError::Temporary`], with words for the operator.
    pub async fn check(&self) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Webhook(webhook) => webhook.check().await,
        }
    }
}

#[cfg(test)]
impl Letter {
    /// A letter of each purpose's usual shape, for tests.
    fn sample(purpose: Purpose) -> Self {
        let token = purpose.carries_token();
        Self {
            id: Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef),
            purpose,
            to: "alice@example.org".into(),
            account: match purpose {
                Purpose::AddressOld | Purpose::NoticeAddressChanged => "alice+new@example.net",
                _ => "alice@example.org",
            }
            .into(),
            token: token.then(|| "dG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4tdG8".into()),
            expires_at: if token { 1_800_000_600 } else { 0 },
            written_at: 1_800_000_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_keep_their_names() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.as_str().parse(), Ok(purpose));
        }
        assert_eq!("Signup".parse::<Purpose>(), Err(UnknownPurpose));
    }

    #[test]
    fn debug_output_is_silent() {
        let letter = Letter::sample(Purpose::Signup);
        let text = format!("{letter:?}");
        assert!(text.contains("Signup"));
        assert!(!text.contains("alice") && !text.contains("dG9rZW4"), "{text}");
    }

    #[test]
    fn token_and_purpose_fit_together() {
        for purpose in Purpose::ALL {
            let mut letter = Letter::sample(purpose);
            assert!(letter.token().is_ok());
            letter.token = if letter.token.is_some() { None } else { Some("x".into()) };
            assert!(matches!(letter.token(), Err(SendError::Permanent(_))));
        }
    }
}
