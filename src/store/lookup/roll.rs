//! Who has no active key, without a question about each: made-up kids come in floods.

use crate::domain::salt::Kid;
use fastbloom::BloomFilter;
use std::hash::RandomState;

/// With so many bits for each kid, one stranger of a hundred passes for a member. Where there are
/// more kids, more do.
const BITS_EACH: usize = 10;
/// Enough for fifty million kids; what is larger takes a while to lay out.
const MOST_BYTES: usize = 64_000_000;
/// So many kids are read at once: a millisecond or two.
pub(super) const PIECE: usize = 1_024;
/// A question about a stranger costs as much as reading so many kids.
const KIDS_A_QUESTION: usize = 32;

/// All kids that have an active key, and some that have none: a Bloom filter, filled from the
/// database piece by piece.
///
/// Each stranger that the database was asked about pays for some of it. So reading costs no more
/// than these questions did, and nothing where nobody strange comes; and it begins anew where too
/// many strangers pass for members, because the filter has grown old.
pub(super) struct Roll {
    bytes: usize,
    members: Option<BloomFilter<RandomState>>,
    /// The last one that was read; kids are read in their order.
    read_to: Option<Kid>,
    is_complete: bool,
    /// Kids that were read.
    read: usize,
    /// Kids that strangers have paid for, and that were not read yet.
    paid: usize,
}

impl Roll {
    /// Takes at most so many bytes, once it is being read.
    pub(super) fn new(bytes: usize) -> Self {
        let bytes = bytes.min(MOST_BYTES);
        Self { bytes, members: None, read_to: None, is_complete: false, read: 0, paid: 0 }
    }

    /// Whether a kid is known to have no active key.
    pub(super) fn excludes(&self, kid: &Kid) -> bool {
        self.is_complete && self.members.as_ref().is_some_and(|members| !members.contains(kid))
    }

    /// From now on this kid may have an active key, wherever the reading is.
    pub(super) fn admit(&mut self, kid: &Kid) {
        if let Some(members) = &mut self.members {
            members.insert(kid);
        }
    }

    pub(super) fn forget_all(&mut self) {
        *self = Self::new(self.bytes);
    }

    /// The database was asked about so many strangers: whether the next piece is worth reading.
    pub(super) fn is_worth_a_piece(&mut self, strangers: usize) -> bool {
        self.paid += strangers * KIDS_A_QUESTION;
        if self.is_complete && self.paid >= self.read.max(PIECE) {
            self.forget_all();
            self.paid = PIECE;
        }
        !self.is_complete && self.paid >= PIECE
    }

    /// After which kid the next piece begins.
    pub(super) fn read_to(&self) -> Option<Kid> {
        self.read_to
    }

    /// Takes the next piece of all kids that have an active key now; less than [`PIECE`] is the
    /// last one.
    pub(super) fn read(&mut self, kids: &[Kid]) {
        let bits = self.bytes * 8;
        let empty = || {
            BloomFilter::with_num_bits(bits)
                .hasher(RandomState::new())
                .expected_items(bits / BITS_EACH)
        };
        self.members.get_or_insert_with(empty).insert_all(kids);
        self.read_to = kids.last().copied().or(self.read_to);
        self.is_complete = kids.len() < PIECE;
        self.read += kids.len();
        // One piece at a time holds nobody up; what many strangers paid at once is not all owed.
        self.paid = self.paid.saturating_sub(PIECE).min(PIECE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kids(numbers: std::ops::Range<usize>) -> Vec<Kid> {
        let kid = |n: usize| {
            let mut bytes = [0; 64];
            bytes[..8].copy_from_slice(&n.to_be_bytes());
            Kid::from_stored(&bytes).unwrap()
        };
        numbers.map(kid).collect()
    }

    /// As much as a database with these kids would be asked, until all are read.
    fn read_all(roll: &mut Roll, members: &[Kid]) -> usize {
        for strangers in 1.. {
            if roll.is_worth_a_piece(1) {
                let after = roll.read_to();
                let rest = members.iter().copied().filter(|kid| after.is_none_or(|to| *kid > to));
                roll.read(&rest.take(PIECE).collect::<Vec<_>>());
            }
            if roll.is_complete {
                return strangers;
            }
        }
        unreachable!()
    }

    #[test]
    fn nobody_is_excluded_before_all_were_read_and_no_member_ever() {
        let members = kids(0..10_000);
        let mut roll = Roll::new(100_000);
        assert!(!roll.excludes(&kids(20_000..20_001)[0]));
        roll.read(&members[..PIECE]);
        assert!(!roll.excludes(&kids(20_000..20_001)[0]), "most were not read yet");
        roll.forget_all();
        let questions = read_all(&mut roll, &members);
        assert_eq!(questions, 10 * PIECE / KIDS_A_QUESTION, "reading costs what they did");
        assert!(members.iter().all(|kid| !roll.excludes(kid)));
        let passed = kids(20_000..30_000).iter().filter(|kid| !roll.excludes(kid)).count();
        assert!(passed < 50, "{passed} strangers of 10,000 pass for members, with 80 bits each");
    }

    #[test]
    fn who_becomes_a_member_meanwhile_is_one_wherever_the_reading_is() {
        let members = kids(100..5_000);
        let (early, late) = (kids(0..1)[0], kids(9_000..9_001)[0]);
        let mut roll = Roll::new(100_000);
        roll.admit(&early);
        assert!(roll.members.is_none(), "whoever reads later reads it, too");
        roll.read(&members[..PIECE]);
        roll.admit(&early);
        roll.admit(&late);
        read_all(&mut roll, &members);
        assert!(!roll.excludes(&early) && !roll.excludes(&late));
        let latest = kids(9_001..9_002)[0];
        assert!(roll.excludes(&latest));
        roll.admit(&latest);
        assert!(!roll.excludes(&latest));
    }

    #[test]
    fn an_old_roll_is_read_anew_when_too_many_pass() {
        let members = kids(0..3_000);
        let mut roll = Roll::new(100_000);
        read_all(&mut roll, &members);
        roll.admit(&kids(9_000..9_001)[0]);
        let bearable = members.len() / KIDS_A_QUESTION;
        assert!((0..bearable).all(|_| !roll.is_worth_a_piece(1)));
        assert!(roll.is_worth_a_piece(1) && !roll.is_complete);
        assert_eq!(roll.read_to(), None);
        read_all(&mut roll, &members);
        assert!(roll.excludes(&kids(9_000..9_001)[0]), "it has gone meanwhile");
    }

    #[test]
    fn too_many_for_its_bytes_pass_more_strangers_and_no_member_is_lost() {
        let members = kids(0..20_000);
        let mut roll = Roll::new(5_000);
        read_all(&mut roll, &members);
        assert!(members.iter().all(|kid| !roll.excludes(kid)));
    }

    #[test]
    fn where_nobody_has_a_key_everybody_is_excluded() {
        let mut roll = Roll::new(1_000);
        read_all(&mut roll, &[]);
        assert!(roll.excludes(&kids(1..2)[0]));
    }
}
