//! One change of an address at a time.

use super::Tx;
use crate::{domain::address::Address, error::Result};
use diesel::prelude::*;

mod sql {
    use diesel::sql_types::{BigInt, Text};

    #[diesel::declare_sql_function]
    extern "SQL" {
        fn hashtextextended(text: Text, seed: BigInt) -> BigInt;
        fn pg_advisory_xact_lock(key: BigInt) -> diesel::sql_types::Bool;
    }
}

/// Holds these addresses until the transaction ends, in one order for everybody, so that two
/// transactions never wait for each other. Every change of a key or a signup comes through here:
/// confirmations, disabling and new signups of one address happen one after the other.
pub fn hold(tx: &mut Tx, addresses: &[&Address]) -> Result<()> {
    let mut addresses = addresses.to_vec();
    addresses.sort();
    addresses.dedup();
    for address in addresses {
        // The function returns void; a row that nobody reads.
        let key = sql::hashtextextended(address.as_str(), 0);
        diesel::select(sql::pg_advisory_xact_lock(key)).execute(tx)?;
    }
    Ok(())
}
