-- What becomes of the shots that a correction was taken for.
SELECT shot_id, new_person_id AS person_id, new_full_name AS full_name, new_date_of_birth AS date_of_birth,
    new_sex AS sex, new_nationality AS nationality, new_vaccine AS vaccine, new_dose_number AS
    dose_number, new_doses_in_series AS doses_in_series, new_vaccinated_on AS vaccinated_on, withdrawn
FROM present WHERE touched ORDER BY shot_id
