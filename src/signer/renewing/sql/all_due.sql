-- All of them: what soonest.sql chooses where its limit leaves none out.
SELECT file, row_in_file, held_back
FROM due
WHERE NOT held_back OR exp <= $due_tonight
ORDER BY file, row_in_file
