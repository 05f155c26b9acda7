-- The rows of one folder beside the shots as the folders before leave them: why a row is not taken, or null. A row
-- that was handed in again, so that folders before have made the shot what it asks for, is left out.
CREATE OR REPLACE TEMP TABLE judged AS
WITH asked AS (SELECT * FROM filled WHERE folder = $folder),
contradictory AS (
    SELECT shot_id FROM asked GROUP BY shot_id
    HAVING count(*) > 1 AND (bool_or(faulty) OR count(DISTINCT row(
        correct_person_id, correct_full_name, correct_date_of_birth, correct_sex,
        correct_nationality, correct_vaccine, correct_dose_number, correct_doses_in_series,
        correct_vaccinated_on, withdrawn
    )) > 1)
),
compared AS (
    SELECT asked.*, contradictory.shot_id IS NOT NULL AS contradictory,
        present.shot_id IS NULL OR present.withdrawn AS unknown, coalesce(present.repeated, false) AS repeated,
        NOT (
            same(asked.province, present.province)
            AND same(asked.district, present.district)
            AND same(asked.facility, present.facility)
        ) AS elsewhere,
        CASE
            WHEN NOT same(asked.person_id, present.person_id) THEN 'person_id'
            WHEN NOT same(asked.full_name, present.full_name) THEN 'full_name'
            WHEN NOT same(asked.date_of_birth, present.date_of_birth) THEN 'date_of_birth'
            WHEN NOT same(asked.sex, present.sex) THEN 'sex'
            WHEN NOT same(asked.nationality, present.nationality) THEN 'nationality'
            WHEN NOT same(asked.vaccine, present.vaccine) THEN 'vaccine'
            WHEN NOT same(asked.lot, present.lot) THEN 'lot'
            WHEN NOT same(asked.dose_number, present.dose_number) THEN 'dose_number'
            WHEN NOT same(asked.doses_in_series, present.doses_in_series) THEN 'doses_in_series'
            WHEN NOT same(asked.vaccinated_on, present.vaccinated_on) THEN 'vaccinated_on'
        END AS stale,
        present.touched AND CASE WHEN asked.withdrawn THEN present.withdrawn ELSE NOT present.withdrawn
            AND said(correct_person_id, present.person_id) AND said(correct_full_name, present.full_name)
            AND said(correct_date_of_birth, present.date_of_birth) AND said(correct_sex, present.sex)
            AND said(correct_nationality, present.nationality) AND said(correct_vaccine, present.vaccine)
            AND said(correct_dose_number, present.dose_number)
            AND said(correct_doses_in_series, present.doses_in_series)
            AND said(correct_vaccinated_on, present.vaccinated_on)
        END AS is_done
    FROM asked LEFT JOIN contradictory USING (shot_id) LEFT JOIN present ON asked.shot_id = present.shot_id
    WHERE NOT faulty
)
SELECT *, CASE
    WHEN contradictory THEN 'contradictory'
    WHEN unknown THEN 'unknown_shot'
    WHEN repeated THEN 'repeated_shot'
    WHEN elsewhere THEN 'other_facility'
    WHEN stale IS NOT NULL THEN 'stale'
END AS fault
FROM compared WHERE contradictory OR elsewhere OR is_done IS NOT TRUE;
