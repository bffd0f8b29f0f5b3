//! One `/salt` exchange, and the keys that a password makes of it.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use zeroize::Zeroizing;

use crate::{
    Blinding, Claims, DeriveError, Error, Jwk, Kdf, Password, SigningKey, derive::derive_key, kid,
    oprf::POINT_LENGTH, token::sign, wire::SaltAnswer,
};

/// A key with all that is needed to use it.
#[derive(Clone, Debug)]
pub struct Unlocked {
    /// The canonical address.
    pub address: String,
    /// The address's kid.
    pub kid: String,
    /// The address's salt.
    pub salt: [u8; 16],
    /// The derivation that made the key (its `previous` is left out).
    pub kdf: Kdf,
    /// The key. Whether it is the address's active one only the service knows.
    pub key: SigningKey,
    /// The service's clock minus ours, in seconds.
    pub clock_offset: i64,
}

impl Unlocked {
    /// A JWT of these claims, signed with this key.
    pub fn sign(&self, claims: &Claims) -> String {
        sign(&self.key, &self.kid, claims)
    }

    /// The public half, ready to be sent.
    pub fn jwk(&self) -> Jwk {
        Jwk::new(&self.key.public(), &self.kid)
    }
}

/// What the service gave for an address and a blinded password: enough for the newest key and all
/// the previous ones.
pub(crate) struct Exchange {
    address: String,
    salt: [u8; 16],
    clock_offset: i64,
    password: Password,
    /// The OPRF's output, if the service evaluated.
    y: Option<Zeroizing<[u8; 48]>>,
    /// Newest first; each without its own `previous`.
    pub(crate) kdfs: Vec<Kdf>,
}

impl Exchange {
    /// Reads the answer that came at local time `now`.
    pub(crate) fn new(
        answer: SaltAnswer,
        password: &Password,
        blinding: Option<Blinding>,
        now: i64,
    ) -> Result<Self, Error> {
        let salt = BASE64_STANDARD
            .decode(&answer.salt)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(Error::Protocol("the salt is not 16 bytes in base64"))?;
        let y = match (blinding, &answer.evaluated) {
            (Some(blinding), Some(point)) => {
                let point: [u8; POINT_LENGTH] = BASE64_URL_SAFE_NO_PAD
                    .decode(point)
                    .ok()
                    .and_then(|bytes| bytes.try_into().ok())
                    .ok_or(Error::Protocol("the evaluation is not 49 bytes in base64url"))?;
                Some(blinding.finish(&point).map_err(DeriveError::Oprf)?)
            }
            _ => None,
        };
        let mut newest = answer.kdf;
        let mut kdfs = std::mem::take(&mut newest.previous);
        kdfs.iter_mut().for_each(|kdf| kdf.previous.clear());
        kdfs.insert(0, newest);
        Ok(Self {
            address: answer.address,
            salt,
            clock_offset: answer.now.saturating_sub(now),
            password: password.clone(),
            y,
            kdfs,
        })
    }

    /// Derives the key of one derivation, on a thread where blocking is allowed.
    pub(crate) async fn derive(&self, kdf: &Kdf) -> Result<Unlocked, Error> {
        kdf.check().map_err(DeriveError::Kdf)?;
        let y = match (&kdf.oprf, &self.y) {
            (None, _) => Zeroizing::new(Vec::new()),
            (Some(_), Some(y)) => Zeroizing::new(y.to_vec()),
            (Some(_), None) => {
                return Err(Error::Protocol("the service asks for an OPRF but did not evaluate"));
            }
        };
        let (password, salt, costs) = (self.password.clone(), self.salt, kdf.argon2id);
        let key = tokio::task::spawn_blocking(move || derive_key(&password, &salt, &costs, &y))
            .await
            .map_err(|_| DeriveError::Interrupted)??;
        Ok(Unlocked {
            address: self.address.clone(),
            kid: kid(&self.address, &self.salt),
            salt: self.salt,
            kdf: kdf.clone(),
            key,
            clock_offset: self.clock_offset,
        })
    }
}
