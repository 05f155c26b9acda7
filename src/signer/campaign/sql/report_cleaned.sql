-- The shots that a round of cleaning refuses, each once, and which of them have a certificate. A shot that is
-- verified, and refused only where it stands there again, is not among them.
CREATE TEMP TABLE refused_rows AS
SELECT shot_id, coalesce(nfc_normalize(trim(province)), '') AS province, reason FROM round_refused;

CREATE TEMP TABLE verified_too AS
SELECT DISTINCT shot_id FROM round_verified SEMI JOIN refused_rows USING (shot_id);

CREATE TEMP TABLE cleaned AS
SELECT shot_id, min({'province': province, 'reason': reason}) AS told
FROM refused_rows ANTI JOIN verified_too USING (shot_id) WHERE shot_id IS NOT NULL GROUP BY shot_id;

CREATE TEMP TABLE cleaned_issued AS
SELECT DISTINCT shot_id FROM certificates SEMI JOIN cleaned USING (shot_id);

-- Rows that count elsewhere: all that name a shot, without one for each that counts as refused in cleaning.
CREATE TEMP VIEW cleaned_elsewhere AS
SELECT province, reason, sum(n)::BIGINT AS shots
FROM (
    SELECT province, reason, 1 AS n FROM refused_rows WHERE shot_id IS NOT NULL
    UNION ALL
    SELECT told.province, told.reason, -1 FROM cleaned ANTI JOIN cleaned_issued USING (shot_id)
)
GROUP BY ALL HAVING sum(n) > 0;
