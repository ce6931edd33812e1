//! What a file is, by its content and never by what the sender calls it. Pure: no connection, no clock.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::base::problem::{Code, Problem};

/// Most pixels of a picture: what a reader would have to hold in memory.
const PIXELS: usize = 50_000_000;
/// Most entries of a packed document.
const ENTRIES: usize = 5_000;
/// Most bytes of a packed document when it is unpacked …
const UNPACKED: u64 = 256 * 1024 * 1024;
/// … and how many times its packed size, beyond the first bytes that any small text can be packed to.
const RATIO: u64 = 100;
const FREE: u64 = 8 * 1024 * 1024;

/// The kinds of files that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// A PDF.
    Pdf,
    /// A JPEG.
    Jpeg,
    /// A PNG.
    Png,
    /// A Word document without macros.
    Docx,
    /// An Excel sheet without macros.
    Xlsx,
    /// A PowerPoint presentation without macros.
    Pptx,
    /// An OFD, the national format of official documents (GB/T 33190).
    Ofd,
}

impl MediaType {
    /// As HTTP says it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Ofd => "application/ofd",
        }
    }

    /// Reads what [`MediaType::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const ALL: [MediaType; 7] =
            [MediaType::Pdf, MediaType::Jpeg, MediaType::Png, MediaType::Docx, MediaType::Xlsx, MediaType::Pptx, MediaType::Ofd];
        ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// What its names end with, the usual one first.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Ofd => &["ofd"],
        }
    }
}

/// What the content is, and whether it is harmless to whoever opens it later.
pub(super) fn inspect(content: &[u8], field: &'static str) -> Result<MediaType, Problem> {
    let is = infer::get(content).map(|found| found.mime_type()).unwrap_or_default();
    match is {
        "application/pdf" => Ok(MediaType::Pdf),
        "image/jpeg" => picture(content, field).map(|()| MediaType::Jpeg),
        "image/png" => picture(content, field).map(|()| MediaType::Png),
        _ if content.starts_with(b"PK\x03\x04") => packed(content, field),
        _ => Err(Problem::new(Code::AttachmentType, field)),
    }
}

/// Its size is read from its header: the picture is never unpacked here.
fn picture(content: &[u8], field: &'static str) -> Result<(), Problem> {
    let size = imagesize::blob_size(content).map_err(|_| Problem::new(Code::AttachmentType, field))?;
    if size.width == 0 || size.height == 0 {
        return Err(Problem::new(Code::AttachmentType, field));
    }
    if size.width.saturating_mul(size.height) > PIXELS {
        return Err(Problem::new(Code::AttachmentImageTooLarge, field).with(PIXELS / 10_000));
    }
    Ok(())
}

/// A packed document, told by the part that only its kind has. What its directory says of sizes may be a lie,
/// so it is unpacked once, to nowhere, and given up as soon as it grows out of proportion.
fn packed(content: &[u8], field: &'static str) -> Result<MediaType, Problem> {
    let broken = || Problem::new(Code::AttachmentArchive, field);
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|_| broken())?;
    if archive.len() > ENTRIES {
        return Err(broken());
    }
    let packed_size = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let most = UNPACKED.min(FREE.max(packed_size.saturating_mul(RATIO)));
    let (mut total, mut found, mut has_macros) = (0, None, false);
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).map_err(|_| broken())?;
        let name = entry.name().map_err(|_| broken())?.into_owned();
        // Two slashes the wrong way, or a way out of the folder: no office program writes such names.
        if entry.enclosed_name().is_none() || name.contains('\\') {
            return Err(broken());
        }
        has_macros |= name.to_ascii_lowercase().ends_with("vbaproject.bin");
        found = found.or(match name.trim_start_matches('/') {
            "word/document.xml" => Some(MediaType::Docx),
            "xl/workbook.xml" => Some(MediaType::Xlsx),
            "ppt/presentation.xml" => Some(MediaType::Pptx),
            "OFD.xml" => Some(MediaType::Ofd),
            _ => None,
        });
        let left = most - total;
        total += std::io::copy(&mut entry.by_ref().take(left + 1), &mut std::io::sink()).map_err(|_| broken())?;
        if total > most {
            return Err(broken());
        }
    }
    match found {
        Some(_) if has_macros => Err(Problem::new(Code::AttachmentMacro, field)),
        Some(kind) => Ok(kind),
        None => Err(Problem::new(Code::AttachmentType, field)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, MediaType, inspect};
    use std::io::{Cursor, Write};
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn archive(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn told(content: &[u8]) -> Result<MediaType, Code> {
        inspect(content, "file").map_err(|problem| problem.code)
    }

    /// A header of a PNG of this size; nothing behind it.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut content = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        content.extend(width.to_be_bytes());
        content.extend(height.to_be_bytes());
        content.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        content
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(told(b"%PDF-1.7\n%%EOF"), Ok(MediaType::Pdf));
        assert_eq!(told(&png(100, 100)), Ok(MediaType::Png));
        for (part, kind) in [
            ("word/document.xml", MediaType::Docx),
            ("xl/workbook.xml", MediaType::Xlsx),
            ("ppt/presentation.xml", MediaType::Pptx),
            ("OFD.xml", MediaType::Ofd),
        ] {
            let made = archive(&[("[Content_Types].xml", b"<x/>".to_vec()), (part, b"<x/>".to_vec())]);
            assert_eq!(told(&made), Ok(kind), "{part}");
            assert_eq!(MediaType::parse(kind.as_str()), Some(kind));
        }
        for other in [
            b"".as_slice(),
            b"<svg onload=alert(1)>",
            b"<html><script>alert(1)</script>",
            b"MZ\x90\0",
            b"\x7fELF",
            b"GIF89a\x01\0\x01\0",
            b"#!/bin/sh",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            &archive(&[("notes.txt", b"text".to_vec())]),
        ] {
            assert_eq!(told(other), Err(Code::AttachmentType), "{other:?}");
        }
    }

    #[test]
    fn bombs_and_macros_are_refused() {
        assert_eq!(told(&png(50_000, 50_000)), Err(Code::AttachmentImageTooLarge));
        assert_eq!(told(&png(0, 10)), Err(Code::AttachmentType));
        let bomb = archive(&[("word/document.xml", vec![0; 64 * 1024 * 1024])]);
        assert!(bomb.len() < 100_000);
        assert_eq!(told(&bomb), Err(Code::AttachmentArchive));
        // What the directory says of the size is a lie: the copy in it and the one before the entry.
        let mut lying = bomb.clone();
        let size = (64_u32 * 1024 * 1024).to_le_bytes();
        while let Some(place) = lying.windows(4).position(|part| part == size) {
            lying[place..place + 4].copy_from_slice(&10_u32.to_le_bytes());
        }
        assert_eq!(told(&lying), Err(Code::AttachmentArchive));
        let many: Vec<(String, Vec<u8>)> = (0..5_001).map(|number| (format!("word/{number}"), Vec::new())).collect();
        let many: Vec<(&str, Vec<u8>)> = many.iter().map(|(name, content)| (name.as_str(), content.clone())).collect();
        assert_eq!(told(&archive(&many)), Err(Code::AttachmentArchive));
        assert_eq!(told(&archive(&[("word/document.xml", vec![]), ("../../out", vec![])])), Err(Code::AttachmentArchive));
        assert_eq!(
            told(&archive(&[("word/document.xml", vec![]), ("word/vbaProject.bin", vec![1])])),
            Err(Code::AttachmentMacro)
        );
        let cut = &archive(&[("word/document.xml", vec![7; 1000])])[..60];
        assert_eq!(told(cut), Err(Code::AttachmentArchive));
    }
}
