//! The review workflow: which status a source collection may get from which, and by whom.
//!
//! `status` of a source collection's metadata is one of three, or missing; a request asks for a
//! move by writing a status, some of which are never stored. [`decide`] is the transition table.

use crate::error::Error;
use serde_json::Value;

/// A status as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Somebody has changed something, or sent it back.
    WorkInProgress,
    /// Waits for a reviewer.
    ToReview,
    /// The destination holds what the source holds.
    Signed,
    /// Written before the collection became a source.
    Foreign,
}

impl Status {
    /// The `status` of a source collection; `None` where it has none.
    pub fn stored(value: Option<&Value>) -> Option<Self> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(match text.as_str() {
                "work-in-progress" => Self::WorkInProgress,
                "to-review" => Self::ToReview,
                "signed" => Self::Signed,
                _ => Self::Foreign,
            }),
            Some(_) => Some(Self::Foreign),
        }
    }
}

/// What a request writes into `status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requested {
    /// Nothing, or `null`.
    Nothing,
    /// `work-in-progress`: sends it back, where somebody asked for review.
    WorkInProgress,
    /// `to-review`
    ToReview,
    /// `to-sign`: approves.
    ToSign,
    /// `signed`: only the service says so.
    Signed,
    /// `to-resign`
    ToResign,
    /// `to-rollback`
    ToRollback,
    /// Anything else, as text.
    Unknown(String),
}

impl Requested {
    /// The `status` of a collection as a request has written it.
    pub fn of(value: Option<&Value>) -> Self {
        let text = match value {
            None | Some(Value::Null) => return Self::Nothing,
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        match text.as_str() {
            "work-in-progress" => Self::WorkInProgress,
            "to-review" => Self::ToReview,
            "to-sign" => Self::ToSign,
            "signed" => Self::Signed,
            "to-resign" => Self::ToResign,
            "to-rollback" => Self::ToRollback,
            _ => Self::Unknown(text),
        }
    }
}

/// What the table needs to know of the caller and of the collection's settings.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Whether the groups are checked (`group_check_enabled`).
    pub groups_checked: bool,
    /// Whether the caller is in the editors' group.
    pub editor: bool,
    /// Whether the caller is in the reviewers' group.
    pub reviewer: bool,
    /// Whether approval takes a review by somebody else (`to_review_enabled`).
    pub review_needed: bool,
    /// Whether the caller changed something since the last approval, or asked for this review.
    pub caller_edited: bool,
    /// Whether the request creates the collection.
    pub creating: bool,
}

/// What follows from a request that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Nothing.
    Stay,
    /// The status is stored as it was sent.
    Store,
    /// The status is stored as it was sent: a reviewer sends it back.
    Reject,
    /// Publishes to the preview, where there is one.
    RequestReview,
    /// Publishes to the preview and to the destination.
    Approve,
    /// Signs preview and destination again as they are.
    Resign,
    /// Makes source and preview what the destination is.
    Rollback,
    /// Sets preview, destination and groups up for a new collection.
    Create,
}

/// Why a request is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The status was there and is not to go.
    CannotRemove,
    /// Not in the group of editors.
    NotAnEditor,
    /// Not in the group of reviewers.
    NotAReviewer,
    /// There is nothing to sign that is not signed.
    AlreadySigned,
    /// Nobody has asked for review.
    NotUnderReview,
    /// Nobody approves what is their own.
    OwnWork,
    /// Only the service says `signed`.
    CannotSetSigned,
    /// There is nothing to take back.
    NothingToRollBack,
    /// No such status.
    Unknown(String),
}

impl Refusal {
    /// As the caller gets to read it; `editors` and `reviewers` are the ids of the groups.
    pub fn into_error(self, editors: &str, reviewers: &str) -> Error {
        match self {
            Self::CannotRemove => Error::Workflow("Cannot remove status".to_owned()),
            Self::NotAnEditor => Error::NotYours(format!("Not in {editors} group")),
            Self::NotAReviewer => Error::NotYours(format!("Not in {reviewers} group")),
            Self::AlreadySigned => Error::Workflow("Collection already signed".to_owned()),
            Self::NotUnderReview => Error::Workflow("Collection not under review".to_owned()),
            Self::OwnWork => Error::NotYours("Last editor cannot review".to_owned()),
            Self::CannotSetSigned => Error::Workflow("Cannot set status to 'signed'".to_owned()),
            Self::NothingToRollBack => {
                Error::Workflow("Collection has no work-in-progress".to_owned())
            }
            Self::Unknown(status) => Error::Workflow(format!("Invalid status '{status}'")),
        }
    }
}

/// What must hold for a move.
enum Guard {
    Editor,
    Reviewer,
    /// The move is only for collections without review.
    NoReviewNeeded,
    OtherEyes,
}

impl Guard {
    fn check(&self, facts: &Facts) -> Result<(), Refusal> {
        let (holds, refusal) = match self {
            Self::Editor => (!facts.groups_checked || facts.editor, Refusal::NotAnEditor),
            Self::Reviewer => (!facts.groups_checked || facts.reviewer, Refusal::NotAReviewer),
            Self::NoReviewNeeded => (!facts.review_needed, Refusal::NotUnderReview),
            Self::OtherEyes => (!facts.review_needed || !facts.caller_edited, Refusal::OwnWork),
        };
        if holds { Ok(()) } else { Err(refusal) }
    }
}

/// The transition table. Guards are asked in their order, and the first that does not hold refuses.
///
/// # Errors
/// The refusal.
pub fn decide(from: Option<Status>, requested: Requested, facts: &Facts) -> Result<Move, Refusal> {
    use Guard::{Editor, NoReviewNeeded, OtherEyes, Reviewer};
    use Requested as To;
    use Status::{Foreign, Signed, ToReview, WorkInProgress};

    let (guards, then): (&[Guard], Move) = match (requested, from) {
        (To::Nothing, None) => (&[], Move::Stay),
        (To::Nothing, Some(_)) => return Err(Refusal::CannotRemove),

        (To::WorkInProgress, Some(WorkInProgress)) => (&[], Move::Stay),
        (To::WorkInProgress, Some(ToReview)) => (&[], Move::Reject),
        (To::WorkInProgress, None | Some(Signed | Foreign)) => (&[], Move::Store),

        (To::ToReview, Some(ToReview)) => (&[], Move::Stay),
        (To::ToReview, None | Some(WorkInProgress | Signed | Foreign)) => {
            (&[Editor], Move::RequestReview)
        }

        (To::ToSign, Some(Signed)) => return Err(Refusal::AlreadySigned),
        (To::ToSign, Some(ToReview)) => (&[Reviewer, OtherEyes], Move::Approve),
        (To::ToSign, None | Some(WorkInProgress | Foreign)) => {
            (&[Reviewer, NoReviewNeeded], Move::Approve)
        }

        (To::Signed, Some(Signed)) => (&[], Move::Stay),
        (To::Signed, None | Some(WorkInProgress | ToReview | Foreign)) => {
            return Err(Refusal::CannotSetSigned);
        }

        (To::ToResign, _) => (&[], Move::Resign),

        (To::ToRollback, Some(Signed)) => return Err(Refusal::NothingToRollBack),
        (To::ToRollback, None | Some(WorkInProgress | ToReview | Foreign)) => (&[], Move::Rollback),

        (To::Unknown(status), _) => return Err(Refusal::Unknown(status)),
    };
    for guard in guards {
        guard.check(facts)?;
    }
    Ok(if facts.creating { Move::Create } else { then })
}

#[cfg(test)]
#[path = "workflow_tests.rs"]
mod tests;
