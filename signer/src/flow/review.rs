//! A source collection while a request is settled: what becomes of its metadata.

use super::{
    call::{BodyKind, Call, Method},
    groups, publish,
    session::{By, Change, PLUGIN_USER, Session},
};
use crate::{
    config::Resource,
    domain::{
        object::{Data, Object, Permissions},
        tracking::{self, Step},
        uri::CollectionUri,
        workflow::{Facts, Move, Requested, Status, decide},
    },
    error::Result,
    events::{Kind, ReviewEvent},
    store::{editors, publish::Copied},
};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

const STATUS: &str = "status";
const EDITOR_COMMENT: &str = "last_editor_comment";
const REVIEWER_COMMENT: &str = "last_reviewer_comment";

/// The review of one source collection within one request. Changes come in their order; what they
/// do to the metadata is written once, at the end.
pub struct Review {
    resource: Resource,
    /// As the workflow has it, which may be ahead of what the last call has written.
    status: Option<Value>,
    /// The collection as the calls have left it; `None` if the last one has deleted it.
    object: Option<Arc<Object>>,
    metadata: Data,
    permissions: Permissions,
    /// Who changes records or what is published with them, anywhere in the request.
    editing: BTreeSet<String>,
    /// Whether any call of the request changes records.
    records_change: bool,
    /// Who has edited since the last approval within the request, if there was one.
    unapproved: BTreeSet<String>,
    /// Whether those who edited before do not matter any more.
    forget_editors: bool,
}

impl Review {
    /// Of the source of `resource`, before the first of its changes.
    ///
    /// # Errors
    /// The database's.
    pub fn begin(session: &mut Session<'_>, resource: Resource) -> Result<Self> {
        let source = &resource.source;
        let object = session.object(&source.uri())?;
        let ours = |change: &&Change| {
            change.by != PLUGIN_USER && change.uri.collection().as_ref() == Some(source)
        };
        let changes: Vec<&Change> = session.changes.iter().filter(ours).collect();
        let is_record = |change: &Change| change.uri != source.uri();
        let first = changes.iter().find(|change| !is_record(change));
        let before = first.map_or(object.as_ref(), |change| change.old.as_ref());
        let editing = changes.iter().filter(|change| is_record(change) || edits(change));
        Ok(Self {
            status: before.and_then(|object| object.data.get(STATUS).cloned()),
            metadata: object.as_ref().map(|object| object.data.clone()).unwrap_or_default(),
            permissions: object.as_ref().map(|o| o.permissions.clone()).unwrap_or_default(),
            editing: editing.map(|change| change.by.clone()).collect(),
            records_change: changes.iter().any(|change| is_record(change)),
            unapproved: BTreeSet::new(),
            forget_editors: false,
            object,
            resource,
        })
    }

    fn source(&self) -> &CollectionUri {
        &self.resource.source
    }

    /// Preview and destination.
    fn targets(&self) -> Vec<CollectionUri> {
        self.resource.preview.iter().chain([&self.resource.destination]).cloned().collect()
    }

    /// A record was created, changed or deleted: whatever was asked for or approved before, it is
    /// work in progress.
    pub fn record_changed(&mut self, session: &Session<'_>, change: &Change) {
        self.status = Some("work-in-progress".into());
        Step::Edit.note(&mut self.metadata, &change.by, session.now);
        self.unapproved.insert(change.by.clone());
    }

    /// The collection itself was created or changed. Does what its new status asks for.
    ///
    /// # Errors
    /// The refusals of the workflow, [`Error::Signing`](crate::error::Error::Signing), and the
    /// database's.
    pub fn collection_changed(
        &mut self,
        session: &mut Session<'_>,
        change: &Change,
        new: &Arc<Object>,
        call: &Call,
    ) -> Result<Option<ReviewEvent>> {
        let old = change.old.as_ref().map(|old| &old.data);
        if edits(change) && old.is_some() {
            self.unapproved.insert(change.by.clone());
        }
        let decided = self.decide(session, change, new, call)?;
        tracking::check_untouched(old, &new.data)?;
        if self.object.is_none() {
            // Deleted again by a later call.
            return Ok(None);
        }
        let kind = self.perform(session, decided, new, call)?;
        Ok(kind.map(|kind| ReviewEvent::new(kind, change, new.clone(), self.resource.clone())))
    }

    fn decide(
        &self,
        session: &mut Session<'_>,
        change: &Change,
        new: &Object,
        call: &Call,
    ) -> Result<Move> {
        let written = new.data.get(STATUS);
        let requested = Requested::of(written);
        let stays = change.old.as_ref().is_some_and(|old| old.data.get(STATUS) == written);
        // What was under review is changed by the calls before this one, which asks once more.
        let asks_again = requested == Requested::ToReview
            && self.status.as_ref() != written
            && call.method == Method::Patch
            && sends(call, STATUS);
        if stays && !asks_again {
            return Ok(Move::Stay);
        }
        let facts = self.facts(session, change)?;
        let mut from = Status::stored(self.status.as_ref());
        if facts.review_needed && self.records_change && requested == Requested::ToSign {
            // What is published is what is there when the request ends: nobody has reviewed that.
            from = from.and(Some(Status::WorkInProgress));
        }
        let review = &self.resource.review;
        decide(from, requested, &facts)
            .map_err(|no| no.into_error(review.editors.as_str(), review.reviewers.as_str()))
    }

    fn facts(&self, session: &mut Session<'_>, change: &Change) -> Result<Facts> {
        let review = &self.resource.review;
        let principals = session.principals()?;
        let is_in = |group| principals.contains(&groups::uri(&self.resource, group).to_string());
        let (requested_by, _) = Step::ReviewRequest.fields();
        let asked = self.metadata.get(requested_by).is_some_and(|by| *by == *change.by);
        let caller_edited = asked
            || self.editing.contains(&change.by)
            || editors::contain(session.tx, self.source(), &change.by)?;
        Ok(Facts {
            groups_checked: review.group_check_enabled,
            editor: is_in(&review.editors),
            reviewer: is_in(&review.reviewers),
            review_needed: review.to_review_enabled,
            caller_edited,
            creating: change.old.is_none(),
        })
    }

    fn perform(
        &mut self,
        session: &mut Session<'_>,
        decided: Move,
        new: &Object,
        call: &Call,
    ) -> Result<Option<Kind>> {
        match decided {
            Move::Stay => Ok(None),
            Move::Store | Move::Reject => {
                self.status = Some("work-in-progress".into());
                let comment = text(&new.data, REVIEWER_COMMENT);
                Ok((decided == Move::Reject).then_some(Kind::ReviewRejected { comment }))
            }
            Move::RequestReview => self.request_review(session, new, call).map(Some),
            Move::Approve => self.approve(session).map(Some),
            Move::Resign => self.resign(session).map(|()| None),
            Move::Rollback => self.roll_back(session),
            Move::Create => self.create(session).map(|()| None),
        }
    }

    fn request_review(
        &mut self,
        session: &mut Session<'_>,
        new: &Object,
        call: &Call,
    ) -> Result<Kind> {
        let comment = text(&new.data, EDITOR_COMMENT);
        let mut copied = None;
        if let Some(preview) = self.resource.preview.clone() {
            copied = Some(self.publish(session, Some(self.source().clone()), &preview)?);
            if !sends(call, EDITOR_COMMENT) {
                self.metadata.insert(EDITOR_COMMENT.to_owned(), "".into());
            }
        }
        self.status = Some("to-review".into());
        self.note(session, Step::ReviewRequest);
        Ok(Kind::ReviewRequested {
            comment,
            changes_count: copied.map(|copied| copied.count),
            changes_size_bytes: copied.map(|copied| copied.bytes),
        })
    }

    fn approve(&mut self, session: &mut Session<'_>) -> Result<Kind> {
        let mut copied = Copied::default();
        for target in self.targets() {
            copied = self.publish(session, Some(self.source().clone()), &target)?;
        }
        self.status = Some("signed".into());
        self.note(session, Step::Review);
        self.note(session, Step::Signature);
        self.settle_editors();
        let Copied { count, bytes, .. } = copied;
        Ok(Kind::ReviewApproved { changes_count: count, changes_size_bytes: bytes })
    }

    /// Signs again what is published, as it is. Metadata that was changed since goes with it only
    /// where whoever may write may publish.
    fn resign(&mut self, session: &mut Session<'_>) -> Result<()> {
        let review = &self.resource.review;
        let is_free = !review.to_review_enabled && !review.group_check_enabled;
        let metadata = if is_free { self.metadata.clone() } else { Data::new() };
        for target in self.targets() {
            publish::ensure(session, &target, &session.user_id())?;
            publish::sign(session, &self.resource, &target, &metadata, true)?;
        }
        self.note(session, Step::Signature);
        Ok(())
    }

    fn roll_back(&mut self, session: &mut Session<'_>) -> Result<Option<Kind>> {
        let destination = self.resource.destination.clone();
        publish::ensure(session, &destination, &session.user_id())?;
        let mut changes_count = publish::copy(session, Some(&destination), self.source())?.count;
        if let Some(preview) = self.resource.preview.clone() {
            changes_count += self.publish(session, Some(destination), &preview)?.count;
        }
        self.status = Some("signed".into());
        for comment in [EDITOR_COMMENT, REVIEWER_COMMENT] {
            self.metadata.insert(comment.to_owned(), "".into());
        }
        self.note(session, Step::Edit);
        // The records are again what was approved; the metadata stays, and so do its editors.
        if !publish::differs(session, &self.metadata, &self.resource.destination)? {
            self.settle_editors();
        }
        Ok((changes_count > 0).then_some(Kind::ReviewCanceled { changes_count }))
    }

    /// A new collection is published empty: what later calls of the request put into it, nobody
    /// has reviewed.
    fn create(&mut self, session: &mut Session<'_>) -> Result<()> {
        self.permissions = groups::create(session, &self.resource, self.permissions.clone())?;
        for target in self.targets() {
            self.publish(session, None, &target)?;
        }
        self.status = Some("signed".into());
        self.note(session, Step::Signature);
        self.settle_editors();
        Ok(())
    }

    /// The collection was deleted: what is published of it becomes empty, or goes with it.
    ///
    /// # Errors
    /// As [`Review::collection_changed`].
    pub fn collection_deleted(&mut self, session: &mut Session<'_>) -> Result<()> {
        for target in self.targets() {
            if session.object(&target.uri())?.is_none() {
                continue;
            }
            if session.service.config.hard_delete_destination_on_source_deletion {
                session.purge_below(&target.uri())?;
                session.delete(&target.uri(), None, By::Plugin)?;
            } else {
                publish::copy(session, None, &target)?;
                publish::sign(session, &self.resource, &target, &Data::new(), true)?;
            }
        }
        groups::remove(session, &self.resource)?;
        self.status = None;
        self.settle_editors();
        Ok(())
    }

    fn publish(
        &self,
        session: &mut Session<'_>,
        from: Option<CollectionUri>,
        to: &CollectionUri,
    ) -> Result<Copied> {
        publish::ensure(session, to, &session.user_id())?;
        let copied = publish::copy(session, from.as_ref(), to)?;
        let changed = copied.clock.is_some();
        publish::sign(session, &self.resource, to, &self.metadata, changed)?;
        Ok(copied)
    }

    fn note(&mut self, session: &Session<'_>, step: Step) {
        step.note(&mut self.metadata, &session.user_id(), session.now);
    }

    /// What was edited so far is approved, taken back or gone.
    fn settle_editors(&mut self) {
        self.unapproved.clear();
        self.forget_editors = true;
    }

    /// Writes what has become of the collection.
    ///
    /// # Errors
    /// The database's.
    pub fn finish(mut self, session: &mut Session<'_>) -> Result<()> {
        if self.forget_editors {
            editors::forget(session.tx, self.source())?;
        }
        let Some(object) = &self.object else { return Ok(()) };
        for editor in &self.unapproved {
            editors::add(session.tx, self.source(), editor)?;
        }
        match self.status.take() {
            Some(status) => self.metadata.insert(STATUS.to_owned(), status),
            None => self.metadata.remove(STATUS),
        };
        if self.metadata != object.data || self.permissions != object.permissions {
            let source = self.source().uri();
            session.put(&source, self.metadata, self.permissions, None, By::Plugin)?;
        }
        Ok(())
    }
}

/// Whether a change of a collection changes what is published with the records.
fn edits(change: &Change) -> bool {
    let (Some(old), Some(new)) = (&change.old, &change.new) else { return false };
    publish::PUBLISHED_FIELDS.iter().any(|field| old.data.get(*field) != new.data.get(*field))
}

/// Whether a call names a member of `data`, with whatever value.
fn sends(call: &Call, field: &str) -> bool {
    let Some(body) = &call.body else { return false };
    match call.body_kind {
        BodyKind::Json | BodyKind::MergePatch => {
            body.get("data").is_some_and(|data| data.get(field).is_some())
        }
        BodyKind::JsonPatch => {
            let path = format!("/data/{field}");
            let operations = body.as_array().into_iter().flatten();
            let mut paths = operations.filter_map(|operation| operation.get("path"));
            paths.any(|named| *named == *path || *named == *"/data")
        }
    }
}

fn text(data: &Data, field: &str) -> String {
    data.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}
