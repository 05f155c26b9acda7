SELECT shot_id, field, value_before, value_after, corrected_by, corrected_on::DATE AS corrected_on, file, row
FROM taken ORDER BY folder, file, row, nth
