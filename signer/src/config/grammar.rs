//! What `signer.resources` says (KINTO 1.1), with kinto-signer's words for what is wrong with it.

use std::collections::BTreeSet;

use super::place::Place;

/// One line of the setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) source: Place,
    pub(super) preview: Option<Place>,
    pub(super) destination: Place,
}

/// Reads the whole setting. Blank lines are skipped; every mistake is named.
pub(super) fn parse(text: &str) -> Result<Vec<Line>, Vec<String>> {
    let mut lines = Vec::<Line>::new();
    let mut mistakes = Vec::new();
    for text in text.lines().map(str::trim).filter(|text| !text.is_empty()) {
        let line = line(text).and_then(|line| {
            let repeated = lines.iter().any(|other| other.source == line.source);
            if repeated { Err("cannot repeat resource") } else { Ok(line) }
        });
        match line {
            Ok(line) => lines.push(line),
            Err(reason) => mistakes.push(format!(
                "Malformed resource: {reason} (in '{text}'). See kinto-signer README."
            )),
        }
    }
    mistakes.extend(across(&lines).map(str::to_owned));
    if mistakes.is_empty() { Ok(lines) } else { Err(mistakes) }
}

fn line(text: &str) -> Result<Line, &'static str> {
    if !text.contains("->") && !text.contains(';') {
        return Err("not separated with '->'");
    }
    let spaced = text.replace(';', " ").replace("->", " ");
    let uris: Vec<&str> = spaced.split_whitespace().collect();
    let (source, preview, destination) = match uris[..] {
        [source, destination] => (source, None, destination),
        [source, preview, destination] => (source, Some(preview), destination),
        _ => return Err("should be a pair or a triplet"),
    };
    let source = Place::parse(source)?;
    let destination = Place::parse(destination)?;
    let preview = preview.map(Place::parse).transpose()?;
    let is_bucket = |place: &Place| matches!(place, Place::Bucket(_));
    if preview.iter().chain([&destination]).any(|other| is_bucket(other) != is_bucket(&source)) {
        return Err("cannot mix bucket and collection URIs");
    }
    if source == destination
        || preview.as_ref().is_some_and(|p| [&source, &destination].contains(&p))
    {
        return Err("cannot have same value for source,  preview or destination");
    }
    Ok(Line { source, preview, destination })
}

/// What is wrong between lines that are each right.
fn across(lines: &[Line]) -> impl Iterator<Item = &'static str> {
    let sources: BTreeSet<_> = lines.iter().map(|line| &line.source).collect();
    let previews: Vec<_> = lines.iter().filter_map(|line| line.preview.as_ref()).collect();
    let destinations: Vec<_> = lines.iter().map(|line| &line.destination).collect();
    let (previews, destinations) = (Unique::of(previews), Unique::of(destinations));
    let shared = !sources.is_disjoint(&previews.places)
        || !sources.is_disjoint(&destinations.places)
        || !destinations.places.is_disjoint(&previews.places);
    [
        destinations.repeated.then_some("Resources setting has repeated destination URI"),
        previews.repeated.then_some("Resources setting has repeated preview URI"),
        shared.then_some("cannot repeat URIs across resources"),
    ]
    .into_iter()
    .flatten()
}

struct Unique<'a> {
    places: BTreeSet<&'a Place>,
    repeated: bool,
}

impl<'a> Unique<'a> {
    fn of(all: Vec<&'a Place>) -> Self {
        let count = all.len();
        let places: BTreeSet<_> = all.into_iter().collect();
        Self { repeated: places.len() != count, places }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Vec<String> {
        parse(text).unwrap_err()
    }

    #[test]
    fn lines_are_pairs_or_triplets_of_buckets_or_collections() {
        let text = "
            /buckets/a -> /buckets/b
            /buckets/c;/buckets/d;/buckets/e

            f/g->h/i
            /buckets/j/collections/k -> /buckets/j/collections/l ; /buckets/j/collections/m
            /buckets/a/collections/x -> /buckets/b/collections/y";
        let shown: Vec<String> = parse(text)
            .unwrap()
            .iter()
            .map(|line| {
                let preview = line.preview.as_ref().map(|p| format!("{p} > ")).unwrap_or_default();
                format!("{} > {preview}{}", line.source, line.destination)
            })
            .collect();
        assert_eq!(
            shown,
            [
                "/buckets/a > /buckets/b",
                "/buckets/c > /buckets/d > /buckets/e",
                "/buckets/f/collections/g > /buckets/h/collections/i",
                "/buckets/j/collections/k > /buckets/j/collections/l > /buckets/j/collections/m",
                "/buckets/a/collections/x > /buckets/b/collections/y",
            ]
        );
    }

    #[test]
    fn an_empty_setting_is_no_resource() {
        assert_eq!(parse("").unwrap(), []);
        assert_eq!(parse("\n  \n").unwrap(), []);
    }

    #[test]
    fn malformed_lines_are_refused_in_kinto_signers_words() {
        for (line, reason) in [
            ("/buckets/a", "not separated with '->'"),
            ("/buckets/a /buckets/b", "not separated with '->'"),
            ("# a comment", "not separated with '->'"),
            ("/buckets/a ->", "should be a pair or a triplet"),
            ("->", "should be a pair or a triplet"),
            (
                "/buckets/a -> /buckets/b -> /buckets/c -> /buckets/d",
                "should be a pair or a triplet",
            ),
            ("a -> b", "should be a bucket or collection URI"),
            ("/buckets/a/ -> /buckets/b", "should be a bucket or collection URI"),
            ("/groups/a -> /buckets/b", "should be a bucket or collection URI"),
            ("/buckets/a b -> /buckets/c", "should be a bucket or collection URI"),
            (
                "/buckets/a/collections/b/records/c -> /buckets/d/collections/e",
                "should be a bucket or collection URI",
            ),
            ("/buckets/a.b -> /buckets/c", "bucket or collection id is invalid"),
            ("/buckets/ -> /buckets/c", "bucket or collection id is invalid"),
            ("/buckets/_a -> /buckets/c", "bucket or collection id is invalid"),
            ("a/b -> c/d!", "bucket or collection id is invalid"),
            ("/buckets/a -> /buckets/b/collections/c", "cannot mix bucket and collection URIs"),
            ("/buckets/a -> b/c -> /buckets/d", "cannot mix bucket and collection URIs"),
            (
                "/buckets/a -> /buckets/a",
                "cannot have same value for source,  preview or destination",
            ),
            (
                "/buckets/a -> /buckets/b -> /buckets/b",
                "cannot have same value for source,  preview or destination",
            ),
            ("a/b -> a/b -> a/c", "cannot have same value for source,  preview or destination"),
        ] {
            let words =
                format!("Malformed resource: {reason} (in '{line}'). See kinto-signer README.");
            assert_eq!(refused(line), [words]);
        }
    }

    #[test]
    fn a_source_comes_once_in_whatever_spelling() {
        let again = "/buckets/a/collections/b -> e/f";
        let words = format!(
            "Malformed resource: cannot repeat resource (in '{again}'). See kinto-signer README."
        );
        assert_eq!(refused(&format!("a/b -> c/d\n{again}")), [words]);
    }

    #[test]
    fn no_place_has_two_uses() {
        for (text, words) in [
            ("a/b -> p/q\nc/d -> p/q", "Resources setting has repeated destination URI"),
            ("a/b -> x/y -> p/q\nc/d -> x/y -> p/r", "Resources setting has repeated preview URI"),
            ("a/b -> c/d\nc/d -> e/f", "cannot repeat URIs across resources"),
            ("a/b -> c/d -> e/f\nc/d -> g/h", "cannot repeat URIs across resources"),
            ("a/b -> c/d -> e/f\ng/h -> e/f -> i/j", "cannot repeat URIs across resources"),
        ] {
            assert_eq!(refused(text), [words], "{text}");
        }
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        assert_eq!(refused("a\n/buckets/a -> b\na/b -> p/q\nc/d -> p/q").len(), 3);
    }
}
