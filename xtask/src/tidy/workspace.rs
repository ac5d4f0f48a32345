//! What the manifests say: the members of the workspace and what each depends on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// The workspace on disk.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) root: PathBuf,
    pub(super) members: Vec<Member>,
}

/// A crate of the workspace.
#[derive(Debug)]
pub(super) struct Member {
    /// Its folder relative to the workspace, such as `crates/api-paths`.
    pub(super) folder: String,
    /// The text of its manifest.
    pub(super) text: String,
    pub(super) manifest: Manifest,
}

/// The part of a manifest that matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    build_dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, Dependency>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Dependency {
    #[expect(dead_code, reason = "only its presence matters")]
    Version(String),
    Table {
        package: Option<String>,
        #[serde(default)]
        optional: bool,
    },
}

/// Where a dependency stands in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Also `[build-dependencies]`.
    Normal {
        /// Whether a feature switches it on.
        optional: bool,
    },
    Development,
}

impl Workspace {
    /// Reads the manifests of the workspace and its members.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut folders = Vec::new();
        for pattern in member_patterns(root)? {
            folders.extend(expand(root, &pattern)?);
        }
        let members = folders
            .iter()
            .map(|folder| Member::read(root, folder))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            root: root.to_owned(),
            members,
        })
    }

    /// The text of a file, or `None` when there is none.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }
}

impl Member {
    fn read(root: &Path, folder: &str) -> anyhow::Result<Self> {
        let path = root.join(folder).join("Cargo.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("could not read {}", path.display()))?;
        Self::parse(folder, text)
    }

    /// Reads a manifest's text.
    pub(super) fn parse(folder: &str, text: String) -> anyhow::Result<Self> {
        let manifest =
            toml::from_str(&text).with_context(|| format!("could not read {folder}/Cargo.toml"))?;
        Ok(Self {
            folder: folder.to_owned(),
            text,
            manifest,
        })
    }

    /// The name by which documents call it: the last part of its folder.
    pub(super) fn name(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }

    /// The name in its manifest.
    pub(super) fn package(&self) -> &str {
        &self.manifest.package.name
    }

    pub(super) fn manifest_path(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }

    /// The packages it depends on.
    pub(super) fn dependencies(&self) -> Vec<(&str, Kind)> {
        let Manifest {
            dependencies,
            build_dependencies,
            dev_dependencies,
            ..
        } = &self.manifest;
        let normal = dependencies.iter().chain(build_dependencies);
        let normal = normal.map(|(key, dependency)| {
            (
                dependency.package(key),
                Kind::Normal {
                    optional: dependency.is_optional(),
                },
            )
        });
        let development = dev_dependencies
            .iter()
            .map(|(key, dependency)| (dependency.package(key), Kind::Development));
        normal.chain(development).collect()
    }

    /// The line of the manifest that names a package, for a message.
    pub(super) fn line_of(&self, package: &str) -> usize {
        let names = |line: &str| {
            line.strip_prefix(package)
                .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        };
        self.text
            .lines()
            .position(names)
            .map_or(1, |index| index + 1)
    }
}

impl Dependency {
    fn package<'a>(&'a self, key: &'a str) -> &'a str {
        match self {
            Self::Table {
                package: Some(package),
                ..
            } => package,
            Self::Table { package: None, .. } | Self::Version(_) => key,
        }
    }

    const fn is_optional(&self) -> bool {
        match self {
            Self::Table { optional, .. } => *optional,
            Self::Version(_) => false,
        }
    }
}

fn member_patterns(root: &Path) -> anyhow::Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Root {
        workspace: Members,
    }
    #[derive(Deserialize)]
    struct Members {
        members: Vec<String>,
    }
    let text = std::fs::read_to_string(root.join("Cargo.toml"))
        .context("could not read the workspace's Cargo.toml")?;
    Ok(toml::from_str::<Root>(&text)
        .context("could not read the workspace's Cargo.toml")?
        .workspace
        .members)
}

/// The folders of a pattern: itself, or each folder with a manifest below `folder/*`.
fn expand(root: &Path, pattern: &str) -> anyhow::Result<Vec<String>> {
    let Some(parent) = pattern.strip_suffix("/*") else {
        return Ok(vec![pattern.to_owned()]);
    };
    let mut folders = Vec::new();
    for entry in
        std::fs::read_dir(root.join(parent)).with_context(|| format!("could not list {parent}"))?
    {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            folders.push(format!("{parent}/{}", entry.file_name().to_string_lossy()));
        }
    }
    folders.sort();
    Ok(folders)
}
