-- A person is a number with a name, in whatever writing, and a date of birth; shown as the first shot has it.
SELECT arg_min(person_id, row) AS person_id, arg_min(full_name, row) AS full_name,
    arg_min(date_of_birth, row) AS date_of_birth, arg_min(sex, row) AS sex,
    arg_min(province, row) AS province, arg_min(reason, row) AS reason
FROM unverified_rows AS u
GROUP BY u.person_id, u.name_key, u.date_of_birth
ORDER BY u.person_id, min(row)
