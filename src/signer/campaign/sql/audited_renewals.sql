-- What came before each renewal of a certificate, among all that has ever happened to its uvci.

SELECT moment, file, moment_before, file_before, is_superseded, is_revoked
FROM (
    SELECT moment, file, what,
        last_value(CASE WHEN is_signature THEN moment END IGNORE NULLS) OVER before AS moment_before,
        last_value(CASE WHEN is_signature THEN file END IGNORE NULLS) OVER before AS file_before,
        coalesce(bool_or(what = 'superseded') OVER before, false) AS is_superseded,
        coalesce(last_value(CASE WHEN is_order THEN what END IGNORE NULLS) OVER before = 'revoked', false)
            AS is_revoked
    FROM (
        SELECT *, what IN ('issued', 'renewed') AS is_signature, what IN ('revoked', 'restored') AS is_order
        FROM events WHERE hash(uvci) IN (SELECT digest FROM renewed)
    )
    WINDOW before AS (
        PARTITION BY uvci ORDER BY moment, nth ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)
WHERE what = 'renewed'
