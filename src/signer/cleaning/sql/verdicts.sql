-- Every row that is refused or a foreigner's, by row: its classes, and the detail of the decisive one.
WITH found AS (
    SELECT row, classes, detail FROM judged WHERE classes <> 0
    UNION ALL SELECT row, class_of('duplicate_shot'), NULL FROM repeats
    UNION ALL SELECT row, class_of('dose_conflict'), detail FROM conflicts WHERE detail IS NOT NULL
)
SELECT row, bit_or(classes) AS classes, arg_min_null(detail, classes & -classes::BIGINT) AS detail
FROM found GROUP BY row ORDER BY row
