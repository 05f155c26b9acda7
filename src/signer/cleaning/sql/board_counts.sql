-- How many shots there are of each place and class. Places first as they stand there: they are named once for
-- each of them, not for each shot.
WITH kinds AS (
    SELECT province, district, facility,
        CASE WHEN is_foreigner(person_id, nationality) THEN 'foreigner' ELSE 'matched' END AS class
    FROM verified_rows
    UNION ALL
    SELECT province, district, facility, reason AS class FROM refused_rows
),
as_written AS (SELECT province, district, facility, class, count(*) AS shots FROM kinds GROUP BY ALL),
named AS (
    SELECT place_name(province) AS province, place_name(district) AS district,
        place_name(facility) AS facility, class, sum(shots)::BIGINT AS shots
    FROM as_written GROUP BY ALL
),
-- What is not attested may name anything as its place: it stands on the board as far as others name it, too.
vouched AS (SELECT DISTINCT province, district, facility FROM named WHERE class <> 'not_attested'),
provinces AS (SELECT DISTINCT province FROM vouched),
districts AS (SELECT DISTINCT province, district FROM vouched),
placed AS (
    SELECT
        CASE WHEN provinces.province IS NOT NULL THEN named.province ELSE '' END AS province,
        CASE WHEN districts.district IS NOT NULL THEN named.district ELSE '' END AS district,
        CASE WHEN vouched.facility IS NOT NULL THEN named.facility ELSE '' END AS facility,
        class, shots
    FROM named
    LEFT JOIN provinces ON named.province = provinces.province
    LEFT JOIN districts ON named.province = districts.province AND named.district = districts.district
    LEFT JOIN vouched ON named.province = vouched.province AND named.district = vouched.district
        AND named.facility = vouched.facility
)
SELECT province, district, facility, class, sum(shots)::BIGINT AS shots
FROM placed GROUP BY ALL ORDER BY ALL;
