//! Unpacking gzip and Zstandard, recognised by their first bytes.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use crate::error::{Position, malformed};
use crate::{ImportError, NamedBytes};

const GZIP: &[u8] = b"\x1F\x8B";
const ZSTANDARD: &[u8] = b"\x28\xB5\x2F\xFD";

/// The content of a stream, unpacked where it is packed.
pub(super) fn open<'a>(reader: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let head = reader.fill_buf()?;
    if head.starts_with(GZIP) {
        return Ok(Box::new(MultiGzDecoder::new(reader)));
    }
    if head.starts_with(ZSTANDARD) {
        return Ok(Box::new(Frames {
            decoder: Some(frame(reader)?),
        }));
    }
    Ok(Box::new(reader))
}

/// The content of a file that is packed; `None` for any other.
///
/// # Errors
/// [`ImportError::Malformed`] where it cannot be unpacked, or has more than `limit` bytes.
pub(crate) fn uncompressed(file: &NamedBytes, limit: u64) -> Result<Option<Vec<u8>>, ImportError> {
    if !file.bytes.starts_with(GZIP) && !file.bytes.starts_with(ZSTANDARD) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let expected = "a file that can be unpacked";
    let wrong = |found, advice| malformed(&file.name, Position::File, expected, found, advice);
    let unpacked = open(Box::new(&file.bytes[..]))
        .and_then(|reader| reader.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| wrong(error.to_string(), "download the file again"))?;
    if unpacked as u64 > limit {
        let found = format!("{} bytes that become more than {limit}", file.bytes.len());
        return Err(wrong(found, "unpack it and check its content"));
    }
    Ok(Some(bytes))
}

/// The first bytes of a compressed file's content, at most `max`; `None` for any other file.
pub(crate) fn uncompressed_head(bytes: &[u8], max: u64) -> Option<Vec<u8>> {
    if !bytes.starts_with(GZIP) && !bytes.starts_with(ZSTANDARD) {
        return None;
    }
    let mut head = Vec::new();
    // The content before an error is enough.
    let _ = open(Box::new(bytes)).and_then(|reader| reader.take(max).read_to_end(&mut head));
    Some(head)
}

type Decoder<R> = StreamingDecoder<BufReader<R>, ruzstd::decoding::FrameDecoder>;

fn frame<R: Read>(reader: BufReader<R>) -> io::Result<Decoder<R>> {
    StreamingDecoder::new(reader).map_err(|error| io::Error::other(error.to_string()))
}

/// The frames of a Zstandard file one after the other; the decoder itself ends with the first.
struct Frames<R: Read> {
    decoder: Option<Decoder<R>>,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(decoder) = &mut self.decoder else {
                return Ok(0);
            };
            let read = decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(mut reader) = self.decoder.take().map(StreamingDecoder::into_inner) else {
                return Ok(0);
            };
            if !reader.fill_buf()?.is_empty() {
                self.decoder = Some(frame(reader)?);
            }
        }
    }
}
