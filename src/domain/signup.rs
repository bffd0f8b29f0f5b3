//! A signup: one request that waits for its confirmation.

use super::{
    address::Address,
    key::PublicKey,
    salt::{Kid, Salt},
};
use uuid::Uuid;

/// What a signup asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A first key for an address.
    Signup,
    /// Another key for an address that has one.
    Password,
    /// A key for a new address, in the place of this old one.
    Address {
        /// The address that is given up.
        from: Address,
    },
}

impl Request {
    /// Its name in the database and in logs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Password => "password",
            Self::Address { .. } => "address",
        }
    }
}

/// The key that a signup wants to make active, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Whose key it will be.
    pub address: Address,
    /// The address's key id.
    pub kid: Kid,
    /// The address's salt.
    pub salt: Salt,
    /// The key.
    pub key: PublicKey,
    /// Version of the kdf that made it.
    pub kdf_v: i32,
}

/// A signup that waits for its mailbox, or mailboxes.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The signup's id.
    pub id: Uuid,
    /// What it asks for.
    pub request: Request,
    /// The key it brings.
    pub candidate: Candidate,
    /// Confirmations that are still open; two at first for a change of address.
    pub open_confirmations: usize,
}

/// Where a pending signup stands after one more confirmation.
#[derive(Debug)]
pub enum Step {
    /// Another mailbox has to confirm, too.
    OneMore,
    /// The key becomes active.
    Activate(Box<Activation>),
}

/// What a whole confirmation changes.
#[derive(Debug)]
pub struct Activation {
    /// The signup that is done.
    pub signup: Uuid,
    /// What it asked for.
    pub request: Request,
    /// The key that becomes its address's only active key.
    pub candidate: Candidate,
}

impl Pending {
    /// One mailbox has confirmed.
    pub fn confirm(self) -> Step {
        if self.open_confirmations > 1 {
            return Step::OneMore;
        }
        let Self { id, request, candidate, .. } = self;
        Step::Activate(Box::new(Activation { signup: id, request, candidate }))
    }

    /// Every address whose account this signup would change.
    pub fn addresses(&self) -> Vec<&Address> {
        match &self.request {
            Request::Address { from } => vec![from, &self.candidate.address],
            Request::Signup | Request::Password => vec![&self.candidate.address],
        }
    }
}

impl Activation {
    /// The address whose active key ends. A change of address never ends a key of the new one:
    /// who has an account there keeps it.
    pub fn replaced(&self) -> &Address {
        match &self.request {
            Request::Address { from } => from,
            Request::Signup | Request::Password => &self.candidate.address,
        }
    }
}
