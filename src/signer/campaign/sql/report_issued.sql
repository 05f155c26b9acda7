-- First certificates of shots by province and commit. A corrected shot's names the one before, and those of
-- plans that renew are signed anew: neither is the first.
SELECT coalesce(nfc_normalize(trim(province)), '') AS province, version, sum(certificates)::BIGINT AS certificates
FROM (
    SELECT province, version, count(*) AS certificates FROM certificates
    WHERE supersedes IS NULL AND file NOT IN (SELECT unnest($renewing::BIGINT[])) GROUP BY ALL
)
GROUP BY ALL ORDER BY ALL;
