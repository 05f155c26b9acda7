-- Those that expire soonest; and of those held back all that are due tonight, to be tried once more.
SELECT file, row_in_file, held_back
FROM (
    (FROM due WHERE NOT held_back ORDER BY exp, file, row_in_file LIMIT $n_most)
    UNION ALL
    (FROM due WHERE held_back AND exp <= $due_tonight)
)
ORDER BY file, row_in_file
