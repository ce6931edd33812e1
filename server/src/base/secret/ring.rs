//! The key ring: the numbered roots of an installation and the file that keeps them.
//!
//! A line of the file is `number key`, the key 32 bytes in hexadecimal; a line with a key alone is
//! key 1, as the first form of the file had it. What follows a `#` is a remark. The highest number
//! seals and signs; every key opens. Key 1 is never removed: the blind index and the cursors hang on it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use aes_gcm::{Aes256Gcm, KeyInit as _};
use anyhow::{Context, anyhow, bail};
use data_encoding::HEXLOWER_PERMISSIVE;
use ed25519_dalek::SigningKey;

use super::keyed_hash;

/// Number of the first key.
pub(super) const FIRST: u8 = 1;

/// What is made from one root.
pub(super) struct Key {
    pub(super) cipher: Aes256Gcm,
    pub(super) signer: SigningKey,
}

/// All keys by their numbers.
pub(super) struct Ring {
    pub(super) keys: BTreeMap<u8, Key>,
    pub(super) newest: u8,
}

/// The roots by their numbers.
pub(super) type Roots = BTreeMap<u8, [u8; 32]>;

impl Ring {
    pub(super) fn of(roots: &Roots) -> anyhow::Result<Self> {
        if !roots.contains_key(&FIRST) {
            bail!("密钥文件缺少1号密钥 / the key file has no key number 1, on which the blind index hangs");
        }
        let mut keys = BTreeMap::new();
        for (number, root) in roots {
            let cipher =
                Aes256Gcm::new_from_slice(&keyed_hash(root, b"banyan field encryption 1")).map_err(|_| anyhow!("key length"))?;
            let signer = SigningKey::from_bytes(&keyed_hash(root, b"banyan journal signature 1"));
            keys.insert(*number, Key { cipher, signer });
        }
        let newest = roots.keys().next_back().copied().unwrap_or(FIRST);
        Ok(Self { keys, newest })
    }
}

/// Reads the text of a key file.
pub(super) fn parse(text: &str) -> anyhow::Result<Roots> {
    let mut roots = Roots::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let (number, key) = match (words.next(), words.next(), words.next()) {
            (None, ..) => continue,
            (Some(key), None, _) => (FIRST, key),
            (Some(number), Some(key), None) => {
                (number.parse().ok().filter(|number| *number >= FIRST).with_context(|| malformed(at))?, key)
            }
            _ => bail!(malformed(at)),
        };
        let key = HEXLOWER_PERMISSIVE.decode(key.as_bytes()).ok().and_then(|key| key.try_into().ok());
        if roots.insert(number, key.with_context(|| malformed(at))?).is_some() {
            bail!("密钥文件中{number}号密钥重复 / the key file has two keys of number {number}");
        }
    }
    if roots.is_empty() {
        bail!("密钥文件是空的 / the key file holds no key");
    }
    Ok(roots)
}

fn malformed(line: usize) -> String {
    let line = line + 1;
    format!(
        "密钥文件第{line}行不是“编号(1至255) 64位十六进制” / line {line} of the key file is not a number (1 to 255) and 64 hexadecimal digits"
    )
}

/// Reads a key file; none where there is no file.
pub(super) fn read(file: &Path) -> anyhow::Result<Option<Roots>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(parse(&text)?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("无法读取密钥文件 / cannot read the key file {}", file.display())),
    }
}

/// Says so when others can read the keys; a file that an orchestrator mounts may not be ours to close.
pub(super) fn warn_if_open(file: &Path) {
    if let Ok(metadata) = fs::metadata(file)
        && metadata.permissions().mode() & 0o077 != 0
    {
        tracing::warn!(file = %file.display(), "the key file can be read by other users: chmod 600");
    }
}

/// Makes the file with its first key. Two starts at once: the second one finds the file of the first.
pub(super) fn create(file: &Path) -> anyhow::Result<Roots> {
    let roots = Roots::from([(FIRST, rand::random())]);
    let mut options = fs::OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut handle) => {
            handle.write_all(render(&roots).as_bytes())?;
            handle.sync_all()?;
            Ok(roots)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read(file)?.context("the key file vanished"),
        Err(error) => Err(error).with_context(|| format!("无法写入密钥文件 / cannot write the key file {}", file.display())),
    }
}

/// Adds a new key to the file, which is whole at every moment. Returns its number.
pub(super) fn add(file: &Path) -> anyhow::Result<u8> {
    let mut roots = read(file)?.with_context(|| format!("没有密钥文件 / there is no key file {}", file.display()))?;
    let newest = roots.keys().next_back().copied().unwrap_or_default();
    let number = newest.checked_add(1).context("密钥编号用尽(255) / all 255 key numbers are used")?;
    roots.insert(number, rand::random());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fresh = folder.join(format!(".{}.new", file.file_name().and_then(|name| name.to_str()).unwrap_or("secret.key")));
    // What a killed attempt left is nobody's key yet: it was never renamed.
    let _ = fs::remove_file(&fresh);
    let cannot = || format!("无法改写密钥文件 / cannot rewrite the key file {}", file.display());
    let mut handle = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).with_context(cannot)?;
    handle.write_all(render(&roots).as_bytes())?;
    handle.sync_all()?;
    fs::rename(&fresh, file).with_context(cannot)?;
    fs::File::open(folder)?.sync_all()?;
    Ok(number)
}

fn render(roots: &Roots) -> String {
    roots.iter().map(|(number, root)| format!("{number} {}\n", HEXLOWER_PERMISSIVE.encode(root))).collect()
}

#[cfg(test)]
mod tests {
    use super::{FIRST, parse, render};

    #[test]
    fn the_first_form_of_the_file_is_key_one_and_the_second_keeps_numbers() {
        let old = parse(&"0a".repeat(32)).unwrap();
        assert_eq!(old.get(&FIRST), Some(&[10; 32]));
        let two = parse(&format!("# of 2026\n1 {}\n\n2 {} # newer\n", "0a".repeat(32), "0B".repeat(32))).unwrap();
        assert_eq!(two.keys().copied().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(parse(&render(&two)).unwrap(), two);
    }

    #[test]
    fn a_key_file_of_another_form_is_refused_in_both_languages() {
        let key = "0a".repeat(32);
        for wrong in [
            "",
            "#",
            "x",
            "1 0a",
            &format!("0 {key}"),
            &format!("256 {key}"),
            &format!("1 {key} 3"),
            &format!("1 {key}\n1 {key}"),
        ] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains(" / "), "{wrong}: {error}");
        }
    }
}
