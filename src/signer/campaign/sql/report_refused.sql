-- Shots that were refused in issuing and have no certificate, by province and the reason of the last time; those
-- that cleaning refuses, too, count there.
-- A shot without a number of its own is another one each time: those of the last run that had any count.
WITH last_time AS (
    SELECT shot_id, max_by({'province': province, 'reason': reason}, version) AS told
    FROM refused ANTI JOIN cleaned USING (shot_id) WHERE shot_id IS NOT NULL GROUP BY shot_id
),
issued AS (SELECT DISTINCT shot_id FROM certificates SEMI JOIN last_time USING (shot_id)),
left_over AS (
    SELECT told.province AS province, told.reason AS reason FROM last_time ANTI JOIN issued USING (shot_id)
    UNION ALL
    SELECT province, reason FROM refused
    WHERE shot_id IS NULL
        AND campaign IS NOT DISTINCT FROM (SELECT max_by(campaign, version) FROM refused WHERE shot_id IS NULL)
)
SELECT coalesce(nfc_normalize(trim(province)), '') AS province, coalesce(reason, '') AS reason,
    count(*) AS shots
FROM left_over GROUP BY ALL ORDER BY ALL;
