-- The rows that are not taken; of a stale one what the field says in the file and now, and of a contradictory one
-- another row of its shot.
SELECT judged.file, judged.row, fault, stale,
    CASE stale
        WHEN 'person_id' THEN judged.person_id
        WHEN 'full_name' THEN judged.full_name
        WHEN 'date_of_birth' THEN judged.date_of_birth
        WHEN 'sex' THEN judged.sex
        WHEN 'nationality' THEN judged.nationality
        WHEN 'vaccine' THEN judged.vaccine
        WHEN 'lot' THEN judged.lot
        WHEN 'dose_number' THEN judged.dose_number
        WHEN 'doses_in_series' THEN judged.doses_in_series
        WHEN 'vaccinated_on' THEN judged.vaccinated_on
    END AS cell,
    CASE stale
        WHEN 'person_id' THEN present.person_id
        WHEN 'full_name' THEN present.full_name
        WHEN 'date_of_birth' THEN present.date_of_birth
        WHEN 'sex' THEN present.sex
        WHEN 'nationality' THEN present.nationality
        WHEN 'vaccine' THEN present.vaccine
        WHEN 'lot' THEN present.lot
        WHEN 'dose_number' THEN present.dose_number
        WHEN 'doses_in_series' THEN present.doses_in_series
        WHEN 'vaccinated_on' THEN present.vaccinated_on
    END AS now,
    other.file AS other_file, other.row AS other_row
FROM (
    SELECT judged.*, CASE WHEN first_one = {'file': file, 'row': row} THEN last_one ELSE first_one END AS other
    FROM judged LEFT JOIN (
        SELECT folder, shot_id, min({'file': file, 'row': row}) AS first_one, max({'file': file, 'row': row}) AS last_one
        FROM filled GROUP BY folder, shot_id
    ) USING (folder, shot_id)
    WHERE fault IS NOT NULL
) AS judged LEFT JOIN present USING (shot_id)
