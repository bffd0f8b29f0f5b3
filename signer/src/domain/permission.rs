//! Who may do what, as a table (KINTO 2.8). What is granted is written on objects; what is needed
//! follows from the request; a permission on an object reaches down to what is in it.

use super::uri::Kind;

/// The permissions that objects of a kind can carry.
pub fn names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Bucket => &["read", "write", "collection:create", "group:create"],
        Kind::Collection => &["read", "write", "record:create"],
        Kind::Group | Kind::Record => &["read", "write"],
    }
}

/// What a request does to a list, or to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// GET or HEAD of a list.
    List,
    /// DELETE of a list.
    Clear,
    /// POST into a list.
    Post,
    /// GET or HEAD of an object.
    Get,
    /// PUT.
    Put,
    /// PUT with `If-None-Match: *`.
    PutNew,
    /// PATCH, or DELETE of an object.
    Change,
}

/// What somebody must be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Make an object of the kind in its list.
    Create,
    /// Read every object of the list.
    List,
    /// Delete every object of the list.
    Clear,
    /// Read the object's own members.
    Read,
    /// Change the object.
    Write,
}

/// What a request needs, knowing whether the object exists that it names.
///
/// Who may not see the list learns nothing of what is missing in it.
pub fn required(verb: Verb, exists: bool) -> Access {
    match (verb, exists) {
        (Verb::List, _) | (Verb::Change, false) => Access::List,
        (Verb::Clear, _) => Access::Clear,
        (Verb::Get, _) | (Verb::Post, true) => Access::Read,
        (Verb::PutNew, _) | (Verb::Post | Verb::Put, false) => Access::Create,
        (Verb::Put | Verb::Change, true) => Access::Write,
    }
}

/// What grants an access to objects of a kind: a permission on the object itself, or on one of
/// those that it is in. Any one of them is enough. Nothing on an object grants what concerns the
/// list of buckets: who may create buckets is a setting.
pub fn granted_by(access: Access, kind: Kind) -> &'static [(Kind, &'static str)] {
    use Kind::{Bucket, Collection, Group, Record};
    match (access, kind) {
        (Access::Create | Access::List | Access::Clear, Bucket) => &[],
        (Access::Create, Collection) => &[(Bucket, "write"), (Bucket, "collection:create")],
        (Access::Create, Group) => &[(Bucket, "write"), (Bucket, "group:create")],
        (Access::Create, Record) => {
            &[(Bucket, "write"), (Collection, "write"), (Collection, "record:create")]
        }
        (Access::List, Collection | Group) => &[(Bucket, "read"), (Bucket, "write")],
        (Access::List, Record) => {
            &[(Bucket, "read"), (Bucket, "write"), (Collection, "read"), (Collection, "write")]
        }
        (Access::Clear, Collection | Group) => &[(Bucket, "write")],
        (Access::Clear, Record) => &[(Bucket, "write"), (Collection, "write")],
        (Access::Read, Bucket) => &[
            (Bucket, "read"),
            (Bucket, "write"),
            (Bucket, "collection:create"),
            (Bucket, "group:create"),
        ],
        (Access::Read, Collection) => &[
            (Bucket, "read"),
            (Bucket, "write"),
            (Collection, "read"),
            (Collection, "write"),
            (Collection, "record:create"),
        ],
        (Access::Read, Group) => {
            &[(Bucket, "read"), (Bucket, "write"), (Group, "read"), (Group, "write")]
        }
        (Access::Read, Record) => &[
            (Bucket, "read"),
            (Bucket, "write"),
            (Collection, "read"),
            (Collection, "write"),
            (Record, "read"),
            (Record, "write"),
        ],
        (Access::Write, Bucket) => &[(Bucket, "write")],
        (Access::Write, Collection) => &[(Bucket, "write"), (Collection, "write")],
        (Access::Write, Group) => &[(Bucket, "write"), (Group, "write")],
        (Access::Write, Record) => &[(Bucket, "write"), (Collection, "write"), (Record, "write")],
    }
}

/// The permissions of which one, on an object itself, lets somebody see it in a list ([`List`]) or
/// delete it with the list ([`Clear`]) who may not do so with the whole list.
///
/// [`List`]: Access::List
/// [`Clear`]: Access::Clear
pub fn shared_by(access: Access, kind: Kind) -> impl Iterator<Item = &'static str> {
    let own = if access == Access::List { Access::Read } else { Access::Write };
    granted_by(own, kind).iter().filter(move |(on, _)| *on == kind).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Bucket, Collection, Group, Record};

    /// The table of KINTO 2.8, as text.
    const MATRIX: &str = "
        bucket create:
        collection create: bucket write, bucket collection:create
        group create: bucket write, bucket group:create
        record create: bucket write, collection write, collection record:create
        bucket list:
        collection list: bucket read, bucket write
        group list: bucket read, bucket write
        record list: bucket read, bucket write, collection read, collection write
        bucket clear:
        collection clear: bucket write
        group clear: bucket write
        record clear: bucket write, collection write
        bucket read: bucket read, bucket write, bucket collection:create, bucket group:create
        collection read: bucket read, bucket write, collection read, collection write, \
            collection record:create
        group read: bucket read, bucket write, group read, group write
        record read: bucket read, bucket write, collection read, collection write, record read, \
            record write
        bucket write: bucket write
        collection write: bucket write, collection write
        group write: bucket write, group write
        record write: bucket write, collection write, record write
    ";

    #[test]
    fn the_matrix_row_by_row() {
        let accesses = [
            ("create", Access::Create),
            ("list", Access::List),
            ("clear", Access::Clear),
            ("read", Access::Read),
            ("write", Access::Write),
        ];
        let mut rows = MATRIX.trim().lines().map(str::trim);
        for (name, access) in accesses {
            for kind in [Bucket, Collection, Group, Record] {
                let granters: Vec<String> = granted_by(access, kind)
                    .iter()
                    .map(|(on, permission)| format!("{} {permission}", on.name()))
                    .collect();
                let row = format!("{} {name}: {}", kind.name(), granters.join(", "));
                assert_eq!(Some(row.trim_end()), rows.next());
            }
        }
        assert_eq!(rows.next(), None);
    }

    #[test]
    fn what_grants_can_be_granted() {
        for access in [Access::Create, Access::List, Access::Clear, Access::Read, Access::Write] {
            for kind in [Bucket, Collection, Group, Record] {
                for (on, permission) in granted_by(access, kind) {
                    assert!(names(*on).contains(permission), "{permission} on a {}", on.name());
                }
            }
        }
    }

    #[test]
    fn what_requests_need() {
        let rows = [
            (Verb::List, Access::List, Access::List),
            (Verb::Clear, Access::Clear, Access::Clear),
            (Verb::Post, Access::Read, Access::Create),
            (Verb::Get, Access::Read, Access::Read),
            (Verb::Put, Access::Write, Access::Create),
            (Verb::PutNew, Access::Create, Access::Create),
            (Verb::Change, Access::Write, Access::List),
        ];
        for (verb, existing, missing) in rows {
            assert_eq!(required(verb, true), existing, "{verb:?} of what exists");
            assert_eq!(required(verb, false), missing, "{verb:?} of what is missing");
        }
    }

    #[test]
    fn sharing_is_by_the_object_itself() {
        let shared = |access, kind| shared_by(access, kind).collect::<Vec<_>>();
        assert_eq!(shared(Access::List, Record), ["read", "write"]);
        assert_eq!(shared(Access::List, Collection), ["read", "write", "record:create"]);
        assert_eq!(shared(Access::Clear, Collection), ["write"]);
        assert_eq!(shared(Access::Clear, Bucket), ["write"]);
    }
}
