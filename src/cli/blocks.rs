//! `notary blocks`: on the database, through the same flows as the admin listener.

use super::{
    exit::Failure,
    open,
    print::print,
    table::{table, time},
};
use crate::{
    core::Core,
    domain::address::Address,
    error::Error,
    flow::unblock,
    http::blocks::BlocksResponse,
    limits::IpKey,
    store::blocks::{self, Block},
};
use clap::Subcommand;
use std::str::FromStr;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the blocked IPs
    List {
        /// Only IPs after this one, in order of their text
        #[arg(long, default_value = "", hide_default_value = true)]
        after: String,
        /// How many at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1_000))]
        limit: i64,
        /// Print JSON, as the admin listener's GET /blocks
        #[arg(long)]
        json: bool,
    },
    /// Let an IP call again, or an address sign up again; every node knows within a second
    Lift {
        /// The IP, or the address
        #[arg(value_name = "IP|ADDRESS")]
        blocked: Blocked,
    },
}

/// What is blocked.
#[derive(Clone, Debug)]
pub enum Blocked {
    Ip(IpKey),
    Address(Address),
}

impl FromStr for Blocked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains('@') {
            return Address::parse(text).map(Self::Address).map_err(|fault| fault.to_string());
        }
        text.parse().map(Self::Ip).map_err(|fault: crate::limits::NotAnIpKey| fault.to_string())
    }
}

pub fn blocks(command: Command) -> Result<(), Failure> {
    super::runtime()?.block_on(async {
        let core = open::core().await?;
        match command {
            Command::List { after, limit, json } => list(&core, after, limit, json).await,
            Command::Lift { blocked } => lift(&core, blocked).await,
        }
    })
}

async fn list(core: &Core, after: String, limit: i64, json: bool) -> Result<(), Failure> {
    let page = core.db.read("list blocks", move |tx| blocks::list(tx, &after, limit)).await?;
    if json {
        return super::json(&BlocksResponse::new(page));
    }
    let next = page.next();
    let next = next.map(|block| format!("more: --after {}\n", block.ip));
    let row = |block: &Block| [block.ip.clone(), time(Some(block.since)), time(Some(block.until))];
    let rows: Vec<[String; 3]> = page.rows().iter().map(row).collect();
    print(&table(["IP", "SINCE", "UNTIL"], &rows))?;
    print(&next.unwrap_or_default())
}

async fn lift(core: &Core, blocked: Blocked) -> Result<(), Failure> {
    let lifted = match blocked {
        Blocked::Ip(ip) => unblock::ip(core, ip).await,
        Blocked::Address(address) => unblock::address(core, address).await,
    };
    match lifted {
        Err(Error::Unknown) => Err(Failure::Other("that is not blocked".to_owned())),
        result => Ok(result?),
    }?;
    print("Lifted.\n")
}
