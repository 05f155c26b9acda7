-- Each shot with what speaks against it, alone and beside the register. The register goes by once; the shots
-- are what is held in memory: the right side of the join (matching.py keeps the optimizer from turning it).
CREATE TEMP TABLE judged AS
WITH compared AS (
    SELECT s.*, p.person IS NOT NULL AS found,
        coalesce(p.full_name_key = s.full_name_key, false) AS same_name,
        p.full_name_key IS NULL OR s.full_name_key IS NULL AS unreadable,
        coalesce(same_birth(p.birth, s.birth), false) AS same_birth,
        CASE WHEN p.person IS NOT NULL AND NOT coalesce(same_birth(p.birth, s.birth), false)
            THEN birth_difference(p.birth, s.birth) END AS birth_difference,
        CASE WHEN p.person IS NULL THEN s.number_sex <> s.sex
            ELSE coalesce(s.number_sex <> p.sex, false) OR coalesce(s.sex <> p.sex, false) END AS other_sex,
        coalesce(s.number_year <> CASE WHEN p.person IS NULL THEN s.birth ELSE p.birth END // 10000, false)
            AS other_year
    FROM population AS p RIGHT JOIN shots AS s ON p.person = s.person
)
SELECT row, coalesce(person, passport | (1::UBIGINT << 63)) AS person, product, day, dose, series,
    own
    | flag('person_not_found', person IS NOT NULL AND NOT found)
    | flag('both_differ', found AND NOT same_name AND NOT same_birth)
    | flag('name_differs', found AND NOT same_name AND same_birth)
    | flag('birth_differs', found AND same_name AND NOT same_birth)
    | flag('number_of_other', person IS NOT NULL AND coalesce(other_sex OR other_year, false)) AS classes,
    CASE
        WHEN (own & class_of('not_attested')) <> 0 THEN NULL
        WHEN number_fault IS NOT NULL THEN number_fault
        WHEN person IS NULL OR NOT found THEN NULL
        WHEN NOT same_birth THEN birth_difference::detail
        WHEN NOT same_name THEN CASE WHEN unreadable THEN 'unreadable'::detail END
        WHEN other_sex THEN 'sex'::detail
        WHEN other_year THEN 'birth_year'::detail
    END AS detail
FROM compared;
