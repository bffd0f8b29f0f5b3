//! `notary account`: on the database, through the same flows as the admin listener.

use super::{
    exit::Failure,
    open,
    print::print,
    table::{table, time},
};
use crate::{
    core::Core,
    domain::{address::Address, salt::Kid},
    error::Error,
    flow::disable::{self, Target},
    http::accounts::{AccountResponse, AccountsResponse},
    store::accounts::{self, Account},
};
use clap::Subcommand;
use std::str::FromStr;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show one account
    Show {
        /// The address in any spelling, or the kid
        #[arg(value_name = "ADDRESS|KID")]
        whose: Whose,
        /// Print JSON, as the admin listener's GET /accounts/{kid}
        #[arg(long)]
        json: bool,
    },
    /// List accounts, in order of address
    List {
        /// Only addresses that begin with this
        #[arg(long, default_value = "", hide_default_value = true)]
        prefix: String,
        /// Only addresses after this one
        #[arg(long, default_value = "", hide_default_value = true)]
        after: String,
        /// How many at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1_000))]
        limit: i64,
        /// Print JSON, as the admin listener's GET /accounts
        #[arg(long)]
        json: bool,
    },
    /// Disable an account at once; its owner gets a notice
    Disable {
        /// The address in any spelling, or the kid
        #[arg(value_name = "ADDRESS|KID")]
        whose: Whose,
        /// Also keep the address from signing up again, until `notary blocks lift`
        #[arg(long)]
        block: bool,
    },
}

/// Whose account.
#[derive(Clone, Debug)]
pub enum Whose {
    Address(Address),
    Kid(Kid),
}

impl FromStr for Whose {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(kid) = Kid::parse(text) {
            return Ok(Self::Kid(kid));
        }
        Address::parse(text).map(Self::Address).map_err(|fault| fault.to_string())
    }
}

pub fn account(command: Command) -> Result<(), Failure> {
    super::runtime()?.block_on(async {
        let core = open::core().await?;
        match command {
            Command::Show { whose, json } => show(&core, whose, json).await,
            Command::List { prefix, after, limit, json } => {
                list(&core, prefix, after, limit, json).await
            }
            Command::Disable { whose, block } => disable_one(&core, whose, block).await,
        }
    })
}

async fn show(core: &Core, whose: Whose, json: bool) -> Result<(), Failure> {
    let account = core.db.read("find account", move |tx| match &whose {
        Whose::Address(address) => accounts::by_address(tx, address),
        Whose::Kid(kid) => accounts::by_kid(tx, kid),
    });
    let account = account.await?.ok_or_else(unknown)?;
    if json {
        return super::json(&AccountResponse::from(account));
    }
    let ended = account.ended_by.as_deref().map_or_else(String::new, |by| format!(" by {by}"));
    print(&format!(
        "address     {}\nstatus      {}\nkid         {}\nthumbprint  {}\nkdf         {}\n\
         signed up   {}\nconfirmed   {}\nended       {}{ended}\n",
        account.address.as_str(),
        account.status,
        account.kid,
        account.key.thumbprint(),
        account.kdf_v,
        time(account.signed_up_at),
        time(account.confirmed_at),
        time(account.ended_at),
    ))
}

async fn list(
    core: &Core,
    prefix: String,
    after: String,
    limit: i64,
    json: bool,
) -> Result<(), Failure> {
    let page = core.db.read("list accounts", move |tx| accounts::list(tx, &prefix, &after, limit));
    let page = page.await?;
    if json {
        return super::json(&AccountsResponse::new(page));
    }
    let next = page.next();
    let next = next.map(|account| format!("more: --after {}\n", account.address.as_str()));
    let rows: Vec<[String; 4]> = page.rows().iter().map(row).collect();
    print(&table(["ADDRESS", "STATUS", "SINCE", "KID"], &rows))?;
    print(&next.unwrap_or_default())
}

fn row(account: &Account) -> [String; 4] {
    let since = account.ended_at.or(account.confirmed_at).or(account.signed_up_at);
    [
        account.address.as_str().to_owned(),
        account.status.clone(),
        time(since),
        format!("{:.16}…", account.kid.to_string()),
    ]
}

async fn disable_one(core: &Core, whose: Whose, block: bool) -> Result<(), Failure> {
    let target = match whose {
        Whose::Address(address) => Target::Address(address),
        Whose::Kid(kid) => Target::Kid(kid),
    };
    match disable::by_admin(core, target, block).await {
        Err(Error::Unknown) => Err(unknown()),
        result => Ok(result?),
    }?;
    print(if block { "Disabled, and kept from signing up again.\n" } else { "Disabled.\n" })
}

fn unknown() -> Failure {
    Failure::Other("there is no such account".to_owned())
}
