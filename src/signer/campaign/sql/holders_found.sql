-- What the register says of each holder: nothing, once, or more than once.
SELECT row, told, name_key, date_of_birth
FROM asked LEFT JOIN register USING (person_key)
ORDER BY row
