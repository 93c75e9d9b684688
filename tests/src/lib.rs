//! What the tests share: the vectors and the documents, read from their files.

pub mod cloud;
pub mod generate;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use iamwire_core::json::{Json, Value};

/// One line of a file of vectors.
#[derive(Debug, Clone)]
pub struct Vector {
    /// The file and the line, for messages.
    pub place: String,
    json: Json,
}

impl Vector {
    /// A member of the line.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Value<'_>> {
        self.json.root().member(name)
    }

    /// The text of a member that is a string; empty if there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.member(name).and_then(Value::as_str).unwrap_or_default().into_owned()
    }

    /// The line with these members alone, as they are written: what a program is given.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> String {
        let members = names.iter().filter_map(|name| Some((name, self.member(name)?)));
        let members: Vec<String> =
            members.map(|(name, value)| format!("\"{name}\":{}", value.text())).collect();
        format!("{{{}}}", members.join(","))
    }

    /// Where it is and what it is about.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} ({}: {})", self.place, self.text("rule"), self.text("name"))
    }
}

/// The vectors of one folder below `tests/vectors`, file by file.
///
/// # Panics
/// If the folder can't be read, is empty, or a line is no JSON, or has the name of another in its file.
#[must_use]
#[expect(clippy::panic, reason = "a test without its vectors must fail")]
pub fn vectors(folder: &str) -> Vec<Vector> {
    let mut all = Vec::new();
    for path in files(&format!("vectors/{folder}"), "jsonl") {
        let mut names = HashSet::new();
        for (i, line) in read(&path).lines().enumerate() {
            let place = format!("{}:{}", path.file_name().unwrap_or_default().display(), i + 1);
            let vector = match Json::parse_nested(line, 512) {
                Ok(json) => Vector { place, json },
                Err(error) => panic!("{place}: {error}"),
            };
            assert!(names.insert(vector.text("name")), "{}: its name is not its own", vector.place);
            all.push(vector);
        }
    }
    all
}

/// The documents of `tests/documents` by name, percent-encoded ones (`.txt`) included.
#[must_use]
pub fn documents() -> Vec<(String, String)> {
    let all = files("documents", "json").into_iter().chain(files("documents", "txt"));
    all.map(|path| (path.file_name().unwrap_or_default().display().to_string(), read(&path)))
        .collect()
}

/// Whether a document of this name is percent-encoded.
#[must_use]
pub fn is_encoded(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "txt")
}

#[expect(clippy::panic, reason = "a test without its files must fail")]
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(entries) = fs::read_dir(&folder) else { panic!("{} can't be read", folder.display()) };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no .{extension}", folder.display());
    files
}

#[expect(clippy::panic, reason = "a test without its files must fail")]
fn read(path: &Path) -> String {
    match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}
