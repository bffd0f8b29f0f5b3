//! `notary user`: a native client of the public side. The password becomes a key here, and never
//! leaves this process.

use super::{exit::Failure, password, print::print};
use clap::{Args, Subcommand};
use notary_sdk::{Claims, Confirmation, Error, Notary, TransportError};
use std::{fs, path::PathBuf};
use url::Url;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what a client learns about an address before it knows the password
    Salt {
        #[command(flatten)]
        whose: Whose,
    },
    /// Sign up, or have the mail sent again
    Signup {
        #[command(flatten)]
        whose: Whose,
    },
    /// Confirm a sign-up, a new password or a new address, with the password that was chosen then
    Confirm {
        #[command(flatten)]
        whose: Whose,
        /// The code in the mail, or its whole link
        #[arg(allow_hyphen_values = true)]
        token: String,
    },
    /// Print a JWT for another service, and nothing else
    Token(Token),
    /// Choose a new password; it takes the mailbox, not the old password
    Passwd {
        #[command(flatten)]
        whose: Whose,
    },
    /// Move the account to another address; it takes both mailboxes
    Email {
        #[command(flatten)]
        whose: Whose,
        /// The new address
        new_address: String,
    },
    /// Disable the account at once
    Disable {
        #[command(flatten)]
        whose: Whose,
    },
}

#[derive(Debug, Args)]
pub struct Whose {
    /// The address, in any spelling
    address: String,
    /// The service's public URI, such as https://accounts.example.com
    #[arg(long, value_name = "URL")]
    server: Url,
}

#[derive(Debug, Args)]
pub struct Token {
    #[command(flatten)]
    whose: Whose,
    /// The service that the JWT is for: the `aud` it will ask for
    #[arg(long, value_name = "URI")]
    audience: String,
    /// Bind the JWT to one request: its method …
    #[arg(long, requires = "uri")]
    method: Option<String>,
    /// … and its URI, without query and fragment …
    #[arg(long, requires = "method")]
    uri: Option<String>,
    /// … and this file as its body
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
    /// For how many seconds the JWT is good
    #[arg(long, value_name = "SECONDS", default_value_t = 300,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    lifetime: u32,
}

pub fn user(command: Command) -> Result<(), Failure> {
    super::runtime()?.block_on(async {
        match command {
            Command::Salt { whose } => salt(whose).await,
            Command::Signup { whose } => signup(whose).await,
            Command::Confirm { whose, token } => confirm(whose, &token).await,
            Command::Token(token) => sign(token).await,
            Command::Passwd { whose } => passwd(whose).await,
            Command::Email { whose, new_address } => email(whose, &new_address).await,
            Command::Disable { whose } => disable(whose).await,
        }
    })
}

impl Whose {
    fn service(&self) -> Result<Notary, Failure> {
        Ok(Notary::new(self.server.clone())?)
    }
}

async fn salt(whose: Whose) -> Result<(), Failure> {
    super::json(&whose.service()?.salt(&whose.address, None).await?)
}

async fn signup(whose: Whose) -> Result<(), Failure> {
    let service = whose.service()?;
    let key = service.choose(&whose.address, &password::new()?).await?;
    service.sign_up(&key).await?;
    print(&format!(
        "A mail is on its way to {}. {}",
        key.address,
        then_confirm(&key.address, &whose)
    ))
}

async fn confirm(whose: Whose, token: &str) -> Result<(), Failure> {
    let service = whose.service()?;
    let key = service.unlock(&whose.address, &password::present()?).await?;
    match service.confirm(&key, token_of(token)).await? {
        Confirmation::Active(confirmed) => {
            print(&format!("Confirmed: {} is active with this password.\n", confirmed.address))
        }
        Confirmation::OneMore => {
            print("One more: confirm with the code that went to the other address, too.\n")
        }
    }
}

async fn sign(options: Token) -> Result<(), Failure> {
    let Token { whose, audience, method, uri, body_file, lifetime } = options;
    let body = body_file.map(|file| {
        let failed = |error: std::io::Error| format!("{}: {}", file.display(), error.kind());
        fs::read(&file).map_err(|error| Failure::Other(failed(error)))
    });
    let body = body.transpose()?;
    let service = whose.service()?;
    let (key, _) = service.unlock_active(&whose.address, &password::present()?).await?;
    let claims = service.claims_for(&key, &audience, lifetime);
    let claims = match method.zip(uri) {
        Some((method, uri)) => claims.bound_to(&method, &uri),
        None => claims,
    };
    let claims: Claims = match body {
        Some(body) => claims.over(&body),
        None => claims,
    };
    print(&format!("{}\n", key.sign(&claims)))
}

async fn passwd(whose: Whose) -> Result<(), Failure> {
    let service = whose.service()?;
    let key = service.choose(&whose.address, &password::new()?).await?;
    service.change_password(&key).await?;
    print(&format!(
        "A mail is on its way to {}. Until it is confirmed the old password stays. {}",
        key.address,
        then_confirm(&key.address, &whose)
    ))
}

async fn email(whose: Whose, new_address: &str) -> Result<(), Failure> {
    let service = whose.service()?;
    // The key is made anew for the new address; the password may be the same.
    let key = service.choose(new_address, &password::new()?).await?;
    service.change_address(&whose.address, &key).await?;
    print(&format!(
        "Two mails are on their way, to the old address and to {}. Confirm with both codes, in any \
         order. {}",
        key.address,
        then_confirm(&key.address, &whose)
    ))
}

async fn disable(whose: Whose) -> Result<(), Failure> {
    let service = whose.service()?;
    let (key, _) = service.unlock_active(&whose.address, &password::present()?).await?;
    service.disable(&key).await?;
    print(&format!("{} is disabled. Signing up again later is possible.\n", key.address))
}

fn then_confirm(address: &str, whose: &Whose) -> String {
    let server = whose.server.as_str().trim_end_matches('/');
    format!("Then:\n\n  notary user confirm {address} <code> --server {server}\n")
}

/// The code of a mail, or that within its link.
fn token_of(text: &str) -> &str {
    let after = text.split_once("token=").map_or(text, |(_, after)| after);
    after.split('&').next().unwrap_or(after)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Transport(TransportError::TooLarge) => Self::Other(text),
            Error::Transport(_) => Self::Unavailable(text),
            Error::Problem(problem) if problem.status == 503 => Self::Unavailable(text),
            _ => Self::Other(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::token_of;

    #[test]
    fn a_link_does_as_well_as_its_code() {
        let link = "http://localhost:8080/confirm#token=a-_b&address=a%40b.c&purpose=signup";
        assert_eq!(token_of(link), "a-_b");
        assert_eq!(token_of("-_b"), "-_b");
    }
}
