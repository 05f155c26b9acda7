-- The changes that orders make, in the order of their commits. One that restores what another certificate has
-- superseded brings nothing back.
SELECT ordered.action AS change, uvci, named.shot_id, named.person_key, named.kid, named.iat, named.exp,
    texts.hc1, NULL::VARCHAR AS "by", if(ordered.action = 'revoked', ordered.reason, NULL) AS reason,
    ordered.version
FROM ordered
LEFT JOIN named USING (uvci)
LEFT JOIN (
    SELECT uvci, hc1 FROM latest WHERE uvci IN (SELECT uvci FROM ordered WHERE action = 'restored')
) AS texts ON texts.uvci = ordered.uvci AND ordered.action = 'restored'
WHERE ordered.action = 'revoked' OR NOT EXISTS (FROM replaced WHERE replaced.uvci = ordered.uvci)
ORDER BY ordered.version, ordered.place;
