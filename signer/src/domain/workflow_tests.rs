use super::*;
use serde_json::json;

/// Every guard holds.
const FREE: Facts = Facts {
    groups_checked: true,
    editor: true,
    reviewer: true,
    review_needed: true,
    caller_edited: false,
    creating: false,
};
const NONE: Option<Status> = None;
const WIP: Option<Status> = Some(Status::WorkInProgress);
const REVIEW: Option<Status> = Some(Status::ToReview);
const SIGNED: Option<Status> = Some(Status::Signed);
const FOREIGN: Option<Status> = Some(Status::Foreign);
const FROM: [Option<Status>; 5] = [NONE, WIP, REVIEW, SIGNED, FOREIGN];

fn requests() -> [Requested; 8] {
    [
        Requested::Nothing,
        Requested::WorkInProgress,
        Requested::ToReview,
        Requested::ToSign,
        Requested::Signed,
        Requested::ToResign,
        Requested::ToRollback,
        Requested::Unknown("published".to_owned()),
    ]
}

/// Each cell of the table where every guard holds: rows as [`requests`], columns as [`FROM`].
#[test]
fn the_table_where_every_guard_holds() {
    use Move::{Approve, Reject, RequestReview, Resign, Rollback, Stay, Store};
    let unknown = || Err(Refusal::Unknown("published".to_owned()));
    let removed = || Err(Refusal::CannotRemove);
    let early = || Err(Refusal::NotUnderReview);
    let cannot = || Err(Refusal::CannotSetSigned);
    #[rustfmt::skip]
    let expected = [
        // none              work-in-progress   to-review       signed                             foreign
        [Ok(Stay),           removed(),         removed(),      removed(),                         removed()],
        [Ok(Store),          Ok(Stay),          Ok(Reject),     Ok(Store),                         Ok(Store)],
        [Ok(RequestReview),  Ok(RequestReview), Ok(Stay),       Ok(RequestReview),                 Ok(RequestReview)],
        [early(),            early(),           Ok(Approve),    Err(Refusal::AlreadySigned),       early()],
        [cannot(),           cannot(),          cannot(),       Ok(Stay),                          cannot()],
        [Ok(Resign),         Ok(Resign),        Ok(Resign),     Ok(Resign),                        Ok(Resign)],
        [Ok(Rollback),       Ok(Rollback),      Ok(Rollback),   Err(Refusal::NothingToRollBack),   Ok(Rollback)],
        [unknown(),          unknown(),         unknown(),      unknown(),                         unknown()],
    ];
    for (requested, row) in requests().into_iter().zip(expected) {
        for (from, expected) in FROM.into_iter().zip(row) {
            let decided = decide(from, requested.clone(), &FREE);
            assert_eq!(decided, expected, "{from:?} -> {requested:?}");
        }
    }
}

#[test]
fn guards_in_their_order() {
    use Requested::{ToReview, ToSign};
    let rows = [
        (
            "review asked for by somebody who is no editor",
            (WIP, ToReview, Facts { editor: false, ..FREE }),
            Err(Refusal::NotAnEditor),
        ),
        (
            "the same where groups are not checked",
            (SIGNED, ToReview, Facts { editor: false, groups_checked: false, ..FREE }),
            Ok(Move::RequestReview),
        ),
        (
            "editors are checked without review, too",
            (WIP, ToReview, Facts { editor: false, review_needed: false, ..FREE }),
            Err(Refusal::NotAnEditor),
        ),
        (
            "approval by somebody who is no reviewer",
            (REVIEW, ToSign, Facts { reviewer: false, ..FREE }),
            Err(Refusal::NotAReviewer),
        ),
        (
            "reviewers are checked without review, too",
            (WIP, ToSign, Facts { reviewer: false, review_needed: false, ..FREE }),
            Err(Refusal::NotAReviewer),
        ),
        (
            "the group comes before the status",
            (WIP, ToSign, Facts { reviewer: false, ..FREE }),
            Err(Refusal::NotAReviewer),
        ),
        (
            "the group comes before the editors",
            (REVIEW, ToSign, Facts { reviewer: false, caller_edited: true, ..FREE }),
            Err(Refusal::NotAReviewer),
        ),
        (
            "that it is signed comes before the group",
            (SIGNED, ToSign, Facts { reviewer: false, ..FREE }),
            Err(Refusal::AlreadySigned),
        ),
        (
            "the status comes before the editors",
            (WIP, ToSign, Facts { caller_edited: true, ..FREE }),
            Err(Refusal::NotUnderReview),
        ),
        (
            "approval of one's own work",
            (REVIEW, ToSign, Facts { caller_edited: true, ..FREE }),
            Err(Refusal::OwnWork),
        ),
        (
            "the same where groups are not checked",
            (REVIEW, ToSign, Facts { caller_edited: true, groups_checked: false, ..FREE }),
            Err(Refusal::OwnWork),
        ),
        (
            "the same without review",
            (WIP, ToSign, Facts { caller_edited: true, review_needed: false, ..FREE }),
            Ok(Move::Approve),
        ),
        (
            "the same after a request for a review that is not needed",
            (REVIEW, ToSign, Facts { caller_edited: true, review_needed: false, ..FREE }),
            Ok(Move::Approve),
        ),
    ];
    for (name, (from, requested, facts), expected) in rows {
        assert_eq!(decide(from, requested, &facts), expected, "{name}");
    }
}

#[test]
fn a_new_collection_is_set_up_whatever_it_asks_for() {
    use Requested::{Nothing, Signed, ToResign, ToReview, ToRollback, ToSign, WorkInProgress};
    let creating = Facts { creating: true, editor: false, reviewer: false, ..FREE };
    for requested in [Nothing, WorkInProgress, ToResign, ToRollback] {
        assert_eq!(decide(None, requested.clone(), &creating), Ok(Move::Create), "{requested:?}");
    }
    assert_eq!(decide(None, ToReview, &creating), Err(Refusal::NotAnEditor));
    assert_eq!(decide(None, ToSign, &creating), Err(Refusal::NotAReviewer));
    assert_eq!(decide(None, Signed, &creating), Err(Refusal::CannotSetSigned));
    let free = Facts { groups_checked: false, review_needed: false, ..creating };
    assert_eq!(decide(None, ToReview, &free), Ok(Move::Create));
    assert_eq!(decide(None, ToSign, &free), Ok(Move::Create));
}

/// Whatever is asked of the table: who may not approve does not, and only what must be refused is.
#[test]
fn all_combinations() {
    let mut approvals = 0;
    for bits in 0..64_u8 {
        let bit = |n: u8| bits & (1 << n) != 0;
        let facts = Facts {
            groups_checked: bit(0),
            editor: bit(1),
            reviewer: bit(2),
            review_needed: bit(3),
            caller_edited: bit(4),
            creating: bit(5),
        };
        for from in FROM.into_iter().filter(|from| !facts.creating || from.is_none()) {
            for requested in requests() {
                let decided = decide(from, requested.clone(), &facts);
                let case = format!("{from:?} -> {requested:?}, {facts:?}: {decided:?}");
                let in_editors = facts.editor || !facts.groups_checked;
                let in_reviewers = facts.reviewer || !facts.groups_checked;
                let reviewed = from == REVIEW && !facts.caller_edited || !facts.review_needed;
                match decided {
                    Ok(Move::Approve) => {
                        approvals += 1;
                        assert_eq!(requested, Requested::ToSign, "{case}");
                        assert!(in_reviewers && reviewed && from != SIGNED, "{case}");
                    }
                    Ok(Move::RequestReview) => {
                        assert_eq!(requested, Requested::ToReview, "{case}");
                        assert!(in_editors && from != REVIEW, "{case}");
                    }
                    Ok(Move::Create) => assert!(facts.creating, "{case}"),
                    Ok(_) => assert!(!facts.creating, "{case}"),
                    Err(Refusal::NotAnEditor) => assert!(!in_editors, "{case}"),
                    Err(Refusal::NotAReviewer) => assert!(!in_reviewers, "{case}"),
                    Err(Refusal::NotUnderReview | Refusal::OwnWork) => {
                        assert!(in_reviewers && !reviewed, "{case}");
                    }
                    Err(_) => {
                        // The status alone is to blame: with every guard open it is refused, too.
                        let free = Facts { creating: facts.creating, ..FREE };
                        assert_eq!(decide(from, requested, &free), decided, "{case}");
                    }
                }
            }
        }
    }
    // Of 32 callers of an old collection 24 pass the reviewers' group. From each of four statuses
    // the 12 without review approve, and of the other 12 those 6 under review that did not edit.
    assert_eq!(approvals, 4 * 12 + 6);
}

#[test]
fn words_and_kinds_of_refusals() {
    let yours = |text: &str| Error::NotYours(text.to_owned()).to_string();
    let rows = [
        (Refusal::CannotRemove, "Cannot remove status", false),
        (Refusal::NotAnEditor, "Not in writers group", true),
        (Refusal::NotAReviewer, "Not in checkers group", true),
        (Refusal::AlreadySigned, "Collection already signed", false),
        (Refusal::NotUnderReview, "Collection not under review", false),
        (Refusal::OwnWork, "Last editor cannot review", true),
        (Refusal::CannotSetSigned, "Cannot set status to 'signed'", false),
        (Refusal::NothingToRollBack, "Collection has no work-in-progress", false),
        (Refusal::Unknown("x".to_owned()), "Invalid status 'x'", false),
    ];
    for (refusal, words, forbidden) in rows {
        let error = refusal.into_error("writers", "checkers");
        assert_eq!(error.to_string(), yours(words));
        assert_eq!(matches!(error, Error::NotYours(_)), forbidden, "{words}");
        assert_eq!(matches!(error, Error::Workflow(_)), !forbidden, "{words}");
    }
}

#[test]
fn statuses_are_read_from_json() {
    for (value, stored, requested) in [
        (json!("work-in-progress"), WIP, Requested::WorkInProgress),
        (json!("to-review"), REVIEW, Requested::ToReview),
        (json!("signed"), SIGNED, Requested::Signed),
        (json!("to-sign"), FOREIGN, Requested::ToSign),
        (json!("to-resign"), FOREIGN, Requested::ToResign),
        (json!("to-rollback"), FOREIGN, Requested::ToRollback),
        (json!(""), FOREIGN, Requested::Unknown(String::new())),
        (json!(7), FOREIGN, Requested::Unknown("7".to_owned())),
        (json!(["signed"]), FOREIGN, Requested::Unknown("[\"signed\"]".to_owned())),
        (json!(null), NONE, Requested::Nothing),
    ] {
        assert_eq!(Status::stored(Some(&value)), stored, "{value}");
        assert_eq!(Requested::of(Some(&value)), requested, "{value}");
    }
    assert_eq!(Status::stored(None), None);
    assert_eq!(Requested::of(None), Requested::Nothing);
}
