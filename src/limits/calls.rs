use std::{num::NonZeroU32, time::Duration};

use super::{
    IpKey, Left, Quota, TokenBucket,
    bounded::{Bounded, Held},
    token_bucket, whole_seconds,
    window::{MINUTE, Window},
};
use crate::clock::Clock;

/// Calls per IP: so many a second, above which the caller is throttled, and so many a minute, above
/// which it is to be blocked.
///
/// Every call counts towards the minute, the throttled ones too. At most 100,000 callers are
/// counted one by one; the rest share a bucket with their /16 (IPv4) or /32 (IPv6), which throttles
/// but never blocks.
pub struct CallLimits {
    per_second: NonZeroU32,
    per_minute: NonZeroU32,
    policy: String,
    callers: Bounded<IpKey, Caller>,
    clock: Clock,
}

struct Caller {
    second: TokenBucket,
    minute: Window,
}

/// The answer to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What to do with the call.
    pub verdict: Verdict,
    /// What the caller has left; its text is the value of `RateLimit`.
    pub quota: Quota,
}

/// What to do with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Serve it.
    Allowed,
    /// Too many this second: answer 429.
    Throttled {
        /// Whole seconds, at least one.
        retry_after: Duration,
    },
    /// Too many this minute: answer 429 and block the IP for hours. Said once: the count begins
    /// anew, so that an IP whose block is lifted early starts afresh.
    Exhausted,
}

impl CallLimits {
    /// Limits for one node, with nothing counted yet.
    pub fn new(per_second: NonZeroU32, per_minute: NonZeroU32, clock: Clock) -> Self {
        Self {
            per_second,
            per_minute,
            policy: format!(r#""second";q={per_second};w=1, "minute";q={per_minute};w=60"#),
            callers: Bounded::new(MINUTE),
            clock,
        }
    }

    /// The value of `RateLimit-Policy`: `"second";q=5;w=1, "minute";q=60;w=60`
    /// (draft-ietf-httpapi-ratelimit-headers, section 3).
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Counts one call and decides about it.
    pub fn check(&self, ip: IpKey) -> Decision {
        self.visit(ip, |held, now| match held {
            Held::Own(caller) => self.decide(caller, now),
            Held::Shared(caller) => of_second(caller, now),
        })
    }

    /// The same for a call that the caller may know nothing of: it counts towards the second alone.
    pub fn check_second(&self, ip: IpKey) -> Decision {
        self.visit(ip, |(Held::Own(caller) | Held::Shared(caller)), now| of_second(caller, now))
    }

    fn visit(
        &self,
        ip: IpKey,
        visitor: impl FnOnce(Held<'_, Caller>, Duration) -> Decision,
    ) -> Decision {
        let now = self.clock.elapsed();
        let fresh = || Caller {
            second: token_bucket(governor::Quota::per_second(self.per_second), &self.clock),
            minute: Window::open(now),
        };
        self.callers.visit(ip, now, fresh, |held| visitor(held, now))
    }

    fn decide(&self, caller: &mut Caller, now: Duration) -> Decision {
        let (verdict, second) = throttle(&caller.second, now);
        let calls = caller.minute.add(now);
        let minute = Left {
            calls: self.per_minute.get().saturating_sub(calls),
            resets_in: whole_seconds(caller.minute.ends_in(now)),
        };
        let quota = Quota { second, minute: Some(minute) };
        if calls > self.per_minute.get() {
            caller.minute = Window::open(now);
            Decision { verdict: Verdict::Exhausted, quota }
        } else {
            Decision { verdict, quota }
        }
    }
}

fn of_second(caller: &Caller, now: Duration) -> Decision {
    let (verdict, second) = throttle(&caller.second, now);
    Decision { verdict, quota: Quota { second, minute: None } }
}

fn throttle(bucket: &TokenBucket, now: Duration) -> (Verdict, Left) {
    // A bucket of a second's calls is full again after a second, whatever was taken.
    let left = |calls| Left { calls, resets_in: Duration::from_secs(1) };
    match bucket.check() {
        Ok(state) => (Verdict::Allowed, left(state.remaining_burst_capacity())),
        Err(refusal) => {
            let retry_after = whole_seconds(refusal.wait_time_from(now.into()));
            (Verdict::Throttled { retry_after }, left(0))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use super::{super::bounded::CAPACITY, *};

    const SECOND: Duration = Duration::from_secs(1);
    const THROTTLED: Verdict = Verdict::Throttled { retry_after: SECOND };

    fn limits(per_second: u32, per_minute: u32) -> (CallLimits, Clock) {
        let clock = Clock::manual(1_800_000_000);
        let [second, minute] = [per_second, per_minute].map(|n| NonZeroU32::new(n).unwrap());
        (CallLimits::new(second, minute, clock.clone()), clock)
    }

    fn ip(text: &str) -> IpKey {
        text.parse().unwrap()
    }

    fn verdict(limits: &CallLimits, caller: &str) -> Verdict {
        limits.check(ip(caller)).verdict
    }

    #[test]
    fn throttles_above_the_calls_per_second_until_a_second_has_passed() {
        let (limits, clock) = limits(5, 60);
        for _ in 0..5 {
            assert_eq!(verdict(&limits, "203.0.113.7"), Verdict::Allowed);
        }
        assert_eq!(verdict(&limits, "203.0.113.7"), THROTTLED);
        assert_eq!(verdict(&limits, "203.0.113.8"), Verdict::Allowed, "another caller");
        clock.advance(Duration::from_millis(199));
        assert_eq!(verdict(&limits, "203.0.113.7"), THROTTLED);
        clock.advance(Duration::from_millis(1));
        assert_eq!(verdict(&limits, "203.0.113.7"), Verdict::Allowed, "a fifth of a second: one");
        assert_eq!(verdict(&limits, "203.0.113.7"), THROTTLED);
        clock.advance(SECOND);
        for _ in 0..5 {
            assert_eq!(verdict(&limits, "203.0.113.7"), Verdict::Allowed);
        }
    }

    #[test]
    fn exhausts_with_the_first_call_above_the_calls_per_minute_however_slow() {
        let (limits, clock) = limits(5, 60);
        for call in 1..=60 {
            assert_eq!(verdict(&limits, "203.0.113.7"), Verdict::Allowed, "call {call}");
            clock.advance(Duration::from_millis(990));
        }
        assert_eq!(verdict(&limits, "203.0.113.7"), Verdict::Exhausted);
        assert_eq!(verdict(&limits, "203.0.113.7"), Verdict::Allowed, "said once, then afresh");
    }

    #[test]
    fn never_exhausts_who_keeps_to_the_limit() {
        let (limits, clock) = limits(5, 60);
        for call in 1..=600 {
            assert_eq!(verdict(&limits, "203.0.113.7"), Verdict::Allowed, "call {call}");
            clock.advance(SECOND);
        }
    }

    #[test]
    fn throttled_calls_count_towards_the_minute() {
        let (limits, _clock) = limits(5, 60);
        let verdicts: Vec<_> = (0..61).map(|_| verdict(&limits, "203.0.113.7")).collect();
        assert!(verdicts[..5].iter().all(|v| *v == Verdict::Allowed));
        assert!(verdicts[5..60].iter().all(|v| *v == THROTTLED));
        assert_eq!(verdicts[60], Verdict::Exhausted);
    }

    #[test]
    fn what_others_make_a_caller_call_throttles_and_never_exhausts() {
        let (limits, _clock) = limits(5, 60);
        let verdicts = (0..100).map(|_| limits.check_second(ip("203.0.113.7")).verdict);
        let verdicts: Vec<_> = verdicts.collect();
        assert!(verdicts[..5].iter().all(|v| *v == Verdict::Allowed));
        assert!(verdicts[5..].iter().all(|v| *v == THROTTLED));
        let quota = limits.check(ip("203.0.113.7")).quota;
        assert_eq!(quota.minute.map(|minute| minute.calls), Some(59));
    }

    #[test]
    fn says_what_is_left() {
        let (limits, clock) = limits(5, 60);
        assert_eq!(limits.policy(), r#""second";q=5;w=1, "minute";q=60;w=60"#);
        let said = || limits.check(ip("203.0.113.7")).quota.to_string();
        assert_eq!(said(), r#""second";r=4;t=1, "minute";r=59;t=60"#);
        clock.advance(Duration::from_millis(17_500));
        assert_eq!(said(), r#""second";r=4;t=1, "minute";r=58;t=43"#);
        assert_eq!(said(), r#""second";r=3;t=1, "minute";r=57;t=43"#);
        for _ in 0..57 {
            said();
        }
        assert_eq!(said(), r#""second";r=0;t=1, "minute";r=0;t=43"#);
    }

    #[test]
    fn a_thousand_addresses_of_one_64_are_one_caller() {
        let (limits, _clock) = limits(1000, 999);
        let address = |host: u128| {
            IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8_0001_0002 << 64 | host << 40)).into()
        };
        for host in 0..999 {
            assert_eq!(limits.check(address(host)).verdict, Verdict::Allowed);
        }
        assert_eq!(limits.check(address(999)).verdict, Verdict::Exhausted);
        assert_eq!(limits.callers.sizes(), (1, 0));
    }

    #[test]
    fn a_million_addresses_stay_within_the_bound_and_only_throttle() {
        let (limits, clock) = limits(1, 1);
        let v4 = |n: u32| IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n)).into();
        let v6 = |n: u32| IpAddr::V6(Ipv6Addr::from_bits(u128::from(n * 4099) << 96)).into();
        for n in 0..500_000 {
            limits.check(v4(n));
            limits.check(v6(n));
        }
        let (own, shared) = limits.callers.sizes();
        assert_eq!(own, CAPACITY);
        assert!((1..=1 << 17).contains(&shared), "{shared} shared");

        let crowd: Vec<_> = (0..10).map(|_| limits.check(v4(499_999)).verdict).collect();
        assert_eq!(crowd, [THROTTLED; 10]);
        assert_eq!(limits.check(v4(0)).verdict, Verdict::Exhausted, "who has its own still does");

        clock.advance(MINUTE);
        assert_eq!(limits.check(v4(499_999)).verdict, Verdict::Allowed);
        assert_eq!(limits.callers.sizes(), (1, 0), "the idle are forgotten");
    }
}
