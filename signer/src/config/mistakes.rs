use std::fmt;

/// One thing wrong with the configuration. Never holds a secret's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The setting, or the environment variable it came from, or a place in the file.
    pub setting: String,
    /// What is wrong, in kinto-signer's words where it has any.
    pub words: String,
}

impl Mistake {
    pub(super) fn new(setting: impl Into<String>, words: impl Into<String>) -> Self {
        Self { setting: setting.into(), words: words.into() }
    }
}

/// Everything wrong with the configuration: one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<Mistake>);

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.words)
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Mistake::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ConfigErrors {}
