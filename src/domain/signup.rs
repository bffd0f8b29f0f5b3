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

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(request: Request, open_confirmations: usize) -> Pending {
        let address = Address::parse("new@example.org").unwrap();
        let salt = Salt::from_stored(&[0; 16]).unwrap();
        let kid = Kid::derive(&address, &salt);
        let key = PublicKey::decoy([7; 72]);
        let candidate = Candidate { address, kid, salt, key, kdf_v: 1 };
        Pending { id: Uuid::nil(), request, candidate, open_confirmations }
    }

    fn moved() -> Request {
        Request::Address { from: Address::parse("old@example.org").unwrap() }
    }

    #[test]
    fn the_last_mailbox_activates() {
        assert!(matches!(pending(moved(), 2).confirm(), Step::OneMore));
        for request in [Request::Signup, Request::Password, moved()] {
            let Step::Activate(activation) = pending(request.clone(), 1).confirm() else {
                panic!("{request:?} needs no more");
            };
            assert_eq!(activation.request, request);
            assert_eq!(activation.candidate, pending(request, 1).candidate);
        }
    }

    #[test]
    fn a_change_of_address_concerns_both_and_replaces_the_old_one() {
        for (request, concerned, replaced) in [
            (Request::Signup, vec!["new@example.org"], "new@example.org"),
            (Request::Password, vec!["new@example.org"], "new@example.org"),
            (moved(), vec!["old@example.org", "new@example.org"], "old@example.org"),
        ] {
            let pending = pending(request, 1);
            let addresses: Vec<_> = pending.addresses().iter().map(|a| a.as_str()).collect();
            assert_eq!(addresses, concerned);
            let Step::Activate(activation) = pending.confirm() else { panic!("one mailbox") };
            assert_eq!(activation.replaced().as_str(), replaced);
        }
    }
}
