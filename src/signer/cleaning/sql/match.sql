-- Each shot with what speaks against it, alone and beside the register. The register goes by once; the shots
-- are what is held in memory: the right side of the join (matching.py keeps the optimizer from turning it).
CREATE TEMP TABLE judged AS
WITH compared AS (
    SELECT s.*, p.person IS NOT NULL AS found,
        coalesce(p.full_name_key = s.full_name_key, false) AS same_name,
        p.full_name_key IS NULL OR s.full_name_key IS NULL AS unreadable,
        coalesce(same_birth(p.birth, s.birth), false) AS same_birth,
        p.birth AS registered_birth, sex_of(p.sex) AS registered_sex, sex_of(s.sex) AS shown_sex,
        number_sex(s.person) AS number_sex, number_year(s.person) AS number_year
    FROM population AS p RIGHT JOIN shots AS s ON p.person = s.person
),
held AS (
    SELECT *,
        CASE
            WHEN NOT found THEN coalesce(number_sex <> shown_sex, false)
            ELSE coalesce(number_sex <> registered_sex, false) OR coalesce(shown_sex <> registered_sex, false)
        END AS other_sex,
        coalesce(number_year <> year_of(CASE WHEN found THEN registered_birth ELSE birth END), false)
            AS other_year
    FROM compared
)
SELECT row, coalesce(person, passport | (1::UBIGINT << 63)) AS person, product, day, dose, series,
    own
    | flag('person_not_found', person IS NOT NULL AND NOT found)
    | flag('both_differ', found AND NOT same_name AND NOT same_birth)
    | flag('name_differs', found AND NOT same_name AND same_birth)
    | flag('birth_differs', found AND same_name AND NOT same_birth)
    | flag('number_of_other', person IS NOT NULL AND (other_sex OR other_year)) AS classes,
    CASE
        WHEN (own & class_of('not_attested')) <> 0 THEN NULL
        WHEN number_fault IS NOT NULL THEN number_fault
        WHEN person IS NULL OR NOT found THEN NULL
        WHEN NOT same_birth THEN birth_difference(registered_birth, birth)::detail
        WHEN NOT same_name THEN CASE WHEN unreadable THEN 'unreadable'::detail END
        WHEN other_sex THEN 'sex'::detail
        WHEN other_year THEN 'birth_year'::detail
    END AS detail
FROM held;
