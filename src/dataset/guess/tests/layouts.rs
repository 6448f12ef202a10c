//! Delimiters, headers, quotes and other formats.

use super::*;

#[test]
fn points_between_thousands_are_found_behind_the_sample() {
    let row = |row: usize| format!("{},5;{};{},5\n", row % 13, 200 + row * 3 % 97, row * row % 17);
    let rows: String = (0..3000).map(row).collect();
    let text = format!("a;b;y\n{rows}1,5;1.500;2,5\n2,5;12.250;3,5\n");
    let (keys, data) = guessed(&text);
    assert_eq!(keys, "delimiter = \";\"; decimal = \",\"; thousands = \".\"; target = \"y\"");
    assert_eq!(data.features.row(3001), [2.5, 12250.0]);
}

#[test]
fn a_point_of_two_meanings_is_told() {
    let text = b"a;b;y\n234.500;1,5;2.5\n235.500;2.25;3.5\n236.500;3.5;9.5\n";
    let guess = guessed_bytes("d.csv", text, "").unwrap();
    assert!(
        guess.advice.iter().any(|advice| advice.starts_with("numbers such as 234.500 are read with a decimal point"))
    );
}

#[test]
fn a_comma_of_two_meanings_is_told() {
    let told = |text: &[u8]| {
        let guess = guessed_bytes("d.csv", text, "").unwrap();
        guess.advice.iter().any(|advice| advice.starts_with("numbers such as 3,794 are read with a decimal comma"))
    };
    assert!(told(b"x;z;y\n3,794;0;1\n8,173;2;4\n3,773;1;2\n"));
    assert!(!told(b"x;z;y\n3,794;0;1\n8,17;2;4\n3,773;1;2\n"));
}

#[test]
fn blanks_in_cells_are_no_delimiters() {
    for (text, keys) in [
        (
            "when,member,count\n2020-01-01 00:00,no,320\n2020-01-02 10:00,yes,331\n2020-01-03 10:00,no,17\n",
            "target = \"count\"; ignore = [\"when\"]; one_hot = \"text\"",
        ),
        ("dist,colour,y\n0 km,blue,2\n1 km,red,3\n1 km,red,6\n", "target = \"y\"; one_hot = \"text\""),
        ("start time,kind,price\n10 a,b,34\n10 b,b,9\n10 b,a,93\n", "target = \"price\"; one_hot = \"text\""),
        ("code value;k;y\n0 0;b;0\n1 1;a;3\n0 0;b;5\n", "delimiter = \";\"; target = \"y\"; one_hot = \"text\""),
        ("dims,kind,price\n0 0 3,b,23\n1 1 7,a,32\n0 0 3,b,92\n", "target = \"price\"; one_hot = \"text\""),
        // Rows alone: the header would be the names of one column.
        ("a b c\n1,5 2,5 3\n2,5 1,5 4\n7,5 1,5 9\n", "delimiter = \"whitespace\"; decimal = \",\"; target = \"c\""),
        (
            "1,5 2,5\n2,5 1,5\n7,5 1,25\n",
            "delimiter = \"whitespace\"; decimal = \",\"; header = false; target = \"column_2\"",
        ),
    ] {
        assert_eq!(guessed(text).0, keys, "{text}");
    }
}

#[test]
fn first_rows_that_are_no_plain_header() {
    for (text, keys) in [
        // Years above other numbers.
        (
            "2019,2020,2021\n33.96,0,75.97\n23.51,1,45.14\n45.03,2,82.35\n",
            "skip_rows = 1; header = false; target = \"column_3\"",
        ),
        // Years among years.
        ("2019,2020,2021\n2018,2022,2025\n2022,2019,2020\n", "header = false; target = \"column_3\""),
        // Rows that end with an empty cell.
        ("x,z,y\n33.96,0,75.97,\n23.51,1,45.14,\n45.03,2,82.35,\n", "target = \"y\""),
        // A title that a spreadsheet filled up.
        ("Sales 2020,,\n,,\nx,z,y\n0.3,0.1,0.6\n0.4,0.5,0.7\n", "skip_rows = 2; target = \"y\""),
        // The first row lacks what follows: it is data.
        ("5,,\n1,2,3\n2,3,5\n3,4,4\n", "header = false; target = \"column_3\"; missing = \"drop\""),
    ] {
        assert_eq!(guessed(text).0, keys, "{text}");
    }
    let far = guessed_bytes("d.csv", b"900,800,700\n1,2,3\n2,3,5\n3,4,4\n4,9,1\n", "").unwrap();
    assert_eq!(shown(&far), "header = false; target = \"column_3\"");
    assert_eq!(
        far.advice,
        [
            "the first row (900, 800, 700) is far from the other numbers of most columns: if it has names, write skip_rows = 1"
        ]
    );
    let given = guessed_bytes("d.csv", b"2019,2020,2021\n1,2,3\n2,3,5\n", "header = false").unwrap();
    assert_eq!((shown(&given).as_str(), given.data.target.len()), ("target = \"column_3\"", 3));
}

#[test]
fn other_sources_are_known_by_their_bytes() {
    let text = b"a,b,y\n1,2,3\n2,3,5\n";
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    let guess = guessed_bytes("d.bin", &encoder.finish().unwrap(), "").unwrap();
    assert_eq!((guess.source, shown(&guess).as_str()), ("csv", "target = \"y\""));
    let guess = guessed_bytes("d.svm", b"1 1:2 2:3\n2 1:5 3:1\n", "").unwrap();
    assert_eq!((guess.source, shown(&guess).as_str(), guess.data.features.columns), ("svmlight", "", 3));
    for (fixture, source) in [("pandas_index.parquet", "parquet"), ("polars.arrow", "arrow"), ("c.npy", "npy")] {
        let bytes = crate::dataset::tests::format_fixture(fixture);
        let guess = guessed_bytes("d", &bytes, "").unwrap_or_else(|error| panic!("{fixture}: {error}"));
        assert_eq!(guess.source, source);
    }
    let refused = guessed_bytes("d.xlsx", b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaxl/workbook.xml", "").err().unwrap();
    assert!(refused.to_string().contains("save the sheet as CSV"), "{refused}");
}

#[test]
fn what_cannot_be_read_is_told_as_the_reader_tells_it() {
    for (text, expected) in [("", "the file is empty"), ("a,y\n", "no rows"), ("a,y\n1,2\n3\n", "has 1 field")] {
        let refused = guessed_bytes("d.csv", text.as_bytes(), "").err().unwrap().to_string();
        assert!(refused.contains(expected), "{text}: {refused}");
    }
}

#[test]
fn quotes_hold_delimiters_and_line_ends() {
    let layout = Layout::of_given("a,y\n\"x, 1\n, 2\",3\n\"q\"\"r\",4\n", None, None, None);
    assert_eq!(layout.rows, [["a", "y"], ["x, 1\n, 2", "3"], ["q\"r", "4"]]);
}
