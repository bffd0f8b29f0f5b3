//! Both route tables, walked.

use crate::{answer::Answer, harness::Service};
use notary::http::{
    admin, public,
    route::{Guard, Route},
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use std::{collections::BTreeSet, net::SocketAddr};

/// Paths that both listeners have. `/signature` means a user's own on one, anybody's on the other.
const SHARED: [&str; 4] = ["/healthz", "/openapi.json", "/readyz", "/signature"];
const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];

/// A path of this template.
fn path(route: &Route) -> String {
    match route.path.split_once('{') {
        Some((before, _)) => format!("{before}x"),
        None => route.path.to_owned(),
    }
}

fn request(service: &Service, listener: SocketAddr, method: &str, path: &str) -> RequestBuilder {
    service.http.request(method.parse().unwrap(), format!("http://{listener}{path}"))
}

/// The methods of a route's path.
fn methods(table: &[Route], template: &str) -> BTreeSet<&'static str> {
    let routes = table.iter().filter(|route| route.path == template);
    let methods = routes.flat_map(|route| match &route.method {
        None => METHODS.to_vec(),
        Some(method) if *method == "GET" => vec!["GET", "HEAD"],
        Some(method) => METHODS.into_iter().filter(|name| method == name).collect(),
    });
    methods.collect()
}

#[tokio::test]
async fn nothing_of_one_port_is_reachable_on_the_other() {
    let service = Service::start().await;
    let ports = [(service.public, public::ROUTES), (service.admin, admin::ROUTES)];
    let mut shared = BTreeSet::new();
    for ((here, own), (_, others)) in [(ports[0], ports[1]), (ports[1], ports[0])] {
        for route in others {
            if own.iter().any(|own| own.path == route.path) {
                shared.insert(route.path);
                continue;
            }
            let path = path(route);
            for method in METHODS {
                let request = request(&service, here, method, &path);
                let request = request.header("Notary-Admin-Secret", crate::harness::ADMIN_SECRET);
                let answer = Answer::to(request).await;
                // A path of one table can fit a template of the other; POST /confirm and GET
                // /confirm are of one port, so none does.
                assert_eq!(answer.status, 404, "{method} {path}");
                if method != "HEAD" {
                    assert_eq!(answer.problem_of(404), "not_found", "{method} {path}");
                }
            }
        }
    }
    assert_eq!(shared.into_iter().collect::<Vec<_>>(), SHARED);
}

#[tokio::test]
async fn what_both_ports_have_under_one_name_is_not_the_other_s() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let any = json!({ "kid": ada.kid });
    let own = json!({ "jwt": ada.sign(ada.claims(&service, "DELETE", "/signature")) });
    let at_public = service.public(Method::DELETE, "/signature").json(&any);
    let at_public = at_public.header("Notary-Admin-Secret", crate::harness::ADMIN_SECRET);
    assert_eq!(Answer::to(at_public).await.problem_of(400), "malformed_request");
    let at_admin = request(&service, service.admin, "DELETE", "/signature").json(&own);
    assert_eq!(Answer::to(at_admin).await.problem_of(401), "unauthorized");
    let at_admin = service.admin(Method::DELETE, "/signature").json(&own);
    assert_eq!(Answer::to(at_admin).await.problem_of(400), "malformed_request");
    for method in [Method::POST, Method::PATCH] {
        let answer = Answer::to(service.admin(method, "/signature").json(&own)).await;
        assert_eq!(answer.problem_of(405), "method_not_allowed");
    }
    let (public, admin) = (Method::GET, Method::GET);
    let documents =
        [service.public(public, "/openapi.json"), service.admin(admin, "/openapi.json")];
    let [public, admin] = documents.map(Answer::to);
    assert_ne!(public.await.json()["paths"], admin.await.json()["paths"]);
    let expect = notary_sdk::Expect::default();
    let jwt = ada.token(&service, crate::harness::PUBLIC_URI);
    assert!(service.verifier().verify(&jwt, &expect).await.is_ok(), "nobody was disabled");
}

#[tokio::test]
async fn other_methods_are_405_and_allow_lists_those_there_are() {
    let service = Service::start().await;
    for (listener, table) in [(service.public, public::ROUTES), (service.admin, admin::ROUTES)] {
        for route in table {
            let (path, allowed) = (path(route), methods(table, route.path));
            for method in METHODS.into_iter().filter(|method| !allowed.contains(method)) {
                let answer = Answer::to(request(&service, listener, method, &path)).await;
                assert_eq!(answer.status, 405, "{method} {path}");
                if method != "HEAD" {
                    assert_eq!(answer.problem_of(405), "method_not_allowed");
                }
                let allow: BTreeSet<_> = answer.header("allow").split(", ").collect();
                assert_eq!(allow, allowed, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn no_route_is_without_the_effect_of_its_guard() {
    let service = Service::start().await;
    for (listener, table) in [(service.public, public::ROUTES), (service.admin, admin::ROUTES)] {
        for route in table {
            let method = route.method.as_ref().map_or("POST", |method| method.as_str());
            let request = request(&service, listener, method, &path(route));
            let answer = Answer::to(request.header("Origin", "https://evil.example")).await;
            match route.guard {
                Guard::Caller => assert_eq!(answer.problem_of(403), "forbidden_origin"),
                Guard::Secret => assert_eq!(answer.problem_of(401), "unauthorized"),
                // The one that authenticates by itself wants the secret, too.
                Guard::Own => assert_eq!(answer.problem_of(401), "unauthorized"),
                Guard::Open => assert!([200, 404].contains(&answer.status), "{}", route.path),
            }
        }
    }
    let all = || public::ROUTES.iter().chain(admin::ROUTES);
    let own: Vec<_> = all().filter(|route| route.guard == Guard::Own).map(|r| r.path).collect();
    assert_eq!(own, ["/introspect"]);
    let secret =
        |route: &&Route| route.guard == Guard::Open && route.method != Some("GET".parse().unwrap());
    assert_eq!(all().filter(secret).count(), 0, "what is open changes nothing");
    let caller_on_admin = admin::ROUTES.iter().filter(|route| route.guard == Guard::Caller).count();
    let secret_on_public = public::ROUTES.iter().filter(|r| r.guard == Guard::Secret).count();
    assert_eq!((caller_on_admin, secret_on_public), (0, 0));
}
