-- Shots as the matching wants them: a person by a number, and what is wrong with the row by itself.
CREATE TEMP VIEW shots AS
WITH read AS (
    SELECT row, attested, full_name_key, dose_number AS dose, doses_in_series AS series, vaccinated_on AS day,
        CASE WHEN trim(person_id) <> '' THEN person_id ELSE '' END AS number,
        coalesce(is_foreigner(person_id, nationality), false) AS foreigner,
        birth_of(date_of_birth) AS birth, sex_of(sex) AS sex,
        CASE WHEN products_are_known() THEN products.product ELSE nullif(vaccine, '') END AS product
    FROM shot_rows LEFT JOIN products ON vaccine = products.name
),
numbered AS (
    SELECT *, CASE WHEN number <> '' AND NOT foreigner THEN number_fault(number, this_year()) END AS number_fault,
        CASE WHEN is_cccd(number) THEN number_sex(number) END AS number_sex,
        CASE WHEN is_cccd(number) THEN number_year(number) END AS number_year
    FROM read
)
SELECT row, full_name_key, birth, sex, number_sex, number_year, hash(product) AS product, day, dose, series,
    CASE WHEN number <> '' AND NOT foreigner AND number_fault IS NULL THEN person_of(number) END AS person,
    CASE WHEN foreigner THEN hash(number) END AS passport,
    number_fault::detail AS number_fault,
    flag('not_attested', NOT attested)
    | flag('number_missing', number = '')
    | flag('number_malformed', number_fault IS NOT NULL)
    | flag('foreigner', foreigner)
    | flag('date_impossible', day IS NULL OR day < first_day())
    | flag('date_in_future', coalesce(day > today(), false))
    | flag('vaccine_unknown', product IS NULL)
    | flag('dose_impossible', NOT coalesce(can_be_doses(dose, series), false)) AS own
FROM numbered;
