-- The shots that somebody corrects, one row a shot_id; new_... is null where no correction was taken.
CREATE TEMP TABLE present AS
SELECT shot_id, count(*) > 1 AS repeated, false AS withdrawn, false AS touched,
    any_value(province) AS province, any_value(district) AS district, any_value(facility) AS
    facility, any_value(person_id) AS person_id, any_value(full_name) AS full_name,
    any_value(date_of_birth) AS date_of_birth, any_value(sex) AS sex, any_value(nationality) AS
    nationality, any_value(vaccine) AS vaccine, any_value(lot) AS lot, any_value(dose_number) AS
    dose_number, any_value(doses_in_series) AS doses_in_series, any_value(vaccinated_on) AS
    vaccinated_on,
    NULL::VARCHAR AS new_person_id, NULL::VARCHAR AS new_full_name, NULL::VARCHAR AS
    new_date_of_birth, NULL::VARCHAR AS new_sex, NULL::VARCHAR AS new_nationality, NULL::VARCHAR AS
    new_vaccine, NULL::VARCHAR AS new_dose_number, NULL::VARCHAR AS new_doses_in_series,
    NULL::VARCHAR AS new_vaccinated_on
FROM found GROUP BY shot_id;
