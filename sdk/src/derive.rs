//! From password to key: PROTOCOL section 2, steps 3 and 4.

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use sha2::Sha384;
use zeroize::Zeroizing;

use crate::{Argon2id, KdfError, OprfError, Password, SigningKey};

/// HKDF's info, naming what the output is for.
const INFO: &[u8] = b"notary/v1/ES384";

/// Derives the key of a password. `y` is the OPRF's 48-byte output, or empty where the service
/// has no OPRF. Takes about 0.1 s and 64 MiB with the default costs: never on an async worker.
///
/// # Errors
/// Costs that [`Argon2id::check`] refuses.
pub fn derive_key(
    password: &Password,
    salt: &[u8; 16],
    costs: &Argon2id,
    y: &[u8],
) -> Result<SigningKey, DeriveError> {
    let stretched = stretch(&argon2_password(password, y), salt, costs)?;
    Ok(SigningKey::from_uniform(&*expand(&stretched)?))
}

/// I2OSP(len pw, 2) ‖ pw ‖ y.
pub(crate) fn argon2_password(password: &Password, y: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = password.length_prefixed(y.len());
    bytes.extend_from_slice(y);
    bytes
}

/// Argon2id v1.3 (RFC 9106), 64 bytes out.
pub(crate) fn stretch(
    password: &[u8],
    salt: &[u8; 16],
    costs: &Argon2id,
) -> Result<Zeroizing<[u8; 64]>, DeriveError> {
    costs.check()?;
    let params =
        Params::new(costs.m, costs.t, costs.p, Some(64)).map_err(|_| DeriveError::Argon2)?;
    let mut out = Zeroizing::new([0; 64]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, &mut *out)
        .map_err(|_| DeriveError::Argon2)?;
    Ok(out)
}

/// HKDF-Expand (RFC 5869 section 2.3) to 72 bytes: 192 bits more than the curve's order, so that
/// the reduction to a scalar is uniform.
pub(crate) fn expand(stretched: &[u8; 64]) -> Result<Zeroizing<[u8; 72]>, DeriveError> {
    let mut out = Zeroizing::new([0; 72]);
    Hkdf::<Sha384>::from_prk(stretched)
        .map_err(|_| DeriveError::Hkdf)?
        .expand(INFO, &mut *out)
        .map_err(|_| DeriveError::Hkdf)?;
    Ok(out)
}

/// Why a password gave no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeriveError {
    /// The announced parameters are refused.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The OPRF failed.
    #[error(transparent)]
    Oprf(#[from] OprfError),
    /// Argon2 refused its input.
    #[error("Argon2id does not accept these parameters")]
    Argon2,
    /// HKDF refused its input.
    #[error("the stretched password could not be expanded to a key")]
    Hkdf,
    /// The runtime stopped before the derivation was done.
    #[error("the derivation was interrupted before it was done")]
    Interrupted,
}
