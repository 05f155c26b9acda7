-- What a person's number says by itself: CMND (9 digits, says nothing), CCCD (12 digits: 3 of the province of
-- birth registration, 1 of century and sex, 2 of the year of birth, 6 at random; decree 137/2015, article 13).

-- Codes of the 63 provinces (circular 07/2016 of the Ministry of Public Security, appendix 1).
CREATE MACRO is_province(code) AS code IN (
    '001', '002', '004', '006', '008', '010', '011', '012', '014', '015', '017', '019', '020', '022', '024', '025',
    '026', '027', '030', '031', '033', '034', '035', '036', '037', '038', '040', '042', '044', '045', '046', '048',
    '049', '051', '052', '054', '056', '058', '060', '062', '064', '066', '067', '068', '070', '072', '074', '075',
    '077', '079', '080', '082', '083', '084', '086', '087', '089', '091', '092', '093', '094', '095', '096'
);

CREATE MACRO is_cccd(number) AS length(number) = 12 AND regexp_full_match(number, '[0-9]{12}');
CREATE MACRO is_cmnd(number) AS length(number) = 9 AND regexp_full_match(number, '[0-9]{9}');

-- Of a CCCD. The fourth digit: 0 and 1 are men and women born 1900-1999, 2 and 3 2000-2099, and so on.
CREATE MACRO number_sex(number) AS CASE WHEN substr(number, 4, 1)::UTINYINT % 2 = 0 THEN 'M' ELSE 'F' END;
CREATE MACRO number_year(number) AS
    1900 + substr(number, 4, 1)::SMALLINT // 2 * 100 + substr(number, 5, 2)::SMALLINT;

-- Null where a number is well-formed, else the detail of number_malformed.
CREATE MACRO number_fault(number, this_year) AS CASE
    WHEN is_cmnd(number) THEN NULL
    WHEN NOT regexp_full_match(number, '[0-9]*') THEN 'not_digits'
    WHEN length(number) <> 12 THEN 'length'
    WHEN NOT is_province(substr(number, 1, 3)) THEN 'province'
    WHEN number_year(number) > this_year THEN 'year'
END;

-- The number of a well-formed CMND or CCCD as an integer: the two kinds do not meet.
CREATE MACRO person_of(number) AS
    CASE length(number) WHEN 9 THEN 1000000000000 ELSE 0 END::UBIGINT + number::UBIGINT;

-- A foreigner's: the nationality is given and another, and the number is that of a passport (6 to 20 capital
-- letters and digits) and no CCCD. A passport number alone makes no foreigner, as nobody is matched by it.
CREATE MACRO is_foreigner(number, nationality) AS
    nationality <> '' AND nationality <> 'VN' AND NOT is_cccd(number)
    AND regexp_full_match(number, '[A-Z0-9]{6,20}');
