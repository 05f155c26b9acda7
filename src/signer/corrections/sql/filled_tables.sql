-- What was filled in, by row of the files; the shots that it speaks of, as texts; and what was taken of it.
CREATE MACRO same(one, other) AS trim(nfc_normalize(one)) = trim(nfc_normalize(other));
CREATE MACRO said(correct, present) AS correct IS NULL OR same(correct, present);
CREATE TEMP TABLE filled (
    folder INTEGER, file INTEGER, row BIGINT, shot_id VARCHAR,
    province VARCHAR, district VARCHAR, facility VARCHAR,
    person_id VARCHAR, full_name VARCHAR, date_of_birth VARCHAR, sex VARCHAR, nationality VARCHAR,
    vaccine VARCHAR, lot VARCHAR, dose_number VARCHAR, doses_in_series VARCHAR, vaccinated_on
    VARCHAR,
    correct_person_id VARCHAR, correct_full_name VARCHAR, correct_date_of_birth VARCHAR, correct_sex
    VARCHAR, correct_nationality VARCHAR, correct_vaccine VARCHAR, correct_dose_number VARCHAR,
    correct_doses_in_series VARCHAR, correct_vaccinated_on VARCHAR,
    withdrawn BOOLEAN, faulty BOOLEAN, corrected_by VARCHAR, corrected_on VARCHAR
);
CREATE TEMP TABLE found (
    shot_id VARCHAR, province VARCHAR, district VARCHAR, facility VARCHAR,
    person_id VARCHAR, full_name VARCHAR, date_of_birth VARCHAR, sex VARCHAR, nationality VARCHAR,
    vaccine VARCHAR, lot VARCHAR, dose_number VARCHAR, doses_in_series VARCHAR, vaccinated_on
    VARCHAR
);
CREATE TEMP TABLE taken (
    folder INTEGER, file INTEGER, row BIGINT, nth INTEGER, shot_id VARCHAR, field VARCHAR,
    value_before VARCHAR, value_after VARCHAR, corrected_by VARCHAR, corrected_on VARCHAR
);
