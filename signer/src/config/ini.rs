//! `.ini` files as Python's configparser and PasteDeploy read them, which Kinto is configured by:
//! names in the case given, full-line comments only, indented lines continue a value, a name or a
//! section given twice is a mistake, `%(name)s` stands for another value.

use std::collections::BTreeMap;

use super::mistakes::Mistake;

const INTERPOLATION_DEPTH: usize = 10;

type Section = BTreeMap<String, String>;

/// The sections of a file, values not yet interpolated.
#[derive(Debug)]
pub(super) struct Ini {
    sections: BTreeMap<String, Section>,
    defaults: Section,
}

impl Ini {
    /// Reads the text of a file. `defaults` are what every section's values may refer to.
    pub(super) fn parse(text: &str, defaults: Section) -> Result<Self, Vec<Mistake>> {
        let mut parser = Parser { defaults, ..Parser::default() };
        for (number, line) in (1..).zip(text.lines()) {
            parser.line(number, line);
        }
        if !parser.mistakes.is_empty() {
            return Err(parser.mistakes);
        }
        let mut sections = parser.sections;
        for section in sections.values_mut() {
            for value in section.values_mut() {
                value.truncate(value.trim_end().len());
            }
        }
        let mut defaults = parser.defaults;
        defaults.extend(sections.remove("DEFAULT").unwrap_or_default());
        Ok(Self { sections, defaults })
    }

    /// A section's own values, interpolated; `None` when there is no such section.
    pub(super) fn section(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<Section> {
        let section = self.sections.get(name)?;
        let mut values = Section::new();
        for (key, value) in section {
            match self.interpolated(section, value, INTERPOLATION_DEPTH) {
                Ok(value) => drop(values.insert(key.clone(), value)),
                Err(words) => mistakes.push(Mistake::new(key, words)),
            }
        }
        Some(values)
    }

    fn interpolated(&self, own: &Section, value: &str, depth: usize) -> Result<String, String> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err("%(…)s refers to itself, or nests too deeply".into());
        };
        let mut out = String::new();
        let mut rest = value;
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            if let Some(after) = after.strip_prefix('%') {
                out.push('%');
                rest = after;
                continue;
            }
            let reference = after.strip_prefix('(').and_then(|after| after.split_once(")s"));
            let (name, after) = reference.ok_or("'%' must be followed by '%' or '(name)s'")?;
            let other = own
                .get(name)
                .or_else(|| self.defaults.get(name))
                .ok_or_else(|| format!("%({name})s names no other value"))?;
            out.push_str(&self.interpolated(own, other, depth)?);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

#[derive(Default)]
struct Parser {
    sections: BTreeMap<String, Section>,
    defaults: Section,
    mistakes: Vec<Mistake>,
    section: Option<String>,
    option: Option<String>,
    indent: usize,
}

impl Parser {
    fn line(&mut self, number: usize, line: &str) {
        let text = line.trim();
        if text.starts_with(['#', ';']) {
            return;
        }
        let indent = line.len() - line.trim_start().len();
        let continues = text.is_empty() || indent > self.indent;
        if let Some(value) = self.current_value().filter(|_| continues) {
            value.push('\n');
            value.push_str(text);
            return;
        }
        if text.is_empty() {
            return;
        }
        self.indent = indent;
        match text.strip_prefix('[').and_then(|text| text.rsplit_once(']')) {
            Some((name, _)) if !name.is_empty() => self.header(number, name),
            _ => self.option(number, text),
        }
    }

    fn current_value(&mut self) -> Option<&mut String> {
        let (section, option) = (self.section.as_ref()?, self.option.as_ref()?);
        self.sections.get_mut(section)?.get_mut(option)
    }

    fn header(&mut self, number: usize, name: &str) {
        (self.section, self.option) = (Some(name.to_owned()), None);
        let again = self.sections.insert(name.to_owned(), Section::new()).is_some();
        if again {
            self.mistake(number, format!("section [{name}] comes twice"));
        }
    }

    fn option(&mut self, number: usize, text: &str) {
        let Some(section) = self.section.clone() else {
            return self.mistake(number, "a line before the first [section]".into());
        };
        let Some((name, value)) = text.split_once(['=', ':']).filter(|(name, _)| !name.is_empty())
        else {
            return self.mistake(number, "expected name = value".into());
        };
        let name = name.trim_end();
        self.option = Some(name.to_owned());
        let values = self.sections.entry(section).or_default();
        if values.insert(name.to_owned(), value.trim_start().to_owned()).is_some() {
            self.mistake(number, format!("{name} comes twice"));
        }
    }

    fn mistake(&mut self, number: usize, words: String) {
        self.mistakes.push(Mistake::new(format!("line {number}"), words));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(text: &str) -> Result<Section, Vec<String>> {
        let shown = |mistakes: Vec<Mistake>| mistakes.iter().map(Mistake::to_string).collect();
        let defaults = Section::from([("here".into(), "/etc".into())]);
        let ini = Ini::parse(text, defaults).map_err(shown)?;
        let mut mistakes = Vec::new();
        let section = ini.section("app:main", &mut mistakes).unwrap();
        if mistakes.is_empty() { Ok(section) } else { Err(shown(mistakes)) }
    }

    fn one(text: &str) -> String {
        app(&format!("[app:main]\n{text}")).unwrap()["a"].clone()
    }

    #[test]
    fn values_are_read_as_configparser_reads_them() {
        // Each made with Python's configparser.
        for (text, value) in [
            ("a = b", "b"),
            ("a: b", "b"),
            ("a=b:c=d", "b:c=d"),
            ("a = b # c ; d", "b # c ; d"),
            ("a =", ""),
            ("a =\n  b\n  c", "\nb\nc"),
            ("a =\n  b\n# x\n  ; y\n  c", "\nb\nc"),
            ("a = b\n\n  c\n\n\nd = e", "b\n\nc"),
            ("  a = b\n    c\n  d = e", "b\nc"),
            ("a = b\n  [c]\n  d = e", "b\n[c]\nd = e"),
            ("a = %(here)s/x%%y", "/etc/x%y"),
            ("b = c\na = %(b)s%(b)s", "cc"),
            ("b = %(here)s\na = %(b)s", "/etc"),
            ("a = b\r\n", "b"),
        ] {
            assert_eq!(one(text), value, "{text:?}");
        }
    }

    #[test]
    fn names_keep_their_case() {
        let section = app("[app:main]\nA = 1\na = 2").unwrap();
        assert_eq!((section["A"].as_str(), section["a"].as_str()), ("1", "2"));
    }

    #[test]
    fn the_default_section_is_for_interpolation() {
        let section = app("[DEFAULT]\nd = 1\n[app:main]\na = %(d)s\n[other]\nb = 2").unwrap();
        assert_eq!(section, Section::from([("a".into(), "1".into())]));
    }

    #[test]
    fn every_malformed_line_is_named() {
        let text = "x = 1\n[app:main]\nhello\na = 1\na = 2\n= 3\n[app:main]";
        assert_eq!(
            app(text).unwrap_err(),
            [
                "line 1: a line before the first [section]",
                "line 3: expected name = value",
                "line 5: a comes twice",
                "line 6: expected name = value",
                "line 7: section [app:main] comes twice",
            ]
        );
    }

    #[test]
    fn wrong_interpolations_are_named_without_the_value() {
        for (text, words) in [
            ("a = s3cret%x", "a: '%' must be followed by '%' or '(name)s'"),
            ("a = s3cret%(x", "a: '%' must be followed by '%' or '(name)s'"),
            ("a = s3cret%(x)s", "a: %(x)s names no other value"),
            ("a = s3cret%(a)s", "a: %(…)s refers to itself, or nests too deeply"),
        ] {
            assert_eq!(app(&format!("[app:main]\n{text}")).unwrap_err(), [words]);
        }
    }
}
