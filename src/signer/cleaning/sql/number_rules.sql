-- What a person's number says by itself: CMND (9 digits, says nothing), CCCD (12 digits: 3 of the province of
-- birth registration, 1 of century and sex, 2 of the year of birth, 6 at random). The rule as it is commonly
-- described; no official text was at hand to hold it against.

CREATE MACRO is_number(text) AS strlen(text) IN (9, 12) AND regexp_full_match(text, '[0-9]+');

-- A well-formed number as an integer that says its kind: a CCCD is below 10^12, a CMND is 10^12 and more.
CREATE MACRO person_of(number) AS
    number::UBIGINT + CASE strlen(number) WHEN 9 THEN 1000000000000 ELSE 0 END::UBIGINT;

-- Codes of the 63 provinces before 2025, from the same descriptions.
CREATE MACRO is_province(code) AS code IN (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42,
    44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84,
    86, 87, 89, 91, 92, 93, 94, 95, 96
);

-- Of a person's integer; null for a CMND. The fourth digit: 0 and 1 are men and women born 1900-1999, 2 and 3
-- 2000-2099, and so on.
CREATE MACRO number_province(person) AS CASE WHEN person < 1000000000000 THEN person // 1000000000 END;
CREATE MACRO number_sex(person) AS
    CASE WHEN person < 1000000000000 THEN CASE WHEN person // 100000000 % 2 = 0 THEN 'M' ELSE 'F' END END;
CREATE MACRO number_year(person) AS CASE WHEN person < 1000000000000
    THEN (1900 + person // 100000000 % 10 // 2 * 100 + person // 1000000 % 100)::SMALLINT END;

-- Null where a number is well-formed, else the detail of number_malformed; `person` where it is_number.
CREATE MACRO number_fault(number, person, this_year) AS CASE
    WHEN person IS NULL AND regexp_full_match(number, '[0-9]+') THEN 'length'
    WHEN person IS NULL THEN 'not_digits'
    WHEN person >= 1000000000000 THEN NULL
    WHEN NOT is_province(number_province(person)) THEN 'province'
    WHEN number_year(person) > this_year THEN 'year'
END;

-- A foreigner's: the nationality is another country's, and the number is that of a passport (6 to 20 capital
-- letters and digits) and no CCCD. A passport number alone makes no foreigner, nor does a nationality that no
-- country has: nobody is matched by them.
CREATE MACRO is_foreigner(number, nationality) AS
    coalesce(is_other_country(upper(trim(nationality))), false)
    AND regexp_full_match(number, '[A-Z0-9]{6,20}') AND NOT regexp_full_match(number, '[0-9]{12}');
