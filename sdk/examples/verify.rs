//! A relying service checks one token: `cargo run --example verify -- https://shop.example <JWT>`

use std::{env, time::Duration};

use notary_sdk::{Expect, VerifyClient, VerifyError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: verify <audience> <JWT>, with NOTARY_ADMIN_SECRET set";
    let audience = env::args().nth(1).ok_or(usage)?;
    let jwt = env::args().nth(2).ok_or(usage)?;
    let secret = env::var("NOTARY_ADMIN_SECRET").map_err(|_| usage)?;
    let admin = env::var("NOTARY_ADMIN_URL").unwrap_or("http://127.0.0.1:8081".to_owned());

    let notary = VerifyClient::new(admin.parse()?, &secret, Duration::from_secs(2))?;
    match notary.verify(&jwt, &Expect::audience(audience)).await {
        Ok(user) => println!("200 welcome, {}", user.address),
        Err(error @ (VerifyError::Invalid(_) | VerifyError::NotActive)) => println!("401 {error}"),
        Err(error) => println!("503 {error}"),
    }
    Ok(())
}
