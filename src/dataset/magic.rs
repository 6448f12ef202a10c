//! File formats by their first bytes, and what to do with a file of one that its source does not read.

use super::idx;
use crate::text::visible;

/// This many bytes are enough to recognise every format.
pub(super) const RECOGNISED_BY: usize = 512;

/// First bytes, the offset at which they stand, what the file is, and what to do. `{path}` stands for the file.
type KnownFormat = (&'static [u8], usize, &'static str, &'static str);

const PANDAS_CSV: &str = "write its table as text with pandas: df.to_csv(\"data.csv\", index=False)";
const R_CSV: &str = "write its table as text with R: write.csv(d, \"data.csv\", row.names = FALSE)";
const EXPORT: &str = "save the sheet as CSV and name that file";

/// The first that fits counts.
const KNOWN: &[KnownFormat] = &[
    (b"PAR1", 0, "Parquet", "source = \"parquet\" reads it"),
    (b"ARROW1\0\0", 0, "Arrow IPC (Feather)", "source = \"arrow\" reads it"),
    (b"\xFF\xFF\xFF\xFF", 0, "an Arrow IPC stream", "source = \"arrow\" reads it"),
    (b"FEA1", 0, "Feather of version 1", "write it as Parquet with pyarrow, and source = \"parquet\" reads it"),
    (b"\x93NUMPY", 0, "a NumPy array (.npy)", "source = \"npy\" reads it"),
    (b"\x1F\x8B", 0, "compressed with gzip", "unpack it (gunzip {path}) and name what is in it"),
    (b"\x28\xB5\x2F\xFD", 0, "compressed with zstd", "unpack it (unzstd {path}) and name what is in it"),
    // Text may begin with BZh as well, but not with what follows it.
    (b"1AY&SY", 4, "compressed with bzip2", "unpack it (bunzip2 {path}) and name what is in it"),
    (b"\x17\x72\x45\x38\x50\x90", 4, "compressed with bzip2", "unpack it (bunzip2 {path}) and name what is in it"),
    (b"\xFD7zXZ\0", 0, "compressed with xz", "unpack it (unxz {path}) and name what is in it"),
    (b"\x04\x22\x4D\x18", 0, "compressed with lz4", "unpack it (unlz4 {path}) and name what is in it"),
    (b"\x1F\x9D", 0, "compressed with compress", "unpack it (uncompress {path}) and name what is in it"),
    (b"7z\xBC\xAF\x27\x1C", 0, "a 7z archive", "unpack it (7z x {path}) and name what is in it"),
    (b"ustar", 257, "a tar archive", "unpack it (tar -xf {path}) and name what is in it"),
    (b"[Content_Types].xml", 30, "an Excel workbook (.xlsx)", EXPORT),
    (b"xl/", 30, "an Excel workbook (.xlsx)", EXPORT),
    (b"_rels/", 30, "an Excel workbook (.xlsx)", EXPORT),
    (b"docProps/", 30, "an Excel workbook (.xlsx)", EXPORT),
    (b"mimetypeapplication/vnd.oasis.opendocument", 30, "a spreadsheet (.ods)", EXPORT),
    (b"PK\x03\x04", 0, "a zip archive", "unpack it (unzip {path}) and name what is in it"),
    (b"PK\x05\x06", 0, "a zip archive without files", "name another file"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 0, "an Excel workbook (.xls)", EXPORT),
    (b"\x89HDF\r\n\x1A\n", 0, "HDF5", PANDAS_CSV),
    (b"\x80\x02", 0, "a pickle of Python", PANDAS_CSV),
    (b"\x80\x03", 0, "a pickle of Python", PANDAS_CSV),
    (b"\x80\x04", 0, "a pickle of Python", PANDAS_CSV),
    (b"\x80\x05", 0, "a pickle of Python", PANDAS_CSV),
    (b"SQLite format 3\0", 0, "a SQLite database", "export its table: sqlite3 -csv -header {path} 'select * from …'"),
    (b"RDX2\n", 0, "a file of R", R_CSV),
    (b"RDX3\n", 0, "a file of R", R_CSV),
    (b"X\n\0\0\0", 0, "a file of R", R_CSV),
    (b"version https://git-lfs", 0, "a pointer of Git LFS and not the file", "fetch the file itself: git lfs pull"),
    (b"<stata_dta>", 0, "a file of Stata", PANDAS_CSV),
    (b"$FL2", 0, "a file of SPSS (.sav)", PANDAS_CSV),
    (b"$FL3", 0, "a file of SPSS (.zsav)", PANDAS_CSV),
    (b"HEADER RECORD*******", 0, "a file of SAS (.xpt)", PANDAS_CSV),
    (b"MATLAB 5.0 MAT-file", 0, "a file of MATLAB (.mat)", "write its table as text: writetable(t, \"data.csv\")"),
    // A header may begin with it as well, but not with what follows it.
    (b"ORC", 0, "ORC", "write it as Parquet with pyarrow, and source = \"parquet\" reads it"),
    (b"Obj\x01", 0, "Avro", "write it as Parquet, and source = \"parquet\" reads it"),
    (b"%PDF-", 0, "a PDF document", "name the file of the numbers themselves"),
];

/// `a zip archive: unpack it (unzip data.csv) and name what is in it`: what a file is that begins with these bytes, and what to do with it; `None` if
/// the format is not known here. Text is none of the formats. `path` is as the experiment writes it.
pub(super) fn recognised(start: &[u8], path: &str) -> Option<String> {
    let (what, remedy) = sheet(start, path).or_else(|| known(start))?;
    Some(format!("{what}: {}", remedy.replace("{path}", &visible(path))))
}

/// The source that reads a file that begins with these bytes; `None` for text and for what no source reads.
pub(super) fn source_of(start: &[u8]) -> Option<&'static str> {
    let (_, remedy) = known(start)?;
    remedy.strip_prefix("source = \"")?.strip_suffix("\" reads it")
}

fn known(start: &[u8]) -> Option<(&'static str, &'static str)> {
    if start.starts_with(b"PK\x03\x04") && first_name(start).is_some_and(|name| name.ends_with(b".npy")) {
        return Some(("a NumPy archive (.npz)", "source = \"npy\" reads it"));
    }
    if idx::begins(start) {
        return Some(("an IDX file", "source = \"idx\" reads it"));
    }
    let text = start.trim_ascii_start();
    let begins = |word: &[u8]| text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word);
    if begins(b"<!doctype html") || begins(b"<html") {
        let remedy = "a page was saved in place of the file: download the file by its raw link";
        return Some(("an HTML page", remedy));
    }
    if let Some(found) = known_text(text) {
        return Some(found);
    }
    let zip = start.starts_with(b"PK\x03\x04");
    let fits = |(bytes, at, ..): &&KnownFormat| {
        let counts = match at {
            4 => start.starts_with(b"BZh"),
            30 => zip,
            0 if *bytes == b"ORC" => {
                start.get(3).is_some_and(|byte| byte.is_ascii_control() && !b"\t\r\n".contains(byte))
            }
            _ => true,
        };
        counts && start.get(*at..).is_some_and(|rest| rest.starts_with(bytes))
    };
    KNOWN.iter().find(fits).map(|(_, _, what, remedy)| (*what, *remedy))
}

/// The formats that are text and no table, by their first bytes after blanks.
fn known_text(text: &[u8]) -> Option<(&'static str, &'static str)> {
    const JSON: &str = "write its table as text with pandas: pd.read_json(…).to_csv(\"data.csv\", index=False)";
    let lines = || text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let after =
        |at: usize| text.get(at..).map_or(b' ', |rest| rest.trim_ascii_start().first().copied().unwrap_or(b' '));
    let is_json = match text.first()? {
        b'{' => after(1) == b'"',
        b'[' => matches!(after(1), b'{' | b'['),
        _ => false,
    };
    if is_json {
        return Some(("JSON", JSON));
    }
    if text.starts_with(b"<?xml") {
        return Some(("XML", "write its table as text with pandas: pd.read_xml(…).to_csv(\"data.csv\", index=False)"));
    }
    let is_relation = |line: &[u8]| line.get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"@relation"));
    // Its comments come first.
    if lines().find(|line| line[0] != b'%').is_some_and(is_relation) {
        return Some((
            "ARFF of Weka",
            "write its table as text with Python: pd.DataFrame(scipy.io.arff.loadarff(…)[0]).to_csv(\"data.csv\")",
        ));
    }
    // Protocol 0 writes a mark and the number of a memo, or a module's name.
    let is_pickle = text.starts_with(b"(lp0")
        || text.starts_with(b"(dp0")
        || text.starts_with(b"ccopy_reg\n")
        || text.starts_with(b"cpandas");
    is_pickle.then_some(("a pickle of Python", PANDAS_CSV))
}

/// What a zip archive is by the ending of its name: a workbook may begin with any of its files.
fn sheet(start: &[u8], path: &str) -> Option<(&'static str, &'static str)> {
    const ENDINGS: [(&str, &str); 4] = [
        (".xlsx", "an Excel workbook (.xlsx)"),
        (".xlsm", "an Excel workbook (.xlsm)"),
        (".xlsb", "an Excel workbook (.xlsb)"),
        (".ods", "a spreadsheet (.ods)"),
    ];
    let path = path.to_lowercase();
    let found = ENDINGS.iter().find(|(ending, _)| start.starts_with(b"PK\x03\x04") && path.ends_with(ending));
    found.map(|(_, what)| (*what, EXPORT))
}

/// The name of the first file of a zip archive.
fn first_name(start: &[u8]) -> Option<&[u8]> {
    let length = usize::from(u16::from_le_bytes([*start.get(26)?, *start.get(27)?]));
    start.get(30..30 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip archive whose first file has this name.
    fn zip(name: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend([name.len() as u8, 0, 0, 0]);
        bytes.extend(name.as_bytes());
        bytes
    }

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        let mut tar = vec![0; 300];
        tar[257..262].copy_from_slice(b"ustar");
        for (start, expected) in [
            (b"PAR1\x15\x04".to_vec(), "Parquet: source = \"parquet\" reads it"),
            (b"ARROW1\0\0\xFF\xFF".to_vec(), "Arrow IPC (Feather): source = \"arrow\" reads it"),
            (b"\x93NUMPY\x01\0".to_vec(), "a NumPy array (.npy): source = \"npy\" reads it"),
            (zip("x.npy"), "a NumPy archive (.npz): source = \"npy\" reads it"),
            (zip("[Content_Types].xml"), "an Excel workbook (.xlsx): save the sheet as CSV and name that file"),
            (zip("xl/workbook.xml"), "an Excel workbook (.xlsx): save the sheet as CSV and name that file"),
            (zip("flights.csv"), "a zip archive: unpack it (unzip d) and name what is in it"),
            (b"BZh91AY&SY\x12".to_vec(), "compressed with bzip2: unpack it (bunzip2 d) and name what is in it"),
            (b"\xFD7zXZ\0\0".to_vec(), "compressed with xz: unpack it (unxz d) and name what is in it"),
            (
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
                "an Excel workbook (.xls): save the sheet as CSV and name that file",
            ),
            (
                b"version https://git-lfs.github.com/spec/v1\noid".to_vec(),
                "a pointer of Git LFS and not the file: fetch the file itself: git lfs pull",
            ),
            (
                b"\n\n<!DOCTYPE HTML>\n<html>".to_vec(),
                "an HTML page: a page was saved in place of the file: download the file by its raw link",
            ),
            (b"\0\0\x08\x03\0\0\xEA\x60".to_vec(), "an IDX file: source = \"idx\" reads it"),
            (tar, "a tar archive: unpack it (tar -xf d) and name what is in it"),
        ] {
            assert_eq!(recognised(&start, "d").as_deref(), Some(expected));
        }
        for (path, what) in [("d.xlsx", "an Excel workbook (.xlsx)"), ("d.XLSM", "an Excel workbook (.xlsm)")] {
            let expected = format!("{what}: save the sheet as CSV and name that file");
            assert_eq!(recognised(b"PK\x03\x04aaaa", path), Some(expected));
        }
        assert_eq!(recognised(b"a,y\n", "d.xlsx"), None);
        for pickle in 2..=5 {
            assert!(recognised(&[0x80, pickle, b'}'], "d").unwrap().starts_with("a pickle of Python: write its table"));
        }
        for (start, what) in [
            (&b"[{\"a\": 1}]"[..], "JSON: "),
            (b"{ \"a\": [1, 2] }", "JSON: "),
            (b"{\"a\": 1}\n{\"a\": 2}\n", "JSON: "),
            (b"<?xml version=\"1.0\"?><d/>", "XML: "),
            (b"% comment\n\n@RELATION r\n@ATTRIBUTE a NUMERIC", "ARFF of Weka: "),
            (b"(lp0\nI1\naI2\na.", "a pickle of Python: "),
            (b"%PDF-1.4\n", "a PDF document: "),
            (b"$FL2@(#) SPSS", "a file of SPSS (.sav): "),
            (b"MATLAB 5.0 MAT-file, Platform", "a file of MATLAB (.mat): "),
            (b"Obj\x01\x04", "Avro: "),
            (b"ORC\x11\0\0\n", "ORC: "),
        ] {
            assert!(recognised(start, "d").unwrap().starts_with(what), "{what}");
        }
        assert!(recognised(b"\x89HDF\r\n\x1A\n\0", "d").unwrap().starts_with("HDF5: write its table"));
    }

    #[test]
    fn a_source_is_known_by_the_remedy() {
        for (start, source) in [
            (&b"PAR1"[..], Some("parquet")),
            (b"ARROW1\0\0", Some("arrow")),
            (b"\x93NUMPY", Some("npy")),
            (b"\0\0\x0D\x02\0", Some("idx")),
            (b"FEA1", None),
            (b"BZh91AY&SY", None),
            (b"a,b\n", None),
        ] {
            assert_eq!(source_of(start), source);
        }
        assert_eq!(source_of(&zip("x.npy")), Some("npy"));
    }

    #[test]
    fn text_is_none_of_them() {
        for text in [
            "",
            "a",
            "BZh,y\n1,2\n",
            "a,b1AY&SY,y",
            "version,y",
            "PK,y\n",
            "<b>,y\n",
            "X\n1\n2\n",
            "FEA,1",
            "ORCHID,y",
            "ORC\n1\n",
            "[a],y\n",
            "% of all,y\n1,2\n",
        ] {
            assert_eq!(recognised(text.as_bytes(), "d"), None, "{text}");
        }
    }
}
