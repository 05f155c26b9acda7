-- Shots as the matching wants them: a person by a number, and what is wrong with the row by itself.
CREATE TEMP VIEW shots AS
WITH read AS (
    SELECT row, attested, full_name_key, date_of_birth AS birth, sex, dose_number AS dose,
        doses_in_series AS series, vaccinated_on AS day,
        CASE WHEN trim(person_id) <> '' THEN person_id ELSE '' END AS number,
        coalesce(is_foreigner(person_id, nationality), false) AS foreigner,
        CASE WHEN products_are_known() THEN products.product ELSE nullif(vaccine, '') END AS product
    FROM shot_rows LEFT JOIN products ON vaccine = products.name
),
numbered AS (
    SELECT *, CASE WHEN NOT foreigner AND is_number(number) THEN person_of(number) END AS numbered_person
    FROM read
),
held AS (
    SELECT *, CASE
        WHEN number <> '' AND NOT foreigner THEN number_fault(number, numbered_person, this_year())
    END AS number_fault
    FROM numbered
)
SELECT row, full_name_key, birth, sex, day, dose, series,
    CASE WHEN product IS NOT NULL THEN hash(product) END AS product,
    CASE WHEN number_fault IS NULL THEN numbered_person END AS person,
    CASE WHEN foreigner THEN hash(number) END AS passport,
    number_fault::detail AS number_fault,
    flag('not_attested', NOT attested)
    | flag('number_missing', number = '')
    | flag('number_malformed', number_fault IS NOT NULL)
    | flag('foreigner', foreigner)
    | flag('date_impossible', day IS NULL OR day < first_day())
    | flag('date_in_future', coalesce(day > today(), false))
    | flag('vaccine_unknown', product IS NULL)
    | flag('dose_impossible', NOT coalesce(can_be_doses(dose, series), false))
    | flag('name_unreadable', full_name_key IS NULL)
    | flag('birth_impossible', NOT coalesce(can_be_birth(birth), false)) AS own
FROM held;
