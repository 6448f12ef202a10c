//! Dates and times as text: the names of levels.

use super::numbers::Fixed;

const DAY: i128 = 86_400;

/// A number of days since 1970-01-01 as `2020-02-29`.
pub(super) fn date(days: i128) -> String {
    // Years begin in March here, so that a leap day is the last of its year; 400 years have 146,097 days.
    let since = days + 719_468;
    let (era, day) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + next)
}

/// Seconds since midnight as `12:30:05`, with the decimals that they have.
pub(super) fn time(seconds: Fixed) -> String {
    let unit = 10_i128.pow(seconds.decimals);
    let (whole, fraction) = (seconds.mantissa.div_euclid(unit), seconds.mantissa.rem_euclid(unit));
    let clock = format!("{:02}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    if fraction == 0 { clock } else { format!("{clock}.{fraction:0>width$}", width = seconds.decimals as usize) }
}

/// Seconds since 1970-01-01 as `2020-02-29 12:30:05`, as pandas writes a timestamp.
pub(super) fn timestamp(seconds: Fixed) -> String {
    let day = DAY * 10_i128.pow(seconds.decimals);
    let of_day = Fixed { mantissa: seconds.mantissa.rem_euclid(day), ..seconds };
    format!("{} {}", date(seconds.mantissa.div_euclid(day)), time(of_day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_date() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (18_321, "2020-02-29"),
            (18_322, "2020-03-01"),
            (11_016, "2000-02-29"),
            (-25_508, "1900-03-01"),
            (-719_162, "0001-01-01"),
        ] {
            assert_eq!(date(days), text);
        }
        let milliseconds = |mantissa| timestamp(Fixed { mantissa, decimals: 3 });
        assert_eq!(milliseconds(45_005_000), "1970-01-01 12:30:05");
        assert_eq!(milliseconds(-250), "1969-12-31 23:59:59.750");
    }
}
