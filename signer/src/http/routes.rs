//! What is where: one table, for requests of their own and for those in a batch.

use crate::{
    domain::uri::{CollectionUri, Id, List, Uri},
    error::{Error, Result},
    flow::call::Target,
};
use percent_encoding::percent_decode_str;

/// The API's version, as paths begin with it.
pub const VERSION: &str = "/v1";

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What the flows serve.
    Target(Target),
    /// `/batch`
    Batch,
    /// A page about the service itself.
    Page(Page),
}

/// Pages about the service. A batch has none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `/__heartbeat__`: everything that the service needs is tried.
    Heartbeat,
    /// `/__lbheartbeat__`: this process answers.
    LbHeartbeat,
    /// `/__version__`
    Version,
    /// `/contribute.json`
    Contribute,
    /// `/__flush__`: everything is deleted, where that is enabled.
    Flush,
    /// `/__broadcasts__`
    Broadcasts,
    /// `/__api__`: the OpenAPI document.
    Api,
    /// `/metrics`, the one path without a version.
    Metrics,
}

/// A row of the table.
#[derive(Debug)]
pub struct Route {
    /// The path behind `/v1`; ids stand in braces.
    pub template: &'static str,
    /// As `Allow` names them.
    pub methods: &'static [&'static str],
    leads_to: LeadsTo,
}

#[derive(Debug)]
enum LeadsTo {
    /// Made from the path's ids; `None` where one of them is none.
    Target(fn(&mut Ids) -> Option<Target>),
    Batch,
    Page(Page),
}

const READ: &[&str] = &["GET", "HEAD", "OPTIONS"];
const LIST: &[&str] = &["GET", "HEAD", "POST", "DELETE", "OPTIONS"];
const OBJECT: &[&str] = &["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HISTORY: &[&str] = &["GET", "HEAD", "DELETE", "OPTIONS"];
const POST: &[&str] = &["POST", "OPTIONS"];

/// Everything behind `/v1`. Of the rows whose form a path has, the first one counts.
pub static ROUTES: &[Route] = &[
    target("/", READ, |_| Some(Target::Hello)),
    Route { template: "/batch", methods: POST, leads_to: LeadsTo::Batch },
    target("/buckets", LIST, |_| Some(Target::List(List::Buckets))),
    target("/buckets/{bucket}", OBJECT, |ids| Some(Target::Object(Uri::bucket(ids.id()?)))),
    target("/buckets/{bucket}/groups", LIST, |ids| Some(Target::List(List::Groups(ids.id()?)))),
    target("/buckets/{bucket}/groups/{group}", OBJECT, |ids| {
        Some(Target::Object(Uri::group(ids.id()?, ids.id()?)))
    }),
    target("/buckets/{bucket}/collections", LIST, |ids| {
        Some(Target::List(List::Collections(ids.id()?)))
    }),
    target("/buckets/{bucket}/collections/{collection}", OBJECT, |ids| {
        Some(Target::Object(ids.collection()?.uri()))
    }),
    target("/buckets/monitor/collections/changes/records", READ, |_| Some(Target::MonitorRecords)),
    target("/buckets/monitor/collections/changes/changeset", READ, |_| {
        Some(Target::MonitorChangeset)
    }),
    target("/buckets/{bucket}/collections/{collection}/records", LIST, |ids| {
        Some(Target::List(ids.collection()?.records()))
    }),
    target("/buckets/{bucket}/collections/{collection}/records/{record}", OBJECT, |ids| {
        Some(Target::Object(ids.collection()?.records().object(ids.id()?)))
    }),
    target("/buckets/{bucket}/collections/{collection}/changeset", READ, |ids| {
        Some(Target::Changeset(ids.collection()?))
    }),
    target("/buckets/{bucket}/history", HISTORY, |ids| Some(Target::History(ids.id()?))),
    target("/permissions", READ, |_| Some(Target::Permissions)),
    page("/__heartbeat__", READ, Page::Heartbeat),
    page("/__lbheartbeat__", READ, Page::LbHeartbeat),
    page("/__version__", READ, Page::Version),
    page("/contribute.json", READ, Page::Contribute),
    page("/__flush__", POST, Page::Flush),
    page("/__broadcasts__", READ, Page::Broadcasts),
    page("/__api__", READ, Page::Api),
];

/// Where collectors of metrics look for them.
static METRICS: Route = page("/metrics", READ, Page::Metrics);

const fn target(
    template: &'static str,
    methods: &'static [&'static str],
    make: fn(&mut Ids) -> Option<Target>,
) -> Route {
    Route { template, methods, leads_to: LeadsTo::Target(make) }
}

const fn page(template: &'static str, methods: &'static [&'static str], page: Page) -> Route {
    Route { template, methods, leads_to: LeadsTo::Page(page) }
}

/// What a path leads to.
#[derive(Debug)]
pub enum Found<'a> {
    /// A row of the table.
    Route(Matched<'a>),
    /// Another path, where the request is to be sent again with the same query.
    Redirect(String),
}

/// A path that has the form of a row.
#[derive(Debug)]
pub struct Matched<'a> {
    /// The row.
    pub route: &'static Route,
    ids: Vec<&'a str>,
}

/// Finds a path, percent-encoded and without its query.
///
/// # Errors
/// [`Error::NoPath`] and [`Error::NoVersion`].
pub fn find(path: &str) -> Result<Found<'_>> {
    if path == METRICS.template {
        return Ok(Found::Route(Matched { route: &METRICS, ids: Vec::new() }));
    }
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    match version(first) {
        None => return Ok(Found::Redirect(format!("{VERSION}{path}"))),
        Some(version) if Some(version) != VERSION.strip_prefix("/v") => {
            let is_number = version.bytes().all(|b| b.is_ascii_digit());
            return Err(if is_number { Error::NoVersion } else { Error::NoPath });
        }
        Some(_) => {}
    }
    let below = path.strip_prefix(VERSION).ok_or(Error::NoPath)?;
    for route in ROUTES {
        if let Some(ids) = ids(route.template, below) {
            return Ok(Found::Route(Matched { route, ids }));
        }
    }
    match below.trim_end_matches('/') {
        // Only slashes, or nothing at all.
        "" => Ok(Found::Redirect(format!("{VERSION}/"))),
        shorter if shorter.len() < below.len() => {
            Ok(Found::Redirect(format!("{VERSION}{shorter}")))
        }
        _ => Err(Error::NoPath),
    }
}

/// What stands behind `v` in a path's first part, if it begins like a version.
fn version(part: &str) -> Option<&str> {
    part.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The parts of a path that stand for ids, if the path has the template's form.
fn ids<'a>(template: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let (mut parts, mut ids) = (path.split('/'), Vec::new());
    for expected in template.split('/') {
        let part = parts.next()?;
        if expected.starts_with('{') && !part.is_empty() {
            ids.push(part);
        } else if part != expected {
            return None;
        }
    }
    parts.next().is_none().then_some(ids)
}

impl Matched<'_> {
    /// What the path names, for a caller with this method.
    ///
    /// # Errors
    /// [`Error::Method`], and [`Error::Invalid`] where an id is none.
    pub fn place(self, method: &str) -> Result<Place> {
        if !self.route.methods.contains(&method) {
            return Err(Error::Method(self.route.methods));
        }
        Ok(match self.route.leads_to {
            LeadsTo::Target(make) => {
                let target = make(&mut Ids(self.ids.into_iter()));
                let invalid = || Error::malformed("path", "Invalid object id");
                Place::Target(target.ok_or_else(invalid)?)
            }
            LeadsTo::Batch => Place::Batch,
            LeadsTo::Page(page) => Place::Page(page),
        })
    }
}

/// The parts of a path that stand for ids, from left to right.
struct Ids<'a>(std::vec::IntoIter<&'a str>);

impl Ids<'_> {
    fn id(&mut self) -> Option<Id> {
        Id::parse(&percent_decode_str(self.0.next()?).decode_utf8().ok()?)
    }

    fn collection(&mut self) -> Option<CollectionUri> {
        Some(CollectionUri { bucket: self.id()?, id: self.id()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(method: &str, path: &str) -> Result<Place> {
        match find(path)? {
            Found::Route(matched) => matched.place(method),
            Found::Redirect(to) => panic!("{path} leads to {to}"),
        }
    }

    fn redirect(path: &str) -> String {
        match find(path) {
            Ok(Found::Redirect(to)) => to,
            other => panic!("{path}: {other:?}"),
        }
    }

    fn target(path: &str) -> Target {
        match place("GET", path) {
            Ok(Place::Target(target)) => target,
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn lists_and_objects_are_where_their_uris_say() {
        let uris = [
            "/buckets/b",
            "/buckets/b/groups/g",
            "/buckets/b/collections/c",
            "/buckets/b/collections/c/records/r",
        ];
        for text in uris {
            let uri = Uri::parse(text).unwrap();
            assert_eq!(target(&format!("/v1{text}")), Target::Object(uri.clone()));
            assert_eq!(target(&format!("/v1{}", uri.list)), Target::List(uri.list));
        }
    }

    #[test]
    fn the_monitor_stands_before_the_bucket_of_its_name() {
        let records = "/v1/buckets/monitor/collections/changes/records";
        assert_eq!(target(records), Target::MonitorRecords);
        assert!(matches!(place("PUT", records), Err(Error::Method(READ))));
        let changeset = "/v1/buckets/monitor/collections/changes/changeset";
        assert_eq!(target(changeset), Target::MonitorChangeset);
        assert!(matches!(
            target("/v1/buckets/monitor/collections/other/records"),
            Target::List(List::Records(_))
        ));
    }

    #[test]
    fn every_row_is_found_by_its_template() {
        for route in ROUTES {
            let path = format!("{VERSION}{}", route.template.replace(['{', '}'], ""));
            let Ok(Found::Route(matched)) = find(&path) else { panic!("{path}") };
            assert_eq!(matched.route.template, route.template);
        }
    }

    #[test]
    fn ids_may_be_percent_encoded() {
        assert_eq!(
            target("/v1/buckets/%61-b"),
            Target::Object(Uri::bucket(Id::parse("a-b").unwrap()))
        );
    }

    #[test]
    fn what_is_no_id_is_said_so() {
        for path in ["/v1/buckets/-a", "/v1/buckets/a%2Fb", "/v1/buckets/%ff/groups"] {
            let Err(Error::Invalid(faults)) = place("GET", path) else { panic!("{path}") };
            assert_eq!(faults.len(), 1);
            assert_eq!((faults[0].location, faults[0].name.as_deref()), ("path", None));
            assert_eq!(faults[0].description, "Invalid object id");
        }
    }

    #[test]
    fn other_methods_hear_which_there_are() {
        for (method, path, allowed) in [
            ("PUT", "/v1/buckets", LIST),
            ("POST", "/v1/buckets/b", OBJECT),
            ("GET", "/v1/batch", POST),
            ("POST", "/v1/", READ),
            ("PUT", "/v1/buckets/b/history", HISTORY),
            ("get", "/v1/", READ),
        ] {
            match place(method, path) {
                Err(Error::Method(methods)) => assert_eq!(methods, allowed, "{method} {path}"),
                other => panic!("{method} {path}: {other:?}"),
            }
        }
        // Before the ids are looked at.
        assert!(matches!(place("POST", "/v1/buckets/-"), Err(Error::Method(_))));
    }

    #[test]
    fn unknown_paths() {
        for path in ["/v1/nope", "/v1/buckets//groups", "/v1/v2/buckets", "/v1buckets", "//v1/a"] {
            assert!(matches!(find(path), Err(Error::NoPath)), "{path}");
        }
        for path in ["/v2", "/v2/", "/v2/buckets", "/v0/buckets/", "/v12/"] {
            assert!(matches!(find(path), Err(Error::NoVersion)), "{path}");
        }
    }

    #[test]
    fn redirects() {
        for (from, to) in [
            ("/v1", "/v1/"),
            ("/v1//", "/v1/"),
            ("/v1/buckets/", "/v1/buckets"),
            ("/v1/nope//", "/v1/nope"),
            ("/", "/v1/"),
            ("/buckets/b", "/v1/buckets/b"),
            ("/vague", "/v1/vague"),
            ("//elsewhere.example/", "/v1//elsewhere.example/"),
        ] {
            assert_eq!(redirect(from), to);
        }
    }

    #[test]
    fn metrics_have_no_version() {
        assert_eq!(place("GET", "/metrics").unwrap(), Place::Page(Page::Metrics));
        assert!(matches!(find("/v1/metrics"), Err(Error::NoPath)));
    }
}
