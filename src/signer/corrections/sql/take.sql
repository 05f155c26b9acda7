-- Notes what is taken of the judged rows, a row a field, and corrects the shots by it. Of rows that say the
-- same, one is taken.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT * FROM judged WHERE fault IS NULL
QUALIFY row_number() OVER (PARTITION BY shot_id ORDER BY file, row) = 1;
INSERT INTO taken
SELECT folder, file, row, nth, shot_id, field, value_before, value_after, corrected_by, corrected_on
FROM (
    SELECT chosen.*, unnest([
        {'nth': 0, 'field': 'person_id', 'value_before': present.person_id,
            'value_after': correct_person_id},
        {'nth': 1, 'field': 'full_name', 'value_before': present.full_name,
            'value_after': correct_full_name},
        {'nth': 2, 'field': 'date_of_birth', 'value_before': present.date_of_birth,
            'value_after': correct_date_of_birth},
        {'nth': 3, 'field': 'sex', 'value_before': present.sex,
            'value_after': correct_sex},
        {'nth': 4, 'field': 'nationality', 'value_before': present.nationality,
            'value_after': correct_nationality},
        {'nth': 5, 'field': 'vaccine', 'value_before': present.vaccine,
            'value_after': correct_vaccine},
        {'nth': 6, 'field': 'dose_number', 'value_before': present.dose_number,
            'value_after': correct_dose_number},
        {'nth': 7, 'field': 'doses_in_series', 'value_before': present.doses_in_series,
            'value_after': correct_doses_in_series},
        {'nth': 8, 'field': 'vaccinated_on', 'value_before': present.vaccinated_on,
            'value_after': correct_vaccinated_on},
        {'nth': 9, 'field': 'withdraw', 'value_before': NULL,
            'value_after': CASE WHEN chosen.withdrawn THEN 'yes' END}
    ], recursive := true)
    FROM chosen JOIN present USING (shot_id)
)
WHERE value_after IS NOT NULL;
UPDATE present SET touched = true, withdrawn = chosen.withdrawn,
    person_id = coalesce(correct_person_id, present.person_id),
    full_name = coalesce(correct_full_name, present.full_name),
    date_of_birth = coalesce(correct_date_of_birth, present.date_of_birth),
    sex = coalesce(correct_sex, present.sex),
    nationality = coalesce(correct_nationality, present.nationality),
    vaccine = coalesce(correct_vaccine, present.vaccine),
    dose_number = coalesce(correct_dose_number, present.dose_number),
    doses_in_series = coalesce(correct_doses_in_series, present.doses_in_series),
    vaccinated_on = coalesce(correct_vaccinated_on, present.vaccinated_on),
    new_person_id = coalesce(correct_person_id, new_person_id),
    new_full_name = coalesce(correct_full_name, new_full_name),
    new_date_of_birth = coalesce(correct_date_of_birth, new_date_of_birth),
    new_sex = coalesce(correct_sex, new_sex),
    new_nationality = coalesce(correct_nationality, new_nationality),
    new_vaccine = coalesce(correct_vaccine, new_vaccine),
    new_dose_number = coalesce(correct_dose_number, new_dose_number),
    new_doses_in_series = coalesce(correct_doses_in_series, new_doses_in_series),
    new_vaccinated_on = coalesce(correct_vaccinated_on, new_vaccinated_on)
FROM chosen WHERE chosen.shot_id = present.shot_id;
