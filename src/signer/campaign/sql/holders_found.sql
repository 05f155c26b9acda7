-- What the register says of the holder of each row that a plan has chosen: nothing, once, or more than once.
SELECT selected.file_row_number AS row, name_key, date_of_birth
FROM read_parquet($selected, file_row_number = true) AS selected
JOIN certificates USING (file, row_in_file)
LEFT JOIN register USING (person_key)
ORDER BY row
